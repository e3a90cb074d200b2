import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { FrameTable, differenceOf } from "./frameTable.ts";

const list = (...numbers: number[]): Float64Array => Float64Array.from(numbers);
const NOTHING = { landed: list(), revised: list(), removed: list() };
const same = (): boolean => false;
const sorted = (from: readonly number[]): Float64Array => Float64Array.from(from).sort();

/** `number@revision` of all frames. */
function shown(table: FrameTable): string {
  return Array.from(table.numbers, (number, rank) => `${number}@${table.revisionAt(rank)}`).join(" ");
}

describe("the numbers and revisions of a movie's frames", () => {
  // Frames are rendered on many machines: they land in any order, and go in any order.
  it("is after any changes what a sorted set would be, and finds the same", () => {
    const numbers = fc.uniqueArray(fc.integer({ min: -30, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(numbers, fc.array(numbers, { maxLength: 6 }), (start, steps) => {
        const table = new FrameTable(sorted(start), 1);
        let before = start;
        for (const after of steps) {
          table.change(differenceOf(sorted(before), sorted(after), same));
          assert.deepEqual(table.numbers, sorted(after));
          for (let number = -31; number <= 61; number++) {
            assert.equal(table.has(number), after.includes(number));
            assert.equal(table.rank(number), after.filter((each) => each < number).length);
          }
          before = after;
        }
      }),
    );
  });

  // Caches are keyed by number and revision: a pair that has stood for some bytes never stands for others.
  it("never gives a number a revision again that it has had", () => {
    const number = fc.integer({ min: 1, max: 6 });
    const steps = fc.array(fc.tuple(fc.constantFrom("landed", "revised", "removed"), number), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (changes) => {
        const table = new FrameTable(list(3, 4), 7);
        const had = new Set(["3@7", "4@7"]);
        for (const [kind, at] of changes) {
          if (table.has(at) === (kind === "landed")) continue;
          table.change({ ...NOTHING, [kind]: list(at) });
          if (kind === "removed") continue;
          const pair = `${at}@${table.revisionAt(table.rank(at))}`;
          assert.ok(!had.has(pair), pair);
          had.add(pair);
          assert.ok(table.highestRevision >= table.revisionAt(table.rank(at)));
        }
      }),
    );
  });

  it("frames that nobody touched keep their revision", () => {
    const table = new FrameTable(list(1, 2, 3, 4), 1);
    table.change({ ...NOTHING, revised: list(2), removed: list(3) });
    assert.equal(shown(table), "1@1 2@2 4@1");
    table.change({ ...NOTHING, landed: list(0, 3, 9) });
    assert.equal(shown(table), "0@2 1@1 2@2 3@2 4@1 9@2");
  });

  // A camera that records for a year and deletes what is old must not fill the memory with what was.
  it("takes no more memory for frames that come and go", () => {
    const table = new FrameTable(list(), 1);
    for (let number = 0; number < 20_000; number++) {
      table.change({ ...NOTHING, landed: list(number) });
      if (number >= 10) table.change({ ...NOTHING, removed: list(number - 10) });
    }
    assert.equal(table.count, 10);
    assert.ok(table.numbers.buffer.byteLength < 1000, `${table.numbers.buffer.byteLength} bytes`);
  });
});

describe("the difference of two lists of numbers", () => {
  it("tells what landed, was removed, and is another file now", () => {
    const difference = differenceOf(list(1, 2, 3, 5), list(0, 2, 3, 4, 5), (_, after) => after === 2);
    assert.deepEqual(difference, { landed: list(0, 4), removed: list(1), revised: list(3) });
    assert.deepEqual(differenceOf(list(), list(1), same), { ...NOTHING, landed: list(1) });
    assert.deepEqual(differenceOf(list(1), list(), same), { ...NOTHING, removed: list(1) });
  });
});
