import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { events } from "../base/events.ts";
import { Ms } from "../base/units.ts";
import type { Answer } from "./order.ts";
import { Stage, logOf, urgent, wish } from "./stage.testing.ts";

const AFTER = Ms(300);

/** What a worker says of a file that somebody is writing. */
function half(seen = "half"): Answer {
  return { fault: { code: "FRAME_TRUNCATED", detail: "found half" }, again: { after: AFTER, seen } };
}

async function answer(stage: Stage, given: Answer): Promise<void> {
  stage.pool.works[0]?.end(given);
  await turn();
}

function failuresIn(t: TestContext): { readonly count: number } {
  const failed = { count: 0 };
  t.after(events.frameFailed.subscribe(() => failed.count++));
  return failed;
}

// A renderer that writes over a frame must not end the evening of those who watch.
test("a frame that is half written is made when it is whole, and nobody hears of it", async (t) => {
  const failed = failuresIn(t);
  const stage = new Stage();
  stage.ask("a", wish(1));
  await answer(stage, half());
  assert.deepEqual(stage.heard, []);
  stage.clock.advance(AFTER - 1);
  assert.deepEqual(stage.pool.begun, ["1"]);
  stage.clock.advance(1);
  assert.deepEqual(stage.pool.begun, ["1", "1"]);
  await stage.finish();
  assert.deepEqual(stage.heard, ["a: frame"]);
  assert.equal(failed.count, 0);
});

// Two looks tell a file that is still where no clock does: on a server whose clock is ahead.
test("the next worker is told what was seen of the file", async () => {
  const stage = new Stage();
  stage.ask("a", wish(1));
  assert.equal(stage.pool.works[0]?.order.source.seen, undefined);
  await answer(stage, half("as it was"));
  stage.clock.advance(AFTER);
  assert.equal(stage.pool.works[0]?.order.source.seen, "as it was");
});

// With one worker, everything else would wait for the renderer too.
test("no worker waits for a frame that is half written", async () => {
  const stage = new Stage();
  stage.ask("half", wish(1), urgent(0));
  stage.ask("whole", wish(2), urgent(9));
  await answer(stage, half());
  await stage.finish();
  assert.deepEqual(stage.heard, ["whole: frame"]);
});

test("who asks for a frame that is half written joins those who wait", async () => {
  const stage = new Stage();
  stage.ask("a", wish(1));
  await answer(stage, half());
  stage.ask("b", wish(1), urgent(0));
  assert.deepEqual(stage.pool.begun, ["1"]);
  stage.clock.advance(AFTER);
  await stage.finish();
  assert.deepEqual(stage.heard, ["b: frame", "a: frame"]);
});

// A renderer that has died leaves half a frame for ever.
test("after ten seconds a half frame is told as what it is, once", async (t) => {
  const failed = failuresIn(t);
  const stage = new Stage();
  stage.ask("a", wish(1));
  let waited = 0;
  for (; stage.heard.length === 0; waited += AFTER) {
    assert.ok(waited <= 20_000, "it is waited for without end");
    await answer(stage, half());
    stage.clock.advance(AFTER);
  }
  assert.deepEqual(stage.heard, ["a: FRAME_TRUNCATED"]);
  assert.ok(waited > 9500 && waited <= 10_500, `${waited} ms`);
  assert.equal(failed.count, 1);
  assert.equal(stage.clock.alarms, 0);
});

test("a damaged frame that nobody is writing is told at once", async () => {
  const stage = new Stage();
  stage.ask("a", wish(1));
  await stage.fail("FRAME_TRUNCATED");
  assert.deepEqual(stage.heard, ["a: FRAME_TRUNCATED"]);
});

// Law 7: after a seek nobody is left who waits.
test("a half frame that nobody waits for any more is forgotten at once", async () => {
  const stage = new Stage();
  const one = stage.ask("a", wish(1));
  const other = stage.ask("b", wish(1));
  await answer(stage, half());
  one.cancel();
  assert.equal(stage.clock.alarms, 1);
  other.cancel();
  assert.equal(stage.clock.alarms, 0);
  assert.equal(stage.production.stats.queued, 0);
  stage.ask("c", wish(1));
  await stage.finish();
  assert.deepEqual(stage.heard, ["c: frame"]);
});

test("who waits for a half frame hears when the server closes", async () => {
  const stage = new Stage();
  stage.ask("a", wish(1));
  await answer(stage, half());
  await stage.production.close();
  assert.deepEqual(stage.heard, ["a: SERVER_CLOSING"]);
  assert.equal(stage.clock.alarms, 0);
});

const PICTURE = {
  format: "jpeg",
  width: undefined,
  quality: undefined,
  levels: undefined,
  exposure: undefined,
} as const;

// All frames of the movie wait for what is measured: a second for one of the sample, and not ten.
test("a frame of a sample that is half written is soon stepped over", async () => {
  const stage = new Stage({ log: () => logOf([wish(1).entry, wish(9).entry]) });
  stage.ask("a", { ...wish(5), rendition: PICTURE });
  await answer(stage, { needs: "levels" });
  let waited = 0;
  for (; stage.pool.works[0]?.name.startsWith("levels") === true; waited += AFTER) {
    const isHalf = stage.pool.works[0].name === "levels 1";
    await answer(stage, isHalf ? half() : { measured: { low: 0, high: 9 } });
    if (stage.pool.works.length === 0) stage.clock.advance(AFTER);
  }
  assert.ok(waited < 2000, `${waited} ms`);
  await stage.finish();
  assert.deepEqual(stage.heard, ["a: frame"]);
});

test("a frame that is the whole sample and half written is waited for all the same", async () => {
  const stage = new Stage({ log: () => logOf([wish(1).entry]) });
  stage.ask("a", { ...wish(1), rendition: PICTURE });
  await answer(stage, { needs: "levels" });
  for (let waited = 0; waited < 5000; waited += AFTER) {
    assert.deepEqual(stage.heard, []);
    if (stage.pool.works.length > 0) await answer(stage, half());
    stage.clock.advance(AFTER);
  }
  while (stage.pool.works[0]?.order.levels === undefined) {
    const isMeasured = stage.pool.works[0]?.name === "levels 1";
    await answer(stage, isMeasured ? { measured: { low: 0, high: 9 } } : { needs: "levels" });
    stage.clock.advance(AFTER);
  }
  await stage.finish();
  assert.deepEqual(stage.heard, ["a: frame"]);
});
