import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { hasNumber, parseRanges, rangesOf } from "./ranges.ts";

describe("ranges of frame numbers", () => {
  it("are read as servers write them, also below zero", () => {
    assert.deepEqual(parseRanges("1-3,7"), [
      [1, 3],
      [7, 7],
    ]);
    assert.deepEqual(parseRanges("-10--5,0"), [
      [-10, -5],
      [0, 0],
    ]);
    assert.deepEqual(parseRanges(""), []);
  });

  // A server of another day may write something else: what is known of it still counts.
  it("leave out what is no range", () => {
    assert.deepEqual(parseRanges("1-3,x,5-"), [[1, 3]]);
  });

  it("have exactly the numbers that they were made of", (test) => {
    const numbers = fc.uniqueArray(fc.integer({ min: -20, max: 40 }), { maxLength: 30 });
    holds(
      test,
      fc.property(numbers, (numbers) => {
        const ranges = rangesOf(numbers, 1);
        for (let number = -22; number <= 42; number += 1)
          assert.equal(hasNumber(ranges, number), numbers.includes(number));
        for (const [at, [from]] of ranges.entries())
          assert.ok(at === 0 || from > (ranges[at - 1]?.[1] ?? 0) + 1);
      }),
      300,
    );
  });

  it("join numbers that are one step apart", () => {
    assert.deepEqual(rangesOf([11, 1, 6, 21], 5), [
      [1, 11],
      [21, 21],
    ]);
  });
});
