import assert from "node:assert/strict";
import { test } from "node:test";
import { median, pairedRatios, seededRandom, shuffled } from "./statistics.ts";

// One slow repetition on a shared machine must not move the figure.
test("a median is the middle value, or the mean of the two in the middle", () => {
  assert.equal(median([9, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 100]), 3.5);
  assert.equal(Number.isNaN(median([])), true);
});

// Absolute figures drift by factors within minutes: only pairs of one repetition may be compared.
test("a ratio is taken inside one repetition", () => {
  assert.deepEqual(pairedRatios([2, 30], [1, 10]), [2, 3]);
  assert.throws(() => pairedRatios([1], [1, 2]));
});

// A run whose order made the difference can be looked at again.
test("the same seed gives the same order, and every item once", () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const order = shuffled(items, seededRandom(7));
  assert.deepEqual(order, shuffled(items, seededRandom(7)));
  assert.notDeepEqual(order, shuffled(items, seededRandom(8)));
  assert.deepEqual(
    order.toSorted((a, b) => a - b),
    items,
  );
});
