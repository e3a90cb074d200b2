import assert from "node:assert/strict";
import { it } from "node:test";
import { shuttled } from "./shuttle.ts";

// As in every editing suite: pressed again is faster, the other key turns around at once.
it("J and L go faster when pressed again, up to 16 times, and turn around at the own rate", () => {
  const rates = [0, 1, 2, 4, 8, 16, -4];
  assert.deepEqual(
    rates.map((rate) => shuttled(rate, 1)),
    [1, 2, 4, 8, 16, 16, 1],
  );
  assert.deepEqual(
    rates.map((rate) => shuttled(rate, -1)),
    [-1, -1, -1, -1, -1, -1, -8],
  );
});
