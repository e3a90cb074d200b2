import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { present } from "../base/assert.ts";
import { FrameNumber } from "../base/units.ts";
import { type FileNames, packNames } from "./fileNames.ts";
import { findSequences } from "./names.ts";
import { SequenceLog } from "./sequence.ts";

const PLACE = { name: "a", format: "netpbm", root: "/lib", folder: "/lib/sub" } as const;
const NO_NAMES: FileNames = { kind: "pattern", before: "a", after: ".ppm", width: 1, others: new Map() };

function logOf(numbers: readonly number[]): SequenceLog {
  if (numbers.length === 0) return new SequenceLog(PLACE, { numbers: new Float64Array(0), names: NO_NAMES });
  const { sequences } = findSequences(
    numbers.map((number) => `a_${String(number).replace(/\d+/, "0$&")}.ppm`),
  );
  const { numbers: found, names } = present(sequences[0], "the names gave no sequence");
  return new SequenceLog(PLACE, { numbers: found, names: packNames(names) });
}

describe("a sequence as a log of frames", () => {
  // Holes are normal: cursors and policies ask for numbers that are not there.
  it("finds what a search through all frames finds", () => {
    const numbers = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { maxLength: 40 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: -60, max: 60 }), (unsorted, asked) => {
        const log = logOf(unsorted);
        const all = unsorted.toSorted((a, b) => a - b);
        const number = FrameNumber(asked);
        assert.equal(log.count, all.length);
        assert.equal(log.first, all[0]);
        assert.equal(log.last, all.at(-1));
        assert.equal(
          log.at(number)?.number,
          all.find((each) => each === asked),
        );
        assert.equal(
          log.atOrBefore(number)?.number,
          all.findLast((each) => each <= asked),
        );
        assert.equal(
          log.atOrAfter(number)?.number,
          all.find((each) => each >= asked),
        );
        const rank = all.filter((each) => each < asked).length;
        assert.equal(log.rank(number), rank);
        assert.equal(log.nth(rank)?.number, all[rank]);
      }),
    );
  });

  // A frame of an earlier, longer version lies about: what the renderer is to write has not come for that.
  it("waits for its declared last, whatever lies behind it", () => {
    const canGrow = { ...PLACE, canGrow: true };
    const [first, last] = [FrameNumber(1001), FrameNumber(1100)];
    const stateWith = (numbers: readonly number[]): unknown => {
      const frames = { numbers: Float64Array.from(numbers), names: NO_NAMES };
      const { state, newest } = new SequenceLog(canGrow, frames, { first, last });
      return [state, newest];
    };
    assert.deepEqual(stateWith([1001, 1002]), ["live", 1002]);
    assert.deepEqual(stateWith([1001, 1002, 1150]), ["live", 1002]);
    assert.deepEqual(stateWith([1150]), ["live", undefined]);
    assert.deepEqual(stateWith([1001, 1100, 1150]), ["recorded", 1100]);
  });

  it("an entry says where its file lies", () => {
    const { movie, number, revision, format, source } = present(
      logOf([-3, 4]).at(FrameNumber(-3)),
      "no frame",
    );
    assert.deepEqual(
      { movie, number, revision, format },
      { movie: "a", number: -3, revision: 1, format: "netpbm" },
    );
    assert.deepEqual(source, { kind: "file", root: "/lib", path: "/lib/sub/a_-03.ppm" });
    assert.equal(logOf([4]).nth(-1), undefined);
    assert.equal(logOf([4]).nth(1), undefined);
    assert.equal(logOf([4]).nth(0.5), undefined);
  });
});
