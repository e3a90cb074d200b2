import assert from "node:assert/strict";
import { test } from "node:test";
import { passes } from "../family.ts";
import type { Seeks } from "../load.ts";
import { seekRows } from "./seeking.ts";

const seeks = (p99: number): Seeks => {
  const delays = { p50: 0.1, p90: 0.1, p99, max: p99 };
  return { seeks: 1, ...delays, lastByte: delays };
};

function verdict(idle: number, loaded: number): boolean | undefined {
  const load = { rate: 1, fairness: 1, serverCpu: 0.1, readerLoad: 0.5 };
  return seekRows([{ ours: { idle: seeks(idle), loaded: seeks(loaded), load } }])
    .map(passes)
    .at(-1);
}

// Seeks are judged by their slow tail: a good middle says nothing about a viewer who waits.
test("t6 passes when the p99 under load is at most five times that of the idle server", () => {
  assert.equal(verdict(1, 5), true);
  assert.equal(verdict(1, 5.1), false);
});
