import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commonOf, heightOf, hill, peakOf, tops } from "./curve.ts";

describe("the curves of a histogram", () => {
  // A black border is half of all pixels, and says nothing about the picture within.
  it("are as high as the most frequent value that is not at an edge", () => {
    assert.equal(peakOf([[1_000_000, 4, 16, 3, 500]]), 16);
    assert.equal(peakOf([[7, 0, 0, 9]]), 9);
    assert.equal(peakOf([[0, 0, 0]]), 1);
  });

  it("show few beside many, and never leave the plot", () => {
    assert.equal(heightOf(1, 100), 0.1);
    assert.equal(heightOf(1_000_000, 16), 1);
    assert.equal(heightOf(0, 16), 0);
  });

  it("go along the top of each column, and fill what is below", () => {
    assert.equal(tops([0, 16, 4], 16, 3, 100), "M0 100H1L1 0H2L2 50H3");
    assert.equal(hill([0, 16], 16, 2, 100), "M0 100L0 100H1L1 0H2V100Z");
    assert.equal(tops([], 1, 3, 100), "");
    assert.equal(hill([], 1, 3, 100), "");
  });

  it("have in neutral tones what all channels have", () => {
    assert.deepEqual(
      commonOf([
        [1, 5, 3],
        [2, 4, 3],
        [9, 9, 0],
      ]),
      [1, 4, 0],
    );
    assert.deepEqual(commonOf([[1, 2]]), [1, 2]);
  });
});
