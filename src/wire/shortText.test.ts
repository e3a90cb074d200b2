import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { encodeShort } from "./shortText.ts";

// Pieces that are still on their way to clients share their buffer with those that are written meanwhile.
test("each text keeps its bytes, whatever is encoded after it", () => {
  const texts = fc.array(fc.string({ unit: "binary", maxLength: 600 }), { maxLength: 60 });
  fc.assert(
    fc.property(texts, (all) => {
      const pieces = all.map((text) => encodeShort(text));
      const expected = all.map((text) => new TextEncoder().encode(text));
      assert.deepEqual(pieces, expected);
    }),
  );
});
