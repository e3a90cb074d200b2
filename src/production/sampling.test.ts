import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleOf } from "./sampling.ts";
import { logOf, wish } from "./stage.testing.ts";

const ranks = (count: number): number[] =>
  sampleOf(logOf(Array.from({ length: count }, (_, rank) => wish(rank).entry))).map(({ number }) => number);

test("the sample is the first frame, the last one, and those evenly between them", () => {
  assert.deepEqual(ranks(0), []);
  assert.deepEqual(ranks(1), [0]);
  assert.deepEqual(ranks(3), [0, 1, 2]);
  assert.deepEqual(ranks(5), [0, 1, 2, 3, 4]);
  assert.deepEqual(ranks(101), [0, 25, 50, 75, 100]);
});
