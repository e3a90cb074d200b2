import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode } from "../base/errors.ts";
import { Fault } from "../base/errors.ts";
import { FrameNumber, Priority } from "../base/units.ts";
import { SimulatedLog } from "../simulate/log.ts";
import { makePlan, type Plan, type PlayWish } from "./plan.ts";

const log = new SimulatedLog("sw", [5, 6, 8, 9], { rate: { numerator: 25, denominator: 1 } });
const frame = FrameNumber;

function plan(wish: Partial<PlayWish>, of = log): Plan {
  const nothing = { start: undefined, from: undefined, to: undefined, rate: undefined };
  const rest = { repeat: false, contract: "all", missing: "error", priority: Priority(3) } as const;
  return makePlan(of, { ...nothing, ...rest, ...wish }, undefined);
}

const throwsCode = (code: ErrorCode, wish: Partial<PlayWish>, of = log): void =>
  assert.throws(
    () => plan(wish, of),
    (error) => error instanceof Fault && error.code === code,
  );

// "From 1" and "to 1000" are how people say "all of it".
test("a range may reach over the movie's ends, and the playback starts with the first frame inside", () => {
  assert.equal(plan({}).start, 5);
  assert.equal(plan({ from: frame(1), to: frame(100) }).start, 5);
  assert.equal(plan({ from: frame(7) }).start, 7);
  assert.equal(plan({ from: frame(6), start: frame(8) }).start, 8);
});

// A refused wish says which of its numbers was wrong.
test("a range without frames, and a start outside of range or movie, are refused", () => {
  throwsCode("RANGE_INVALID", { from: frame(10) });
  throwsCode("RANGE_INVALID", { to: frame(4) });
  throwsCode("RANGE_INVALID", { from: frame(8), to: frame(6) });
  throwsCode("RANGE_INVALID", { from: frame(6), start: frame(5) });
  throwsCode("FRAME_NOT_FOUND", { start: frame(10) });
  throwsCode("FRAME_NOT_FOUND", { start: frame(4) });
  throwsCode("FRAME_NOT_FOUND", {}, new SimulatedLog("empty", []));
});

// Skipping needs something to be late against; everything as fast as it goes needs nothing.
test("`all` has no rate unless one is asked for, the others have the movie's", () => {
  assert.equal(plan({}).rate, undefined);
  assert.deepEqual(plan({ contract: "paced" }).rate, log.rate);
  const rate = { numerator: 2, denominator: 1 };
  assert.deepEqual(plan({ contract: "latest", rate }).rate, rate);
});

// A viewer who asks for evidence gets it from a movie that is otherwise played over its holes.
test("the movie's own policy for missing frames holds where a viewer leaves it open", () => {
  assert.equal(plan({ missing: undefined }).missing, "error");
  const held = new SimulatedLog("sw", [1], { missing: "hold" });
  assert.equal(plan({ missing: undefined }, held).missing, "hold");
  assert.equal(plan({ missing: "error" }, held).missing, "error");
});

// The timeline is right before the first frame is: whoever opens the movie early waits for it.
test("of a movie that is being made any declared number can be asked for, and none beyond", () => {
  const live = new SimulatedLog("sw", [], { first: 1001, last: 1100 });
  assert.equal(plan({}, live).start, 1001);
  assert.equal(plan({ start: frame(1050) }, live).start, 1050);
  assert.equal(plan({ from: frame(1090), to: frame(2000) }, live).start, 1090);
  throwsCode("FRAME_NOT_FOUND", { start: frame(1101) }, live);
  throwsCode("RANGE_INVALID", { from: frame(1101) }, live);
  assert.throws(() => plan({ start: frame(1101) }, live), /is to have frames 1001 to 1100$/);
});

// Frame 7 of a movie declared as 1-100x5 will never be: waiting for it would never end.
test("a number off a movie's steps is none of its frames; a range begins with the next one that is", () => {
  const stepped = new SimulatedLog("sw", [1, 6], { first: 1, last: 100, step: 5 });
  assert.equal(plan({ start: frame(11) }, stepped).start, 11);
  assert.equal(plan({ from: frame(7) }, stepped).start, 11);
  throwsCode("FRAME_NOT_FOUND", { start: frame(7) }, stepped);
  throwsCode("RANGE_INVALID", { from: frame(7), to: frame(10) }, stepped);
  assert.throws(() => plan({ start: frame(7) }, stepped), /frames 1 to 96, one every 5$/);
});

// Going backwards is asked for like going forwards, and begins at the other end.
test("a playback backwards begins with the last number there is", () => {
  assert.equal(plan({ direction: -1 }).start, 9);
  assert.equal(plan({ direction: -1, to: frame(7) }).start, 7);
  assert.equal(plan({ direction: -1, start: frame(6) }).start, 6);
  const live = new SimulatedLog("sw", [1, 2], { first: 1, last: 50 });
  assert.equal(plan({ direction: -1 }, live).start, 2);
  throwsCode("FRAME_NOT_FOUND", { direction: -1, from: frame(10) }, live);
});

// Whoever watches a telescope wants what it saw last.
test("`last` is the newest frame of the range", () => {
  assert.equal(plan({ start: "last" }).start, 9);
  assert.equal(plan({ start: "last", to: frame(7) }).start, 6);
  const live = new SimulatedLog("sw", [1, 2], { first: 1, last: 50 });
  assert.equal(plan({ start: "last" }, live).start, 2);
  throwsCode("FRAME_NOT_FOUND", { start: "last", from: frame(3) }, live);
});

// A client that was cut off goes on behind the last frame that it has: also when that was the last of all.
test("a playback goes on behind a frame, in its direction, over the end of a pass, or with nothing", () => {
  assert.equal(plan({ after: frame(6) }).start, 7);
  assert.equal(plan({ after: frame(2) }).start, 5);
  assert.equal(plan({ after: frame(9) }).start, 10);
  assert.equal(plan({ after: frame(9), repeat: true }).start, 5);
  assert.equal(plan({ after: frame(8), repeat: true, from: frame(6), to: frame(8) }).start, 6);
  assert.equal(plan({ after: frame(6), direction: -1 }).start, 5);
  assert.equal(plan({ after: frame(5), direction: -1 }).start, 4);
  assert.equal(plan({ after: frame(5), direction: -1, repeat: true }).start, 9);
  const stepped = new SimulatedLog("sw", [1, 6, 11], { first: 1, last: 11, step: 5 });
  assert.equal(plan({ after: frame(6) }, stepped).start, 11);
  assert.equal(plan({ after: frame(6), direction: -1 }, stepped).start, 1);
});
