import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { layOut, moved } from "./layout.ts";

describe("the grid of movies", () => {
  // On a phone one card fills the width; on a wall of a screen there are many.
  it("has as many columns as cards of a readable width fit", () => {
    assert.deepEqual(
      [0, 358, 495, 496, 1408].map((width) => layOut(width, "grid").columns),
      [1, 1, 1, 2, 5],
    );
  });

  // Rows are not measured: ten thousand of them are known by their count.
  it("has rows that are as high as the picture's shape and the words need", () => {
    const { columns, rowHeight } = layOut(496, "grid");
    assert.equal(columns, 2);
    assert.equal(rowHeight, 135 + 104 + 16);
    assert.deepEqual(layOut(1000, "list"), { columns: 1, rowHeight: 72 });
  });

  it("is walked through by arrows, and left by none of them", () => {
    const layout = { columns: 3, rowHeight: 1 };
    const walk = (key: string, from: number): number | undefined => moved(key, from, layout, 8);
    assert.deepEqual([walk("ArrowRight", 0), walk("ArrowDown", 0), walk("End", 0)], [1, 3, 7]);
    assert.deepEqual(
      [walk("ArrowLeft", 0), walk("ArrowUp", 2), walk("ArrowDown", 7)],
      [undefined, undefined, undefined],
    );
    assert.deepEqual([walk("PageDown", 0), walk("PageUp", 7), walk("x", 3)], [7, 0, undefined]);
  });
});
