import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameNumber } from "../base/units.ts";
import { Uniformity } from "./uniformity.ts";

const number = FrameNumber(7);
const small = { format: "yuv", width: 160, height: 120 } as const;

// A size that is stated once in a header is a lie for every frame that has another.
test("a frame of another size or kind than the first is told with both", () => {
  const uniformity = new Uniformity();
  assert.equal(uniformity.breach(number, small), undefined);
  assert.equal(uniformity.breach(number, { ...small }), undefined);
  const larger = uniformity.breach(number, { ...small, width: 320 });
  assert.equal(larger?.code, "FRAME_UNSUPPORTED");
  assert.match(larger.message, /frame 7 with 320×120 pixels, expected 160×120 pixels/);
  assert.match(uniformity.breach(number, { ...small, format: "luma" })?.message ?? "", /of grey/);
});
