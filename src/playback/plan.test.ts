import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode } from "../base/errors.ts";
import { Fault } from "../base/errors.ts";
import { FrameNumber, Priority } from "../base/units.ts";
import { SimulatedLog } from "../simulate/log.ts";
import { makePlan, type Plan, type PlayWish } from "./plan.ts";

const log = new SimulatedLog("sw", [5, 6, 8, 9], { numerator: 25, denominator: 1 });
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
