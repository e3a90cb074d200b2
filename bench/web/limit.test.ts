import assert from "node:assert/strict";
import { test } from "node:test";
import { largestThatFits } from "./limit.ts";

/** A server that carries so many; and what it was asked to carry. */
async function search(limit: number, from = 600): Promise<{ found: number; asked: number[] }> {
  const asked: number[] = [];
  const found = await largestThatFits({ from, most: 6000, precision: 0.05 }, (count) => {
    asked.push(count);
    return Promise.resolve(count <= limit);
  });
  return { found, asked };
}

// Each question takes seconds, and the answer is no better than five per cent.
test("the largest that fits is found within the precision, from below and above, in few steps", async () => {
  for (const limit of [3, 90, 599, 600, 950, 2000, 5900]) {
    const { found, asked } = await search(limit);
    assert.ok(found <= limit && found * 1.05 > limit - 1, `${limit}: ${found}`);
    assert.ok(asked.length <= 18, `${limit}: ${asked.join()}`);
  }
});

// What nobody can tell apart from endless has to end, and so has what carries nothing.
test("a search ends at its bound, and at nothing", async () => {
  assert.equal((await search(Infinity)).found, 6000);
  assert.equal((await search(0)).found, 0);
});
