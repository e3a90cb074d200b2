import assert from "node:assert/strict";
import { test } from "node:test";
import type { Received, Seeks } from "./load.ts";
import { cellKey } from "./session.ts";
import { judge, passes } from "./targets.ts";

const received = (rate: number, fairness = 1): Received => ({
  rate,
  fairness,
  serverCpu: 0.1,
  readerLoad: 0.5,
});

const seeks = (p99: number): Seeks => ({ seeks: 1, p50: 0.1, p90: 0.1, p99, max: p99 });

function streamingVerdicts(rate: number, fairness: number): (boolean | undefined)[] {
  const measured = new Map<string, Received[]>();
  for (const clients of [1, 8, 64]) {
    measured.set(cellKey({ candidate: "ours", clients, stalled: 0 }), [received(rate, fairness)]);
    measured.set(cellKey({ candidate: "epoll", clients, stalled: 0 }), [received(100)]);
  }
  return judge({ received: measured, seeks: [] }, ["t1"]).map(passes);
}

function seekVerdict(idle: number, loaded: number): boolean | undefined {
  const pair = { idle: seeks(idle), loaded: seeks(loaded), load: received(1) };
  const rows = judge({ received: new Map(), seeks: [pair] }, ["t6"]);
  return rows.map(passes).at(-1);
}

// A row that passes for the wrong reason hides a regression for good.
test("t1 passes at 0.95 of the epoll loop and a fairness of 0.9, and fails below", () => {
  assert.deepEqual(streamingVerdicts(95, 0.9), [undefined, true, true, true, true]);
  assert.deepEqual(streamingVerdicts(94, 0.89), [undefined, false, false, false, false]);
});

// Seeks are judged by their slow tail: a good middle says nothing about a viewer who waits.
test("t6 passes when the p99 under load is at most five times that of the idle server", () => {
  assert.equal(seekVerdict(1, 5), true);
  assert.equal(seekVerdict(1, 5.1), false);
});
