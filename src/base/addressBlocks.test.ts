import assert from "node:assert/strict";
import { test } from "node:test";
import { type BestPriorities, bestPriorities } from "./addressBlocks.ts";

function parsed(text: string): BestPriorities {
  return bestPriorities.parse(text) ?? assert.fail(`${text}: ${bestPriorities.problem?.(text)}`);
}

function problem(text: string): string {
  assert.equal(bestPriorities.parse(text), undefined, text);
  return bestPriorities.problem?.(text) ?? assert.fail(`${text}: nothing said`);
}

// The setting was a number for everybody first, and for a server on one machine it still says all there is.
test("a number alone is the best priority of everybody", () => {
  assert.deepEqual(parsed("2"), { named: [], others: 2 });
  assert.equal(bestPriorities.format(parsed("2")), "2");
});

// What is shown in help and on the reference page must be what can be typed.
test("blocks are read, and shown as they can be written again", () => {
  for (const text of [
    "loopback=0,others=3",
    "loopback=0,10.0.0.0/8=1,others=3",
    "10.1.2.3/32=0,2001:db8::/32=1,others=255",
  ]) {
    assert.equal(bestPriorities.format(parsed(text)), text);
  }
  assert.deepEqual(parsed("10.0.0.0/8 = 1 , others = 4"), {
    named: [
      { name: "10.0.0.0/8", priority: 1, blocks: [{ family: "ipv4", address: "10.0.0.0", prefix: 8 }] },
    ],
    others: 4,
  });
});

// Letting one host in takes no arithmetic.
test("an address alone is a block of one, and who is not named has 3", () => {
  assert.equal(bestPriorities.format(parsed("10.1.2.3=0,::1=1")), "10.1.2.3/32=0,::1/128=1,others=3");
});

// A server that listens on `::` sees IPv4 clients as ::ffff:a.b.c.d, and people copy that from its log.
test("a block of IPv4 addresses that is written as one of IPv6 is the IPv4 one", () => {
  assert.equal(bestPriorities.format(parsed("::ffff:10.0.0.0/104=1")), "10.0.0.0/8=1,others=3");
  assert.match(problem("10.0.0.0/8=1,::ffff:a00:0/104=2"), /^10\.0\.0\.0\/8 is there twice$/);
});

// A typing error in an address would give the best priority to the wrong people, or to nobody.
test("what is no block is refused with what is wrong", () => {
  assert.match(problem(""), /gives no priority/);
  assert.match(problem("256"), /"256" gives no priority from 0 to 255/);
  assert.match(problem("10.0.0.0/8"), /"10\.0\.0\.0\/8" gives no priority/);
  assert.match(problem("10.0.0.0/8=1=2"), /gives no priority/);
  assert.match(problem("10.0.0/8=1"), /"10\.0\.0\/8" is no block of addresses/);
  assert.match(problem("010.0.0.0/8=1"), /is no block/);
  assert.match(problem("render7.local=1"), /"render7\.local" is no block/);
  assert.match(problem("::1::/64=1"), /is no block/);
  assert.match(problem("fe80::1%eth0=1"), /is no block/);
  assert.match(problem("10.0.0.0/33=1"), /the prefix of 10\.0\.0\.0\/33 is no number from 0 to 32/);
  assert.match(problem("2001:db8::/129=1"), /no number from 0 to 128/);
  assert.match(problem("10.0.0.0/=1"), /the prefix/);
  assert.match(problem("10.1.2.3/8=1"), /has bits behind its first 8/);
  assert.match(problem("2001:db8::1/32=1"), /has bits behind its first 32/);
  assert.match(problem("others=1,others=1"), /others is there twice/);
  assert.match(problem("loopback=1,127.0.0.0/8=2"), /127\.0\.0\.0\/8 is there twice/);
  assert.match(problem(Array.from({ length: 300 }, (_, i) => `10.0.${i}.1=1`).join(",")), /300 blocks/);
});
