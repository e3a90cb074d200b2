import assert from "node:assert/strict";
import { it } from "node:test";
import { Closeness } from "./closeness.ts";

// What a lossy picture makes of a pixel is not what the camera saw.
it("single pixels are shown without loss, and what was chosen comes back behind them", () => {
  const closeness = new Closeness();
  const near = closeness.applied({ format: "webp", quality: 60 }, true, true);
  assert.deepEqual(near, { format: "png", quality: 60, width: "own" });
  assert.deepEqual(closeness.applied(near, false, false), { format: "webp", quality: 60, width: "auto" });
});

it("what was chosen while somebody looked closely counts", () => {
  const closeness = new Closeness();
  const near = closeness.applied({}, true, true);
  const chosen = closeness.applied({ ...near, format: "jpeg" }, true, true);
  assert.equal(chosen.format, "png");
  assert.equal(closeness.applied(chosen, false, false).format, "jpeg");
});

it("nothing is asked for anew where nothing changes", () => {
  const closeness = new Closeness();
  const same = { format: "jpeg", width: "auto" } as const;
  assert.equal(closeness.applied(same, false, false), same);
});
