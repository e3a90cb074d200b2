import assert from "node:assert/strict";
import { test } from "node:test";
import { median } from "../statistics.ts";
import { type Scan, scanRows } from "./scanRows.ts";

function scan(files: number, seconds: number): Scan {
  const took = { seconds, cpuSeconds: seconds, peakBytes: seconds * 1e8 };
  return { files, ls: { ...took, seconds: seconds * 2 }, library: took, find: { ...took, seconds: 0.1 } };
}

function ratioOf(scans: readonly Scan[], what: string, peer: string): number | undefined {
  const rows = scanRows(scans).filter((row) => row.what === what && row.peer?.name === peer);
  assert.equal(rows.length, 1);
  return rows.map(({ judged }) => median(judged)).at(0);
}

// The largest tree has fewer repetitions: pairs with those of the smaller one must not slip.
test("growth compares trees of the same repetition, and find only what it looked through", () => {
  const scans = [scan(10_000, 1), scan(100_000, 12), scan(100_000, 20), scan(10_000, 2), scan(10_000, 9)];
  assert.equal(ratioOf(scans, "100,000 files, library alone", "ours, 10,000 files"), 11);
  assert.equal(ratioOf(scans, "10,000 files, library alone", "find -type f"), 20);
  assert.equal(ratioOf(scans, "10,000 files, ls --json", "find -type f"), 40);
});
