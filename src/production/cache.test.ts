import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, FrameNumber, FrameRevision } from "../base/units.ts";
import type { FrameEntry } from "../library/log.ts";
import { ProductCache } from "./cache.ts";
import type { Product } from "./order.ts";

const source = { kind: "file", root: "/lib", path: "/lib/a" } as const;

function entry(movie: string, number: number, revision = 1): FrameEntry {
  const name = { movie, number: FrameNumber(number), revision: FrameRevision(revision) };
  return { ...name, format: "netpbm", source };
}

const shape = { format: "ppm", width: 1, height: 1 } as const;

function product(bytes: number): Product {
  return { bytes: new Uint8Array(bytes), headerBytes: 0, shape, digest: new Uint8Array(32), worker: 1 };
}

// Law 6: a cache that grew with what is asked for would be a leak.
test("what was used longest ago goes when there is no room, and is forgotten everywhere", () => {
  const cache = new ProductCache(Bytes(4000));
  for (const number of [1, 2]) cache.set(entry("a", number), "original", product(1000));
  assert.ok(cache.get(entry("a", 1), "original"));
  cache.set(entry("b", 1), "original", product(1000));
  assert.equal(cache.get(entry("a", 2), "original"), undefined);
  assert.ok(cache.get(entry("a", 1), "original"));
  assert.ok(cache.get(entry("b", 1), "original"));
  assert.ok(cache.bytes <= 4000);
});

// A frame that is rewritten is another frame: whoever asks for the new one must never get the old one.
test("a frame is found by movie, number, revision and variant, and by nothing less", () => {
  const cache = new ProductCache(Bytes(100_000));
  const kept = product(10);
  cache.set(entry("a", 1), "original", kept);
  assert.equal(cache.get(entry("a", 1), "original"), kept);
  for (const other of [entry("a", 2), entry("b", 1), entry("a", 1, 2)]) {
    assert.equal(cache.get(other, "original"), undefined);
  }
  assert.equal(cache.get(entry("a", 1), "black"), undefined);
  const newer = product(20);
  cache.set(entry("a", 1, 2), "original", newer);
  assert.equal(cache.get(entry("a", 1, 2), "original"), newer);
  assert.equal(cache.get(entry("a", 1), "original"), kept);
});

test("what is larger than the cache is not kept, and nothing is where the cache is off", () => {
  for (const cache of [new ProductCache(Bytes(2000)), new ProductCache(Bytes(0))]) {
    cache.set(entry("a", 1), "original", product(2001));
    assert.equal(cache.get(entry("a", 1), "original"), undefined);
    assert.equal(cache.bytes, 0);
  }
});

test("a cleared cache holds nothing", () => {
  const cache = new ProductCache(Bytes(10_000));
  cache.set(entry("a", 1), "original", product(10));
  cache.clear();
  assert.equal(cache.get(entry("a", 1), "original"), undefined);
  assert.equal(cache.bytes, 0);
});
