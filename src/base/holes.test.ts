import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { type Numbered, countHoles, holesOf, progressOf } from "./holes.ts";
import { FrameNumber } from "./units.ts";

/** A recorded movie with frames of these numbers, which are in order. */
function numbered(numbers: readonly number[]): Numbered {
  const frames = numbers.map((number) => ({ number: FrameNumber(number) }));
  return {
    first: frames[0]?.number,
    last: frames.at(-1)?.number,
    newest: frames.at(-1)?.number,
    step: 1,
    state: "recorded",
    rank: (number) => frames.filter((frame) => frame.number < number).length,
    nth: (rank) => frames[rank],
  };
}

// What a render farm lost is what one looks for in a listing.
test("holes are the numbers between the first and the last frame that have none", () => {
  const log = numbered([-2, 0, 1, 5, 6, 8]);
  assert.deepEqual(
    [...holesOf(log)],
    [
      { first: -1, last: -1 },
      { first: 2, last: 4 },
      { first: 7, last: 7 },
    ],
  );
  assert.equal(countHoles(log), 5);
});

// A declared range is what the movie will have: what has not come is missing too.
test("a declared first and last frame count as the movie's ends", () => {
  const log = { ...numbered([3]), first: numbered([2]).first, last: numbered([5]).first };
  assert.deepEqual(
    [...holesOf(log)],
    [
      { first: 2, last: 2 },
      { first: 4, last: 5 },
    ],
  );
  assert.equal(countHoles(log), 3);
});

// Runs are passed over in leaps: a leap too far would hide a hole, one too short show one that is none.
test("holes are the same however frames and holes lie", (t) => {
  const gaps = fc.array(fc.oneof(fc.constant(1), fc.constant(1), fc.integer({ min: 1, max: 5 })), {
    maxLength: 70,
  });
  const property = fc.property(fc.integer({ min: -9, max: 9 }), gaps, fc.nat(6), (first, steps, behind) => {
    const numbers = [first];
    for (const step of steps) numbers.push((numbers.at(-1) ?? first) + step);
    const last = FrameNumber((numbers.at(-1) ?? first) + 3 - behind);
    const log = { ...numbered(numbers), last };
    const missing = new Set<number>();
    for (let number = first; number <= last; number++) if (!numbers.includes(number)) missing.add(number);
    const named = [...holesOf(log)].flatMap((hole) =>
      Array.from({ length: hole.last - hole.first + 1 }, (_, index) => hole.first + index),
    );
    assert.deepEqual(named, [...missing]);
    for (const hole of holesOf(log)) assert.ok(!missing.has(hole.first - 1) && !missing.has(hole.last + 1));
  });
  holds(t, property, 300);
});

// Nothing is missing from nothing.
test("a movie without frames has no holes", () => {
  assert.deepEqual([...holesOf(numbered([]))], []);
  assert.equal(countHoles(numbered([])), 0);
});

// Every tenth frame was rendered: the nine between are not missing. A frame between them is no harm.
test("under a step only every so many numbers are expected", () => {
  const log = { ...numbered([1, 5, 11, 31, 61]), step: 10 };
  assert.deepEqual(
    [...holesOf(log)],
    [
      { first: 21, last: 21 },
      { first: 41, last: 51 },
    ],
  );
  assert.equal(countHoles(log), 3);
  const late = { ...log, first: FrameNumber(-9), last: FrameNumber(75) };
  assert.deepEqual([...holesOf(late)].at(-1), { first: 71, last: 71 });
  assert.equal(countHoles(late), 5);
});

// What has not been rendered yet is not lost: it is waited for.
test("of a live movie what lies behind the newest frame is to come, not missing", () => {
  const [first, last] = [FrameNumber(1001), FrameNumber(1100)];
  const live = { ...numbered([1001, 1002, 1005]), first, last, state: "live" } as const;
  assert.deepEqual([...holesOf(live)], [{ first: 1003, last: 1004 }]);
  assert.equal(countHoles(live), 2);
  assert.deepEqual(progressOf(live), { there: 3, expected: 100, waitingFor: 1006 });
  const none = { ...numbered([]), first, last, state: "live" } as const;
  assert.deepEqual(progressOf(none), { there: 0, expected: 100, waitingFor: 1001 });
  const stepped = { ...numbered([1001, 1021]), first, last, step: 10, state: "live" } as const;
  assert.deepEqual(progressOf(stepped), { there: 2, expected: 10, waitingFor: 1031 });
  assert.equal(progressOf(numbered([1, 3])), undefined);
});
