import assert from "node:assert/strict";
import { test } from "node:test";
import { makeFrame } from "./movie.ts";

const HEADERS = {
  large: { bytes: 57_654, rasterBytes: 160 * 120 * 3, dimensions: "160 120" },
  small: { bytes: 5000, rasterBytes: 48 * 34 * 3, dimensions: "48 34" },
  huge: { bytes: 5_000_000, rasterBytes: 1282 * 1300 * 3, dimensions: "1282 1300" },
  vast: { bytes: 50_000_000, rasterBytes: 4096 * 4069 * 3, dimensions: "4096 4069" },
} as const;

// The figures to beat were measured with frames of these sizes; another size has other limits.
test("every frame has the bytes of its size and says its number in its header", () => {
  for (const size of ["large", "small", "huge", "vast"] as const) {
    const { bytes, rasterBytes, dimensions } = HEADERS[size];
    for (const number of [1, 100]) {
      const frame = makeFrame(number, size);
      assert.equal(frame.length, bytes);
      const header = frame.subarray(0, frame.length - rasterBytes).toString("latin1");
      assert.match(
        header,
        new RegExp(`^P6\\n# frame ${number} of the bench's movie *\\n${dimensions}\\n255\\n$`),
      );
    }
  }
});
