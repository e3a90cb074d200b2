import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { events } from "../base/events.ts";
import type { PictureRendition } from "../base/rendition.ts";
import { Bytes, MiB } from "../base/units.ts";
import type { FrameWish } from "../library/frame.ts";
import type { FrameFormat } from "../library/log.ts";
import type { Answer } from "./order.ts";
import { Stage, inFolder, logOf, urgent, wish } from "./stage.testing.ts";

const JPEG: PictureRendition = {
  format: "jpeg",
  width: 100,
  quality: undefined,
  levels: undefined,
  exposure: undefined,
};
const NEEDS: Answer = { needs: "levels" };

function picture(number: number, rendition: PictureRendition = JPEG): FrameWish {
  return { ...wish(number), rendition };
}

function exr(number: number, format: FrameFormat = "exr"): FrameWish {
  const { entry } = wish(number);
  return { entry: { ...entry, format } };
}

/** Ends the work that was begun first. */
async function answer(stage: Stage, given: Answer): Promise<void> {
  stage.pool.works[0]?.end(given);
  await turn();
}

const measured = (low: number, high: number): Answer => ({ measured: { low, high } });

// The same frame at another size is other bytes: whoever mixed them up would send one for the other.
test("renditions of a frame are kept each by itself, and shared when they are the same", async () => {
  const stage = new Stage();
  stage.ask("a", picture(1));
  stage.ask("b", picture(1, { ...JPEG, exposure: 0 }));
  stage.ask("c", picture(1, { ...JPEG, width: 200, quality: 80 }));
  stage.ask("d", wish(1));
  assert.equal(stage.production.stats.queued, 2);
  for (const _ of [1, 2, 3]) await stage.finish();
  assert.deepEqual(stage.heard, ["a: frame", "b: frame", "c: frame", "d: frame"]);
  assert.deepEqual(stage.pool.begun, ["jpeg;w100;;; 1", "jpeg;w200;q80;; 1", "1"]);
  assert.ok(stage.production.peek(picture(1)));
  assert.equal(stage.production.peek(picture(1, { ...JPEG, format: "webp" })), undefined);
});

// Only netpbm has a place for the line that marks a substitute; the message says it everywhere.
test("a substitute in a format without comments is the picture as it is", async () => {
  const stage = new Stage();
  const held = wish(56, { policy: "hold", for: 57 });
  stage.ask("a", { ...held, rendition: JPEG });
  await stage.finish("jpeg", "");
  assert.deepEqual(
    stage.frames[0]?.parts.map((part) => Buffer.from(part).toString()),
    ["jpeg"],
  );
});

test("a black frame in a rendition is one picture for all holes", async () => {
  const stage = new Stage();
  stage.ask("a", { ...wish(56, { policy: "black", for: 57 }), rendition: JPEG });
  stage.ask("b", { ...wish(56, { policy: "black", for: 58 }), rendition: JPEG });
  await stage.finish();
  assert.deepEqual(stage.pool.begun, ["black jpeg;w100;;; 56"]);
  assert.deepEqual(stage.heard, ["a: frame", "b: frame"]);
});

// A 12-bit microscope picture in a 16-bit file must not come out black, nor flicker from frame to frame.
test("a deep picture waits until its movie is measured, and the next ones know at once", async () => {
  const stage = new Stage({ log: () => logOf([wish(1).entry, wish(9).entry]) });
  stage.ask("a", picture(5));
  await answer(stage, NEEDS);
  assert.deepEqual(stage.pool.begun.slice(1), ["levels 1"]);
  stage.ask("b", picture(6), urgent(0));
  await answer(stage, measured(10, 20));
  await answer(stage, measured(5, 15));
  assert.deepEqual(stage.pool.works[0]?.order.levels, { low: 5, high: 20 });
  await stage.finish();
  await stage.finish();
  stage.ask("c", picture(7));
  assert.deepEqual(stage.pool.works[0]?.order.levels, { low: 5, high: 20 });
  await stage.finish();
  assert.deepEqual(stage.heard, ["b: frame", "a: frame", "c: frame"]);
  assert.deepEqual(
    stage.pool.begun.map((name) => name.replace("jpeg;w100;;; ", "")),
    ["5", "levels 1", "levels 9", "6", "5", "7"],
  );
  assert.ok(stage.production.peek(picture(5)));
});

// Whoever says which levels has no use for those that were measured.
test("levels that were asked for are not measured, and originals know nothing of them", async () => {
  const stage = new Stage({ log: () => logOf([wish(1).entry]) });
  stage.ask("a", picture(5));
  await answer(stage, NEEDS);
  await answer(stage, measured(5, 20));
  await stage.finish();
  for (const wished of [picture(6, { ...JPEG, levels: { low: 0, high: 9 } }), wish(6)]) {
    stage.ask("b", wished);
    assert.equal(stage.pool.works[0]?.order.levels, undefined);
    await stage.finish();
  }
});

test("a movie that comes back is measured anew, and made with the new levels", async () => {
  const stage = new Stage({ log: () => logOf([wish(1).entry]) });
  const play = async (low: number): Promise<void> => {
    stage.ask("", picture(5));
    await answer(stage, NEEDS);
    await answer(stage, measured(low, 20));
    await stage.finish();
  };
  await play(1);
  assert.ok(stage.production.peek(picture(5)));
  stage.production.forget(wish(1).entry.movie);
  assert.equal(stage.production.peek(picture(5)), undefined);
  await play(2);
  assert.equal(stage.pool.begun.filter((name) => name === "levels 1").length, 2);
});

test("when nothing can be measured, a frame's own error is heard, and no sample's is logged", async (t) => {
  const failed: string[] = [];
  t.after(events.frameFailed.subscribe(({ frame, code }) => failed.push(`${frame} ${code}`)));
  const stage = new Stage({ log: () => logOf([wish(1).entry]) });
  stage.ask("a", picture(5));
  await answer(stage, NEEDS);
  await stage.fail("FRAME_EMPTY");
  await stage.fail("FRAME_CORRUPT");
  assert.deepEqual(stage.heard, ["a: FRAME_CORRUPT"]);
  assert.deepEqual(failed, ["5 FRAME_CORRUPT"]);
});

test("closing tells those who wait for levels", async () => {
  const stage = new Stage({ log: () => logOf([wish(1).entry, wish(2).entry]) });
  stage.ask("a", picture(5));
  await answer(stage, NEEDS);
  const closed = stage.production.close();
  await turn();
  await answer(stage, measured(1, 2));
  await closed;
  assert.deepEqual(stage.heard, ["a: SERVER_CLOSING"]);
});

// A wait for each viewer's read-ahead: told one inside the other they would not fit on the stack.
test("closing tells any number of those who wait for levels", async () => {
  const MANY = 5000;
  const stage = new Stage({ maxWorkers: 4, log: () => logOf([wish(1).entry]) });
  stage.ask("", picture(0));
  await answer(stage, NEEDS);
  for (let number = 2; number < MANY; number++) stage.ask("", picture(number));
  // A second worker finds that these have to wait; the first is busy with the sample.
  stage.pool.size = 2;
  stage.pool.options.freed();
  assert.equal(stage.production.stats.queued, 0);
  const closed = stage.production.close();
  await turn();
  assert.deepEqual(stage.heard, []);
  await stage.kill();
  await closed;
  assert.equal(stage.heard.length, MANY - 1);
  assert.deepEqual([...new Set(stage.heard)], [": SERVER_CLOSING"]);
});

// Design section 4: a run of consecutive frames of one movie, delivered frame by frame.
test("a free worker gets the following frames as well, and delivers each when it is made", async () => {
  const stage = new Stage();
  stage.ask("running", wish(90));
  for (const number of [12, 10, 5, 11]) stage.ask(`${number}`, exr(number), urgent(number === 10 ? 1 : 2));
  stage.ask("other", exr(13, "dpx"));
  stage.ask("another", { entry: { ...exr(14).entry, movie: "b" } });
  await stage.finish();
  assert.deepEqual(
    stage.pool.works.map(({ rest }) => rest.length),
    [3],
  );
  await stage.finish();
  assert.deepEqual(stage.heard, ["running: frame", "10: frame"]);
  for (const _ of [1, 2]) await stage.finish();
  assert.deepEqual(stage.pool.begun.slice(0, 4), ["90", "10", "11", "12"]);
  assert.deepEqual(stage.heard.slice(2), ["11: frame", "12: frame"]);
});

test("what is queued of a movie is shared between the workers that are free", async () => {
  const stage = new Stage({ workers: 2, maxWorkers: 2 });
  for (const number of [90, 91]) stage.ask("", wish(number));
  for (const number of [1, 2, 3, 4]) stage.ask("", exr(number));
  stage.pool.works[0]?.end({ fault: { code: "FRAME_EMPTY", detail: "" } });
  stage.pool.works[0]?.end({ fault: { code: "FRAME_EMPTY", detail: "" } });
  await turn();
  assert.deepEqual(
    stage.pool.works.map(({ name, rest }) => [name, rest.length]),
    [
      ["1", 1],
      ["3", 1],
    ],
  );
});

function countDeaths(t: TestContext): string[] {
  const deaths: string[] = [];
  t.after(events.workerDied.subscribe(({ detail }) => deaths.push(detail)));
  return deaths;
}

// What has been delivered is not made again, and only the frame at which the worker died is suspected.
test("a worker that dies in a run costs the frames that were not delivered a second try", async (t) => {
  countDeaths(t);
  const stage = new Stage();
  stage.ask("running", wish(90));
  for (const number of [1, 2, 3]) stage.ask(`${number}`, exr(number));
  await stage.finish();
  await stage.finish();
  await stage.kill();
  assert.deepEqual(stage.heard, ["running: frame", "1: frame"]);
  await stage.kill();
  assert.deepEqual(stage.heard.slice(2), ["2: FRAME_KILLED_WORKERS"]);
  await stage.finish();
  assert.deepEqual(stage.heard.slice(3), ["3: frame"]);
  assert.deepEqual(stage.pool.begun, ["90", "1", "2", "2", "3"]);
});

// Law 7: what nobody waits for is not read, also where a worker was told to make it.
test("a run steps over what was cancelled, and ends when nobody waits for the rest", async () => {
  const stage = new Stage();
  stage.ask("running", wish(90));
  const requests = [1, 2, 3, 4].map((number) => stage.ask(`${number}`, exr(number)));
  await stage.finish();
  requests[1]?.cancel();
  await stage.finish();
  assert.equal(stage.pool.works[0]?.name, "3");
  requests[3]?.cancel();
  await stage.finish();
  assert.deepEqual(stage.pool.works, []);
  assert.equal(stage.production.stats.queued, 0);
  assert.deepEqual(stage.heard, ["running: frame", "1: frame", "3: frame"]);
});

// Law 2: a best viewer waits for one frame of a worse one, not for eight.
test("a run is left for somebody more urgent, and gone on with afterwards", async () => {
  const stage = new Stage();
  stage.ask("running", wish(90));
  for (const number of [1, 2, 3]) stage.ask(`${number}`, exr(number), urgent(5));
  await stage.finish();
  stage.ask("timed", wish(7), urgent(5, 1));
  stage.ask("equal", wish(6), urgent(5));
  await stage.finish();
  stage.ask("best", wish(8), urgent(0));
  await stage.finish();
  for (const _ of [1, 2, 3, 4]) await stage.finish();
  assert.deepEqual(stage.heard, [
    "running: frame",
    "1: frame",
    "timed: frame",
    "best: frame",
    "2: frame",
    "3: frame",
    "equal: frame",
  ]);
});

// Law 2, whoever is free: a frame that a worker has been told to make is with no other worker.
test("a run is left for a later frame of it that somebody more urgent joins, whoever is free", async () => {
  const stage = new Stage({ workers: 1, maxWorkers: 4 });
  stage.ask("running", wish(90));
  for (let number = 1; number <= 8; number++) stage.ask(`${number}`, exr(number), urgent(200));
  await stage.finish();
  assert.equal(stage.pool.works[0]?.rest.length, 7);
  stage.ask("best", exr(8), urgent(0));
  stage.pool.size = 4;
  stage.pool.options.freed();
  await stage.finish();
  assert.deepEqual(stage.pool.begun.slice(0, 3), ["90", "1", "8"]);
  // The folder's share of the four.
  assert.equal(stage.pool.works.length, 2);
});

// A folder has its share of workers; inside of that share the most urgent still goes first.
test("a run is left for somebody more urgent whose folder may have no further worker", async () => {
  const stage = new Stage({ workers: 1, maxWorkers: 2 });
  stage.ask("running", wish(90));
  for (const number of [1, 2, 3]) stage.ask(`${number}`, exr(number), urgent(200));
  await stage.finish();
  stage.pool.size = 2;
  stage.pool.options.freed();
  stage.ask("best", wish(50), urgent(0));
  assert.equal(stage.pool.works.length, 1);
  await stage.finish();
  assert.deepEqual(stage.pool.begun.slice(0, 3), ["90", "1", "50"]);
});

// Decoding one costs a quarter of a second, and each of them would only say the same.
test("the first frame of a run that needs levels ends the run, and the others wait with it", async () => {
  const stage = new Stage({ log: () => logOf([wish(1).entry]) });
  stage.ask("running", wish(90));
  for (const number of [2, 3, 4]) stage.ask(`${number}`, { ...exr(number), rendition: JPEG });
  await stage.finish();
  await answer(stage, NEEDS);
  assert.deepEqual(stage.pool.begun.slice(1), ["jpeg;w100;;; 2", "levels 1"]);
  await answer(stage, measured(5, 20));
  assert.deepEqual(stage.pool.works[0]?.order.levels, { low: 5, high: 20 });
  for (const _ of [2, 3, 4]) await stage.finish();
  assert.deepEqual(stage.heard.slice(1), ["2: frame", "3: frame", "4: frame"]);
});

// What a viewer of the old movie still waits for is made; the new one may have quite other values.
test("a frame whose movie is gone is made with its own levels, which are not its successor's", async () => {
  let sample = [wish(1).entry];
  const stage = new Stage({ log: () => logOf(sample) });
  stage.ask("old", picture(5));
  sample = [];
  stage.production.forget(wish(5).entry.movie);
  await answer(stage, NEEDS);
  assert.equal(stage.pool.begun.at(-1), "levels 5");
  await answer(stage, measured(0, 10));
  assert.deepEqual(stage.pool.works[0]?.order.levels, { low: 0, high: 10 });
  await stage.finish();
  sample = [wish(1).entry];
  stage.ask("new", { ...wish(5, undefined, 2), rendition: JPEG });
  assert.equal(stage.pool.works[0]?.order.levels, undefined);
  await stage.finish();
  assert.deepEqual(stage.heard, ["old: frame", "new: frame"]);
});

test("workers hear where converted frames are kept once the folder was looked through", async () => {
  const stage = new Stage({ diskCache: Bytes(100 * MiB), maxWorkers: 2 });
  stage.clock.runTurns();
  assert.equal(stage.pool.tidied[0]?.order.folder, "/cache");
  stage.pool.size = 2;
  stage.ask("early", wish(1));
  assert.equal(stage.pool.works[0]?.order.disk, undefined);
  stage.pool.tidied[0]?.end({ bytes: Bytes(0) });
  await turn();
  stage.ask("a", inFolder("other", wish(2)));
  assert.equal(stage.pool.works[1]?.order.disk?.folder, "/cache");
});
