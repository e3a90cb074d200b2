import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Fault } from "../base/errors.ts";
import { formatFrameRange, looksLikeRange, parseFrameRange } from "./frameRange.ts";

const read = (text: string): readonly number[] => {
  const { first, last, step } = parseFrameRange(text);
  return [first, last, step];
};

describe("a range of frames", () => {
  // As fileseq, RV and Nuke write them.
  it("is written as 1-10, 1-91x5, -10-20, -10--5 or 1001", () => {
    assert.deepEqual(read("1-10"), [1, 10, 1]);
    assert.deepEqual(read("1001-1100"), [1001, 1100, 1]);
    assert.deepEqual(read("0001-0100"), [1, 100, 1]);
    assert.deepEqual(read("1-91x5"), [1, 91, 5]);
    assert.deepEqual(read("-10-20"), [-10, 20, 1]);
    assert.deepEqual(read("-10--5"), [-10, -5, 1]);
    assert.deepEqual(read("-10--1x3"), [-10, -1, 3]);
    assert.deepEqual(read("1001"), [1001, 1001, 1]);
    assert.deepEqual(read("-5"), [-5, -5, 1]);
    assert.deepEqual(read("-0"), [0, 0, 1]);
  });

  // A playback waits until the declared last frame has come: it must be one that can come.
  it("ends with the last number that its step reaches", () => {
    assert.deepEqual(read("1-100x10"), [1, 91, 10]);
    assert.deepEqual(read("-5-5x4"), [-5, 3, 4]);
    assert.deepEqual(read("5-6x7"), [5, 5, 1]);
  });

  it("is refused when it is empty, a list, or something else", () => {
    const wrong = [
      "10-1",
      "1-10x0",
      "1-10,20-30",
      "1,3,5",
      "",
      "x",
      "1-",
      "1--",
      "1-2-3",
      "1-10x-1",
      " 1-10",
      "1.5",
    ];
    for (const text of [...wrong, "1-9999999999999999", "١-٢"]) {
      assert.throws(
        () => parseFrameRange(text),
        (error) => error instanceof Fault && error.code === "RANGE_INVALID",
        text,
      );
    }
    assert.throws(() => parseFrameRange("1-10,20-30"), /list .* one range from the lowest to the highest/);
  });

  it("is told from names of folders", () => {
    for (const text of ["1-10", "1001", "-5", "1-100x5", "1,3,5"]) assert.ok(looksLikeRange(text), text);
    for (const text of ["shots", "1-10.exr", "x5", "", "-", "2024-01-02"])
      assert.ok(!looksLikeRange(text), text);
  });

  it("is read back as it was written", () => {
    const number = fc.integer({ min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(number, fc.nat(1e6), fc.integer({ min: 1, max: 1000 }), (first, count, step) => {
        const range = parseFrameRange(`${first}-${first + count * step}x${step}`);
        assert.deepEqual([range.first, range.last], [first, first + count * step]);
        assert.deepEqual(parseFrameRange(formatFrameRange(range)), range);
      }),
    );
  });
});
