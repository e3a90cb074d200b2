import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { LOOPBACK_FIRST, bestPriorities } from "../base/addressBlocks.ts";
import { BestPriority } from "./bestPriority.ts";

function bestOf(text: string): (address: string) => number {
  const best = new BestPriority(
    bestPriorities.parse(text) ?? assert.fail(bestPriorities.problem?.(text) ?? text),
  );
  return (address) => best.of(address);
}

// Who sits at the machine may do anything with it; who comes through the network gets what is usual.
test("unless said otherwise loopback may have any priority, and all others 3", () => {
  const best = new BestPriority(LOOPBACK_FIRST);
  for (const address of ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"])
    assert.equal(best.of(address), 0, address);
  for (const address of ["10.0.0.1", "128.0.0.1", "::2", "fe80::1%eth0", "::ffff:10.0.0.1", undefined, ""])
    assert.equal(best.of(address), 3, String(address));
});

// Exceptions inside a block are what an order of rules is usually needed for, and got wrong.
test("of several blocks the most specific counts, in whatever order they are written", () => {
  const items = ["10.0.0.0/8=1", "10.1.0.0/16=5", "10.1.2.3=0", "0.0.0.0/0=7", "others=9"];
  fc.assert(
    fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (shuffled) => {
      const best = bestOf(shuffled.join(","));
      assert.deepEqual(["10.1.2.3", "10.1.2.4", "10.2.0.0", "11.0.0.0", "::1"].map(best), [0, 5, 1, 7, 9]);
    }),
  );
});

// A server that listens on `::` would otherwise give its IPv4 clients whatever IPv6 ones have.
test("an IPv4 client is one whatever socket it came through, and IPv6 blocks do not hold it", () => {
  const best = bestOf("::/0=7,10.0.0.0/8=1,2001:db8::/32=2,others=9");
  assert.deepEqual(["10.0.0.1", "::ffff:10.0.0.1", "::ffff:a00:1"].map(best), [1, 1, 1]);
  assert.deepEqual(["11.0.0.1", "::ffff:11.0.0.1"].map(best), [9, 9]);
  assert.deepEqual(["2001:DB8::5", "2001:db9::5", "::1", "fe80::1%lo"].map(best), [2, 7, 7, 7]);
});

/** The first `prefix` bits of an address, as a number in decimal notation cannot hold them. */
const bits = (address: string, prefix: number): string =>
  address
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("")
    .slice(0, prefix);

// Against a second reading of the notation: the blocks decide who may push whom aside.
test("an address has a block's priority just when it begins with the block's bits", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, other, prefix) => {
      const masked = other
        .split(".")
        .map((part, index) => Number(part) & ~(0xff >> Math.min(Math.max(prefix - 8 * index, 0), 8)) & 0xff)
        .join(".");
      const expected = bits(address, prefix) === bits(other, prefix) ? 1 : 9;
      assert.equal(bestOf(`${masked}/${prefix}=1,others=9`)(address), expected);
    }),
  );
});
