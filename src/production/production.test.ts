import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { events } from "../base/events.ts";
import { Bytes, KiB } from "../base/units.ts";
import type { ProducedFrame } from "../library/frame.ts";
import type { Frames } from "../playback/frames.ts";
import { HEADER, Stage, inFolder, urgent, wish } from "./stage.testing.ts";

const textOf = (frame: ProducedFrame | undefined): string => Buffer.concat(frame?.parts ?? []).toString();

// Production must not import from playback; this is where the two shapes are held together.
test("production is what playbacks get their frames from", () => {
  const frames: Frames = new Stage().production;
  assert.equal(frames.peek(wish(1)), undefined);
});

test("a frame is produced, delivered as it was read, and then at hand", async () => {
  const stage = new Stage();
  stage.ask("a", wish(1));
  assert.deepEqual(stage.heard, []);
  assert.equal(stage.production.peek(wish(1)), undefined);
  await stage.finish();
  assert.deepEqual(stage.heard, ["a: frame"]);
  const frame = stage.production.peek(wish(1));
  assert.equal(textOf(frame), `${HEADER}ab`);
  assert.equal(frame?.bytes, HEADER.length + 2);
  assert.equal(frame?.worker, 5);
  assert.equal(frame?.digest.length, 32);
});

// A caller that is called back inside its own call would have to be written for both cases.
test("a frame at hand is delivered later all the same, unless nobody waits by then", async () => {
  const stage = new Stage();
  stage.ask("a", wish(1));
  await stage.finish();
  stage.ask("b", wish(1));
  const cancelled = stage.ask("c", wish(1));
  assert.deepEqual(stage.heard, ["a: frame"]);
  cancelled.cancel();
  stage.clock.runTurns();
  assert.deepEqual(stage.heard, ["a: frame", "b: frame"]);
  assert.deepEqual(stage.pool.begun, ["1"]);
});

// Law 2 holds for reads too: with the order fixed at the time of asking, a best viewer waits for a worst
// one's backlog.
test("what is produced next is chosen when a worker is free, the most urgent first", async () => {
  const stage = new Stage();
  stage.ask("running", wish(1), urgent(9));
  stage.ask("worst", wish(2), urgent(5));
  stage.ask("shared", wish(3), urgent(5));
  stage.ask("early", wish(4), urgent(4, 10));
  stage.ask("late", wish(5), urgent(4, 20));
  await stage.finish();
  stage.ask("best", wish(6), urgent(0));
  stage.ask("shared", wish(3), urgent(4, 15));
  for (let left = 5; left > 0; left--) await stage.finish();
  assert.deepEqual(stage.pool.begun, ["1", "4", "6", "3", "5", "2"]);
});

// The frame that a playback asks for in answer to one competes for the worker that this one has freed.
test("a wish made while a frame is delivered is seen before the freed worker is given away", async () => {
  const stage = new Stage();
  stage.production.request(wish(1), urgent(0), () => stage.ask("next", wish(2), urgent(0)));
  stage.ask("worse", wish(3), urgent(1));
  await stage.finish();
  assert.deepEqual(stage.pool.begun, ["1", "2"]);
});

// Twenty-four viewers of one movie cost one read.
test("who asks for the same frame shares one job, queued or under way", async () => {
  const stage = new Stage();
  stage.ask("other", wish(9), urgent(0));
  stage.ask("a", wish(1), urgent(7));
  stage.ask("b", wish(1), urgent(1));
  stage.ask("c", wish(2), urgent(3));
  await stage.finish();
  stage.ask("d", wish(1), urgent(0));
  await stage.finish();
  assert.deepEqual(stage.pool.begun, ["9", "1", "2"]);
  assert.deepEqual(stage.heard, ["other: frame", "d: frame", "b: frame", "a: frame"]);
});

// A frame that is rendered again has other bytes under the same number.
test("revisions of a frame are different frames", async () => {
  const stage = new Stage();
  stage.ask("old", wish(1));
  await stage.finish("ol");
  stage.ask("new", wish(1, undefined, 2));
  await stage.finish("ne");
  assert.equal(textOf(stage.production.peek(wish(1))), `${HEADER}ol`);
  assert.equal(textOf(stage.production.peek(wish(1, undefined, 2))), `${HEADER}ne`);
});

// Law 7: after a seek nobody reads the frames of before it.
test("a frame that nobody waits for any more is not begun", async () => {
  const stage = new Stage();
  const running = stage.ask("running", wish(1));
  const one = stage.ask("one", wish(2));
  const two = stage.ask("two", wish(2));
  stage.ask("three", wish(3));
  one.cancel();
  two.cancel();
  two.cancel();
  running.cancel();
  assert.equal(stage.production.stats.queued, 1);
  await stage.finish();
  await stage.finish();
  assert.deepEqual(stage.pool.begun, ["1", "3"]);
  assert.deepEqual(stage.heard, ["three: frame"]);
  // What was under way is not wasted.
  assert.ok(stage.production.peek(wish(1)));
});

// A file that could not be read may be readable a moment later; but many who ask now get one answer.
test("a failure goes to all who wait, names the frame, and is not kept", async (t) => {
  const failed: unknown[] = [];
  t.after(events.frameFailed.subscribe((event) => failed.push(event)));
  const stage = new Stage();
  stage.ask("a", wish(1));
  stage.ask("b", wish(1));
  await stage.fail("FRAME_TRUNCATED");
  assert.deepEqual(stage.heard, ["a: FRAME_TRUNCATED", "b: FRAME_TRUNCATED"]);
  assert.deepEqual(failed, [
    { movie: "sh/010:a", frame: 1, code: "FRAME_TRUNCATED", detail: "frame 1 of sh/010:a: found nothing" },
  ]);
  stage.ask("c", wish(1));
  await stage.finish();
  assert.deepEqual(stage.heard.at(-1), "c: frame");
});

function countDeaths(t: TestContext): string[] {
  const deaths: string[] = [];
  t.after(events.workerDied.subscribe(({ detail }) => deaths.push(detail)));
  return deaths;
}

// The first death may be chance; the second says that the frame is at fault, and it must not take every
// worker.
test("a frame whose worker died is produced once more, and then given up", async (t) => {
  const deaths = countDeaths(t);
  const stage = new Stage();
  stage.ask("lucky", wish(1));
  await stage.kill();
  assert.deepEqual(stage.heard, []);
  await stage.finish();
  stage.ask("deadly", wish(2));
  await stage.kill();
  await stage.kill();
  assert.deepEqual(stage.heard, ["lucky: frame", "deadly: FRAME_KILLED_WORKERS"]);
  assert.deepEqual(stage.pool.begun, ["1", "1", "2", "2"]);
  assert.equal(deaths.length, 3);
});

// What a worker dies with is the system's text, and may name any file of the server.
test("why workers died goes to the log, and not to clients", async (t) => {
  const deaths = countDeaths(t);
  const stage = new Stage();
  const faults: string[] = [];
  const ask = (number: number): void =>
    void stage.production.request(wish(number), urgent(3), (outcome) => {
      if ("error" in outcome) faults.push(outcome.error.message);
    });
  ask(1);
  await stage.kill();
  await stage.kill();
  assert.deepEqual(faults, ["frame 1 of sh/010:a: 2 workers died of it"]);
  assert.match(deaths[0] ?? "", /exited with code 9/);
  stage.pool.size = 0;
  ask(2);
  stage.pool.options.stuck("Cannot find module '/srv/secret/worker.ts'");
  assert.deepEqual(faults.slice(1), ["workers die before they begin"]);
});

test("a frame whose worker died is not produced again when nobody waits", async (t) => {
  countDeaths(t);
  const stage = new Stage();
  const request = stage.ask("gone", wish(1));
  request.cancel();
  await stage.kill();
  assert.deepEqual(stage.pool.begun, ["1"]);
  assert.equal(stage.production.stats.queued, 0);
});

// A worker takes longer to start than a burst of small frames to read.
test("no worker is started for a burst that the others get through", async () => {
  const stage = new Stage({ workers: 2, maxWorkers: 4 });
  for (const number of [1, 2, 3]) stage.ask("", wish(number));
  for (const _ of [1, 2, 3]) await stage.finish();
  stage.clock.advance(50);
  assert.deepEqual(stage.pool.grownFor, []);
});

// Without workers nothing would ever come: an error now is better than silence.
test("when workers cannot start, those who wait are told, and the next wish tries again", async () => {
  const stage = new Stage();
  stage.pool.size = 0;
  stage.ask("a", wish(1));
  stage.ask("b", wish(2));
  assert.deepEqual(stage.pool.grownFor, [1, 1]);
  stage.pool.options.stuck("no such module");
  assert.deepEqual(stage.heard, ["a: FRAME_KILLED_WORKERS", "b: FRAME_KILLED_WORKERS"]);
  stage.ask("c", wish(1));
  stage.pool.size = 1;
  stage.pool.options.freed();
  await stage.finish();
  assert.equal(stage.heard.at(-1), "c: frame");
});

// Design section 4: temporary workers are added when all are busy. How many there may be is the pool's to
// hold.
test("more workers are asked for when frames have waited for a while and none is free", async () => {
  const stage = new Stage({ workers: 2, maxWorkers: 4 });
  for (const number of [1, 2, 3, 4]) stage.ask("", inFolder(`${number % 2}`, wish(number)));
  stage.clock.advance(49);
  assert.deepEqual(stage.pool.grownFor, []);
  stage.clock.advance(1);
  assert.deepEqual(stage.pool.grownFor, [2]);
  assert.equal(stage.pool.works.length, 2);
  stage.pool.size = 4;
  stage.pool.options.freed();
  assert.deepEqual(stage.pool.begun, ["1", "2", "3", "4"]);
  const { workers, busy, queued } = stage.production.stats;
  assert.deepEqual({ workers, busy, queued }, { workers: 4, busy: 4, queued: 0 });
});

// Law 8: a substitute is marked. Its raster is that of the frame which stands in, and exists once.
test("a held frame is the produced one with a marked header and the same digest", async () => {
  const stage = new Stage();
  const held = wish(56, { policy: "hold", for: 57 });
  assert.equal(stage.production.peek(held), undefined);
  stage.ask("held", held);
  stage.ask("itself", wish(56));
  await stage.finish();
  assert.deepEqual(stage.pool.begun, ["56"]);
  const [substitute, frame] = stage.frames;
  assert.equal(textOf(frame), `${HEADER}ab`);
  assert.equal(textOf(substitute), "P5\n# mutoscope: frame 56 stands in for 57 (hold)\n2 1\n255\nab");
  assert.equal(substitute?.bytes, textOf(substitute).length);
  assert.equal(substitute?.digest, frame?.digest);
  assert.equal(substitute?.parts.at(-1)?.buffer, frame?.parts[0]?.buffer);
  const other = stage.production.peek(wish(56, { policy: "hold", for: 58 }));
  assert.match(textOf(other), /stands in for 58/);
});

// A movie with a thousand holes has one black frame.
test("a black frame is made once for all the holes it fills, and marked for each", async () => {
  const stage = new Stage();
  stage.ask("a", wish(56, { policy: "black", for: 57 }));
  stage.ask("b", wish(56, { policy: "black", for: 58 }));
  await stage.finish("\0\0");
  assert.deepEqual(stage.pool.begun, ["black 56"]);
  assert.match(textOf(stage.frames[0]), /^P5\n# mutoscope: .*57 \(black\)\n2 1\n255\n\0\0$/);
  assert.match(textOf(stage.frames[1]), /^P5\n# mutoscope: .*58 \(black\)\n2 1\n255\n\0\0$/);
  assert.equal(stage.production.peek(wish(56)), undefined);
  assert.ok(stage.production.peek(wish(56, { policy: "black", for: 59 })));
});

// Law 6: the cache is bounded in bytes, and what was used last stays.
test("the cache forgets what was used longest ago, and never holds more than its bytes", async () => {
  const stage = new Stage({ cacheBytes: Bytes(5 * KiB) });
  const KILO = "x".repeat(KiB);
  for (const number of [1, 2, 3]) {
    stage.ask("", wish(number));
    await stage.finish(KILO);
  }
  assert.ok(stage.production.peek(wish(1)));
  stage.ask("", wish(4));
  await stage.finish(KILO);
  assert.equal(stage.production.peek(wish(2)), undefined);
  assert.ok(
    stage.production.peek(wish(1)) && stage.production.peek(wish(3)) && stage.production.peek(wish(4)),
  );
  const { cachedBytes } = stage.production.stats;
  assert.ok(cachedBytes > 3 * KiB && cachedBytes <= 5 * KiB);
});

for (const [cacheBytes, name] of [
  [1000, "larger than the cache"],
  [0, "without a cache"],
] as const) {
  test(`a frame ${name} is delivered and not kept`, async () => {
    const stage = new Stage({ cacheBytes: Bytes(cacheBytes) });
    stage.ask("a", wish(1));
    stage.ask("b", wish(1));
    await stage.finish("x".repeat(2000));
    assert.deepEqual(stage.heard, ["a: frame", "b: frame"]);
    assert.equal(stage.production.peek(wish(1)), undefined);
    assert.equal(stage.production.stats.cachedBytes, 0);
  });
}

test("closing finishes what is under way, refuses the rest, and begins nothing", async () => {
  const stage = new Stage();
  stage.ask("running", wish(1));
  stage.ask("queued", wish(2));
  const closed = Promise.all([stage.production.close(), stage.production.close()]);
  assert.deepEqual(stage.heard, []);
  stage.ask("late", wish(3));
  await turn();
  stage.clock.runTurns();
  assert.deepEqual(stage.heard, ["queued: SERVER_CLOSING", "late: SERVER_CLOSING"]);
  await stage.finish();
  await closed;
  assert.equal(stage.heard.at(-1), "running: frame");
  assert.deepEqual(stage.pool.begun, ["1"]);
  assert.equal(stage.pool.closed, 1);
  assert.equal(stage.clock.alarms, 0);
});

// A read from a dead network folder must not hold the server for ever.
test("closing ends a worker that takes too long, which is no death", async (t) => {
  const deaths = countDeaths(t);
  const stage = new Stage();
  stage.ask("stuck", wish(1));
  const closed = stage.production.close();
  await turn();
  stage.clock.advance(2000);
  await closed;
  await turn();
  assert.deepEqual(stage.heard, ["stuck: SERVER_CLOSING"]);
  assert.deepEqual(deaths, []);
});

test("what was produced is told with its worker, its time and its bytes", async (t) => {
  const produced: unknown[] = [];
  t.after(events.frameProduced.subscribe((event) => produced.push(event)));
  const stage = new Stage();
  stage.ask("a", wish(1));
  stage.clock.advance(12);
  await stage.finish();
  const made = { worker: 5, ms: 12, bytes: HEADER.length + 2, format: "pgm" };
  assert.deepEqual(produced, [{ movie: "sh/010:a", frame: 1, ...made }]);
});
