import assert from "node:assert/strict";
import { test } from "node:test";
import { passes } from "../family.ts";
import { type EncodedPair, encodingRows, requireSame } from "./rows.ts";

const encoded = (frames: number, bytes = 1000) => ({ frames, cpuSeconds: 2, bytes: bytes * frames });

function pair(ours: number, turbo: number, size = "160×120"): EncodedPair {
  return { size, from: "memory", ours: encoded(ours), turbo: encoded(turbo) };
}

// What is judged is the time that frames cost, in pairs of one repetition.
test("t9 passes when frames per CPU second are three quarters of the peer's, and fails below", () => {
  const [good] = encodingRows([pair(75, 100), pair(750, 1000), pair(1, 100)]);
  assert.ok(good !== undefined && passes(good) === true);
  assert.deepEqual(good.ours, [37.5, 375, 0.5]);
  const [bad] = encodingRows([pair(74, 100)]);
  assert.ok(bad !== undefined && passes(bad) === false);
});

// Sizes are never mixed: a small frame costs a hundredth of a large one.
test("every size has a row of its own, the small ones first", () => {
  const rows = encodingRows([pair(1, 1, "2048×1152"), pair(1, 1, "160×120"), pair(1, 1, "2048×1152")]);
  assert.deepEqual(
    rows.map(({ what, ours }) => [what.split(",")[0], ours.length]),
    [
      ["JPEG 160×120", 1],
      ["JPEG 2048×1152", 2],
    ],
  );
});

// An encoder that is fast because it makes worse images is no peer.
test("images of another size are no comparison", () => {
  requireSame(pair(10, 20));
  assert.throws(() => requireSame({ ...pair(10, 10), turbo: encoded(10, 1100) }));
  assert.throws(() => requireSame({ ...pair(10, 10), ours: encoded(0) }));
});
