import assert from "node:assert/strict";
import { test } from "node:test";
import { median, medianInterval, pairedRatios, quantile, seededRandom, shuffled } from "./statistics.ts";

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

// The slow tail is what viewers notice: a rank that is off by one hides the worst of a few.
test("a quantile is the smallest value that its share of all do not exceed", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  assert.deepEqual(
    [0, 0.5, 0.99, 1].map((share) => quantile(hundred, share)),
    [1, 50, 99, 100],
  );
  assert.equal(quantile([7], 0.99), 7);
  assert.equal(Number.isNaN(quantile([], 0.5)), true);
});

// "No loss of speed" is said of a ratio: an interval that is too narrow would say it too early.
test("the interval of a median holds the true one in about 95 of 100 experiments", () => {
  const random = seededRandom(3);
  const experiment = (): boolean => {
    const { low, high } = medianInterval(Array.from({ length: 15 }, () => 0.9 + 0.2 * random()));
    return low <= 1 && 1 <= high;
  };
  const held = Array.from({ length: 30 }, experiment).filter(Boolean).length;
  assert.ok(held >= 26, `${held} of 30`);
  assert.deepEqual(medianInterval([2, 2, 2]), { low: 2, high: 2 });
  const [few, many] = [7, 70].map((count) => medianInterval(Array.from({ length: count }, random)));
  assert.ok(few && many && many.high - many.low < few.high - few.low);
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
