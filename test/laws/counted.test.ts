import assert from "node:assert/strict";
import { test } from "node:test";
import { type Receipt, WAIT_REASONS } from "../../src/base/events.ts";
import { Flow } from "../../src/observe/metrics/flow.ts";
import { Contention } from "./contention.ts";
import { tried } from "./trials.ts";
import { workloads } from "./workloads.ts";

/** Sums by the name of a value, as Prometheus is told. */
type Sums = Map<string, number>;

function add(sums: Sums, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

/** What receipts say, added up by priority and contract. */
function ofReceipts(receipts: readonly Receipt[]): Sums {
  const sums: Sums = new Map();
  for (const { priority, contract, sent, bytes, skipped, missing, substituted, late, waits } of receipts) {
    const of = `${priority} ${contract}`;
    add(sums, `mutoscope_messages_sent_total ${of}`, sent);
    add(sums, `mutoscope_sent_bytes_total ${of}`, bytes);
    add(sums, `mutoscope_frames_substituted_total ${of}`, substituted);
    add(sums, `mutoscope_messages_late_total ${of}`, late);
    if (contract !== "all")
      add(
        sums,
        `mutoscope_frames_skipped_total ${of} ${contract === "latest" ? "replaced" : "late"}`,
        skipped,
      );
    add(sums, `mutoscope_frames_skipped_total ${of} hole`, missing);
    for (const reason of WAIT_REASONS)
      add(sums, `mutoscope_message_wait_seconds_total ${of} ${reason}`, waits[reason] / 1000);
    add(sums, "mutoscope_cache", sent);
  }
  return sums;
}

/** The same of what was counted meanwhile. */
function ofMetrics(flow: Flow): Sums {
  const sums: Sums = new Map();
  for (const { name, type, samples } of flow.families) {
    if (type === "histogram") continue;
    for (const { value, labels } of samples()) {
      const isCache = name.startsWith("mutoscope_cache_");
      add(sums, isCache ? "mutoscope_cache" : [name, ...Object.values(labels)].join(" "), value);
    }
  }
  return sums;
}

// Law 8: what an operator adds up over a day must be what the clients were told, also of what was given up,
// ended by a command, or lost.
test("law 8: metrics of what leaves are the sums of all receipts, by priority and contract", (t) => {
  const seen: Sums = new Map();
  const cases = workloads({
    hasOwnBuckets: true,
    hasSmallRing: true,
    hasSmallFlight: true,
    latencies: [0, 3, 60],
  });
  tried(t, { cases, runs: 400 }, (workload) => {
    const flow = new Flow();
    const subscriptions = flow.listen();
    const { happenings } = new Contention(workload).run();
    for (const unsubscribe of subscriptions) unsubscribe();
    const receipts = happenings.flatMap((one) => (one.kind === "ended" ? [one.receipt] : []));
    const told = ofReceipts(receipts);
    const counted = ofMetrics(flow);
    for (const key of new Set([...told.keys(), ...counted.keys()])) {
      const [expected, found] = [told.get(key) ?? 0, counted.get(key) ?? 0];
      assert.ok(Math.abs(expected - found) <= 1e-9 * Math.max(1, expected), `${key}: ${expected}, ${found}`);
    }
    for (const [key, value] of told) add(seen, key.replace(/ .*(?= )/, ""), value);
  });
  // Sums of nothing would agree as well. Holes and substitutes are in test/e2e/metrics.test.ts.
  const kinds = ["late", "replaced"].map((reason) => `mutoscope_frames_skipped_total ${reason}`);
  const waits = WAIT_REASONS.map((reason) => `mutoscope_message_wait_seconds_total ${reason}`);
  for (const key of ["mutoscope_messages_late_total paced", ...kinds, ...waits])
    assert.ok((seen.get(key) ?? 0) > 0, `${key} is 0 in all cases`);
});
