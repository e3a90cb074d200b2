import assert from "node:assert/strict";
import { it } from "node:test";
import { readStops, stopsText } from "./stops.ts";

// Nothing and zero are one picture: links say neither.
it("an exposure is told in stops, and in the middle there is none", () => {
  assert.deepEqual([0, 1, -1, 1.5, -0.30000001].map(stopsText), [
    "0 stops",
    "+1 stop",
    "−1 stop",
    "+1.5 stops",
    "−0.3 stops",
  ]);
  assert.deepEqual(["0", "0.1", "-6", ""].map(readStops), [undefined, 0.1, -6, undefined]);
});
