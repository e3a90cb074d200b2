import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FrameNumber } from "../base/units.ts";
import { SimulatedLog } from "../simulate/log.ts";
import { Cursor, type CursorOptions } from "./cursor.ts";

type Range = Partial<{ start: number; from: number; to: number; repeat: boolean; holes: "shown" | "passed" }>;

function cursorOver(numbers: readonly number[], range: Range = {}): Cursor {
  const { start, from, to, repeat = false, holes = "shown" } = range;
  const first = Math.max(Math.min(...numbers), from ?? Number.NEGATIVE_INFINITY);
  const options: CursorOptions = {
    log: new SimulatedLog("m", numbers),
    start: FrameNumber(start ?? first),
    from: from === undefined ? undefined : FrameNumber(from),
    to: to === undefined ? undefined : FrameNumber(to),
    repeat,
    holes,
  };
  return new Cursor(options);
}

/** The next numbers; a hole's is negative. */
function take(cursor: Cursor, count: number): number[] {
  const numbers: number[] = [];
  while (numbers.length < count) {
    const step = cursor.next();
    if (step === undefined) break;
    numbers.push(step.entry === undefined ? -Number(step.number) : step.number);
  }
  return numbers;
}

// The number shown is the file's own, on every surface.
test("a cursor gives the numbers of the range in order, holes where they are wanted", () => {
  assert.deepEqual(take(cursorOver([1001, 1002, 1004]), 9), [1001, 1002, -1003, 1004]);
  assert.deepEqual(take(cursorOver([1001, 1002, 1004], { holes: "passed" }), 9), [1001, 1002, 1004]);
  assert.deepEqual(take(cursorOver([1, 2, 3, 4, 5], { from: 2, to: 4 }), 9), [2, 3, 4]);
  assert.deepEqual(take(cursorOver([1, 2, 3, 4, 5], { start: 3, from: 2, to: 9 }), 9), [3, 4, 5]);
});

// A loop goes over the range, not over the part behind the seek.
test("a repeated range begins again at its first frame, wherever the playback started", () => {
  assert.deepEqual(
    take(cursorOver([1, 2, 3, 4], { start: 3, from: 2, repeat: true }), 7),
    [3, 4, 2, 3, 4, 2, 3],
  );
});

// Numbers that nothing tells of would be frames lost in silence.
test("a step tells how many holes were passed before it, also around the end of a pass", () => {
  const cursor = cursorOver([2, 5, 6], { from: 1, to: 6, repeat: true, holes: "passed" });
  const holes = Array.from({ length: 5 }, () => cursor.next()?.holesBefore);
  assert.deepEqual(holes, [0, 2, 0, 0, 2]);
  const ends = cursorOver([2, 5, 9], { to: 7, repeat: true, holes: "passed" });
  assert.deepEqual(
    Array.from({ length: 4 }, () => ends.next()?.holesBefore),
    [0, 2, 2, 2],
  );
});

const numbers = fc.uniqueArray(fc.integer({ min: -5, max: 20 }), { minLength: 1, maxLength: 20 });

// Skipping an hour of frames must cost as much as skipping one, and count the same.
test("skipping to a tick counts what stepping to it would have passed", () => {
  const property = fc.property(
    fc.record({
      numbers,
      holes: fc.constantFrom("shown" as const, "passed" as const),
      repeat: fc.boolean(),
      length: fc.nat(30),
      before: fc.nat(10),
      distance: fc.nat(100),
    }),
    ({ numbers, holes, repeat, length, before, distance }) => {
      const from = Math.min(...numbers);
      const range = { from, to: from + length, repeat, holes };
      const [steps, skips] = [cursorOver(numbers, range), cursorOver(numbers, range)];
      take(steps, before);
      take(skips, before);
      const target = skips.tick + distance;
      const expected = { frames: 0, holes: 0 };
      while (steps.tick < target) {
        const step = steps.next();
        if (step === undefined) break;
        expected[step.entry === undefined ? "holes" : "frames"] += 1;
        expected.holes += step.holesBefore;
      }
      const passed = skips.skipTo(target);
      assert.equal(skips.tick, steps.tick);
      assert.equal(passed.frames, expected.frames);
      const [next, other] = [steps.next(), skips.next()];
      assert.equal(next?.number, other?.number);
      // A skip may have told of the holes that the next step would tell of.
      const all = expected.holes + (next?.holesBefore ?? steps.holesLeft);
      assert.equal(passed.holes + (other?.holesBefore ?? skips.holesLeft), all);
    },
  );
  fc.assert(property, { seed: 19_660, numRuns: 500 });
});

// `latest` shows a movie's last frame however late it is: it has to know which that is.
test("the last tick is known until the cursor repeats", () => {
  const cursor = cursorOver([1, 2, 4]);
  assert.equal(cursor.lastTick, 3);
  cursor.next();
  assert.equal(cursor.lastTick, 3);
  assert.equal(cursorOver([1, 2, 4], { holes: "passed" }).lastTick, 2);
  assert.equal(cursorOver([1, 2], { repeat: true }).lastTick, Number.POSITIVE_INFINITY);
});
