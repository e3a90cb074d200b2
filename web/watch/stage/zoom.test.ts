import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FIT, isSharp, oneToOne, panned, pixelAt, zoomed } from "./zoom.ts";

const STAGE = { width: 800, height: 600 };
const PICTURE = { width: 160, height: 120 };

describe("zoom and pan", () => {
  // Whoever points at a cell wants to see more of this cell.
  it("keep what is under the pointer under it", () => {
    const about = { x: 200, y: 450 };
    const before = pixelAt(FIT, about, STAGE, PICTURE);
    const view = zoomed(FIT, 4, about, STAGE, PICTURE);
    assert.deepEqual(pixelAt(view, about, STAGE, PICTURE), before);
    assert.deepEqual(before, { x: 40, y: 90 });
  });

  it("end where all is seen, and where a pixel is as large as is of use", () => {
    assert.deepEqual(zoomed({ scale: 2, x: -10, y: -10 }, 0.1, { x: 0, y: 0 }, STAGE, PICTURE), FIT);
    assert.equal(zoomed(FIT, 1e6, { x: 0, y: 0 }, STAGE, PICTURE).scale, 64 / 5);
  });

  it("never leave the stage empty", () => {
    const view = panned({ scale: 2, x: 0, y: 0 }, { x: 500, y: -5000 }, STAGE);
    assert.deepEqual(view, { scale: 2, x: 0, y: -600 });
  });

  // Bars beside a picture are not the picture.
  it("say which pixel is where, and that there is none beside the picture", () => {
    const wide = { width: 1600, height: 600 };
    assert.equal(pixelAt(FIT, { x: 10, y: 10 }, wide, PICTURE), undefined);
    assert.deepEqual(pixelAt(FIT, { x: 400, y: 0 }, wide, PICTURE), { x: 0, y: 0 });
    assert.deepEqual(pixelAt(FIT, { x: 799, y: 599 }, STAGE, PICTURE), { x: 159, y: 119 });
  });

  it("show one pixel on one of the display's, whatever the display is", () => {
    const large = { width: 3200, height: 2400 };
    assert.equal(oneToOne(FIT, { x: 0, y: 0 }, STAGE, large, 1).scale, 4);
    assert.equal(oneToOne(FIT, { x: 0, y: 0 }, STAGE, large, 2).scale, 2);
    assert.ok(isSharp({ scale: 8, x: 0, y: 0 }, STAGE, large, 1) && !isSharp(FIT, STAGE, PICTURE, 1));
  });
});
