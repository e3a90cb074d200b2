import assert from "node:assert/strict";
import { test } from "node:test";
import { makeFrame } from "./movie.ts";

// The figures to beat were measured with the frames of the original assignment; another size has other
// limits.
test("every frame has 57,654 bytes and says its number in its header", () => {
  for (const number of [1, 57, 100]) {
    const frame = makeFrame(number);
    assert.equal(frame.length, 57_654);
    const header = frame.subarray(0, frame.length - 160 * 120 * 3).toString("latin1");
    assert.match(header, new RegExp(`^P6\\n# frame ${number} of the bench's movie *\\n160 120\\n255\\n$`));
  }
});
