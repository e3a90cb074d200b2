import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { frameAt, isMissing, marksOf, readSpans } from "./spans.ts";

describe("spans of frames", () => {
  // Frame numbers of film scans and of simulations may be negative.
  it("are read from the text that the server has, with signs", () => {
    assert.deepEqual(readSpans("3-5,9,-10--5,-2-1"), [
      [3, 5],
      [9, 9],
      [-10, -5],
      [-2, 1],
    ]);
    assert.deepEqual(readSpans(""), []);
  });

  // One missing frame of a million must be seen.
  it("are marked where they lie, never too narrow to be seen, never outside", () => {
    assert.deepEqual(marksOf([[1, 10]], [1, 100], 0.01), [{ start: 0, width: 0.1 }]);
    assert.deepEqual(marksOf([[1_000_000, 1_000_000]], [1, 1_000_000], 0.01), [{ start: 0.99, width: 0.01 }]);
  });

  // Each frame that lands is told with numbers, and holes are not: whether they changed follows from them.
  it("are known to be others when the numbers of a movie say so", () => {
    const movie = { frames: 7, first: 1, newest: 10, step: 1 };
    assert.deepEqual([isMissing(3, movie), isMissing(2, movie)], [true, false]);
    assert.ok(isMissing(0, { frames: 3, first: 1, newest: 5, step: 2 }));
    assert.ok(isMissing(0, { frames: 0, first: null, newest: null, step: 1 }));
  });

  it("have a frame at each place between their edges, which is never a hole", () => {
    const places = [-1, 0, 0.5, 0.999, 1, 2];
    assert.deepEqual(
      places.map((place) => frameAt(place, [1001, 1010], [])),
      [1001, 1001, 1006, 1010, 1010, 1010],
    );
    assert.equal(frameAt(0.5, [1, 10], [[5, 7]]), 4);
    assert.equal(frameAt(0, [1, 10], [[1, 3]]), 4);
    assert.equal(frameAt(0.7, [7, 7], []), 7);
  });
});
