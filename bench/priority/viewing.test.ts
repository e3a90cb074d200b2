import assert from "node:assert/strict";
import { test } from "node:test";
import type { Viewed } from "./contest.ts";
import { seen } from "./viewing.ts";

const WATCHING = { periodMs: 40, endedMs: 1400 };

/** A viewer whose frame n came at 1000 + 40 (n − 1), but for those that came later. */
function viewer(
  frames: readonly number[],
  { late = new Map<number, number>(), sent = frames.length } = {},
): Viewed {
  return {
    askedMs: 990,
    receipt: { sent, skipped: 0, missing: 0 },
    frames,
    cameMs: frames.map((frame) => 1000 + 40 * (frame - 1) + (late.get(frame) ?? 0)),
  };
}

const TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

// The first frame pins the timeline: how long it took is told apart, and makes nothing late.
test("lateness is from the due time that the first frame's arrival gives", () => {
  const { p50, worst, first, due, lost } = seen([viewer(TEN, { late: new Map([[4, 30]]) })], WATCHING);
  assert.deepEqual({ p50, worst, first, due, lost }, { p50: 0, worst: 30, first: 10, due: 10, lost: 0 });
});

// A server that sends nothing at all must not look punctual.
test("a frame that was due and never came is lost, also at the end", () => {
  assert.equal(seen([viewer([1, 2, 3, 5, 6, 7])], WATCHING).lost, 4);
});

// It may be on its way when the viewers stop; the next frame's due time has not come.
test("a frame that is due less than a period before the end is not lost", () => {
  assert.deepEqual(seen([viewer(TEN)], { ...WATCHING, endedMs: 1439 }).due, 10);
  assert.deepEqual(seen([viewer(TEN)], { ...WATCHING, endedMs: 1440 }).due, 11);
});

// Figures of a client that miscounts, or of a server that lies, are none.
test("what came has to be what the receipt says, from frame 1 on, in order", () => {
  assert.throws(() => seen([viewer(TEN, { sent: 11 })], WATCHING), /receipt/);
  assert.throws(() => seen([viewer([2, 3])], WATCHING), /first frame/);
  assert.throws(() => seen([viewer([1, 3, 2])], WATCHING), /order/);
});
