import assert from "node:assert/strict";
import { test } from "node:test";
import { BitRate, Bytes, MiB, Priority } from "../base/units.ts";
import { defaultSettings, type Settings } from "../settings.ts";
import { type Limits, limitsJson, limitsText } from "./limitsText.ts";
import { PLAIN } from "./palette.ts";

const settings = { ...defaultSettings(2), slice: Bytes(50_000), egressBurst: Bytes(100_000) };

function limits(change: Partial<Settings> = {}): Limits {
  return {
    settings: { ...settings, ...change },
    connections: 1000,
    frame: Bytes(MiB),
    kernel: { send: Bytes(4 * MiB), receive: Bytes(6 * MiB), most: Bytes(2048 * MiB) },
  };
}

// Law 6 is a sum: whoever plans a machine must see every summand and the kernel's part beside it.
test("the limits name each part of the process's memory, their sum, and what others hold", () => {
  const text = limitsText(limits(), PLAIN);
  for (const part of [
    "base",
    "ring",
    "in flight",
    "cache",
    "production",
    "connections",
    "together",
    "kernel",
  ])
    assert.match(text, new RegExp(`^ {2}${part} +\\d`, "m"), part);
  const { memory } = JSON.parse(limitsJson(limits())) as {
    memory: { process: number; parts: { bytes: number }[] };
  };
  assert.equal(
    memory.process,
    memory.parts.reduce((sum, { bytes }) => sum + bytes, 0),
  );
});

// A promise in time needs a rate to be computed from.
test("without a budget no time is promised, with one it is (L + σ)/C", () => {
  assert.match(limitsText(limits(), PLAIN), /There is no egress budget/);
  const budget = limits({ egress: BitRate(80e6) });
  assert.match(limitsText(budget, PLAIN), /waits for others at most 15 ms/);
  const json = JSON.parse(limitsJson(budget)) as { promises: { betterWaitsMs: number } };
  assert.equal(json.promises.betterWaitsMs, 15);
});

// What a bucket and a floor promise to the others is why they are set.
test("buckets and floors are told with what follows from them", () => {
  const text = limitsText(
    limits({
      egress: BitRate(80e6),
      priorityEgress: new Map([[Priority(0), BitRate(40e6)]]),
      policy: "weighted",
      floors: new Map([[Priority(9), 0.1]]),
    }),
    PLAIN,
  );
  assert.match(text, /Beside priority 0 the worse ones get 40Mbit\/s, after 30 ms/);
  assert.match(text, /Priority 9 keeps 10 %: between two hand-overs at most 115 ms/);
});

// Whoever sets them asks this command what they mean.
test("limits of each client and admission are told, and stand in the JSON", () => {
  const set = limits({
    egress: BitRate(80e6),
    clientEgress: BitRate(16e6),
    priorityEgress: new Map([[Priority(5), BitRate(40e6)]]),
    policy: "weighted",
    floors: new Map([[Priority(9), 0.25]]),
    admission: 0.9,
  });
  const text = limitsText(set, PLAIN);
  assert.match(text, /Each client is sent at most 16Mbit\/s × t \+ 97\.7 KiB over any time t/);
  assert.match(text, /Priority 5 is sent at most 40Mbit\/s × t/);
  assert.match(text, /Timed playbacks are let in while those of their .* need at most 72Mbit\/s;/);
  assert.match(text, /up to priority 8 at most 60Mbit\/s, as floors/);
  assert.match(text, /those of priority 5 alone at most 36Mbit\/s;/);
  const { egress, promises } = JSON.parse(limitsJson(set)) as {
    egress: { client: object; priorities: object[] };
    promises: { admission: { all: number } };
  };
  assert.deepEqual(egress.client, { rate: 16e6, burst: 100_000 });
  assert.deepEqual(egress.priorities, [{ priority: 5, rate: 40e6, burst: 100_000 }]);
  assert.equal(promises.admission.all, 72e6);
  const without = limitsText(limits({ clientEgress: BitRate(16e6) }), PLAIN);
  assert.match(without, /Each client is sent at most 16Mbit/, "it needs no budget");
  assert.doesNotMatch(without, /let in/);
});

// One dead mount would stop every movie, and that is chosen with a setting that says nothing of mounts.
test("with no temporary workers it is told what a folder that hangs may take", () => {
  assert.doesNotMatch(limitsText(limits(), PLAIN), /hangs/);
  const text = limitsText(limits({ workers: 4, maxWorkers: 4 }), PLAIN);
  assert.match(text, /max-workers is as many as workers: a folder that hangs, .* may take all 4 workers/);
  assert.match(limitsText(limits({ workers: 1, maxWorkers: 1 }), PLAIN), /may take the only worker/);
});

// Infinity is no number in JSON; a reader must not find it as one that is missing.
test("a bucket as large as the budget promises nothing to the others", () => {
  const all = limits({ egress: BitRate(80e6), priorityEgress: new Map([[Priority(0), BitRate(80e6)]]) });
  assert.match(limitsText(all, PLAIN), /worse ones are promised nothing/);
  const json = JSON.parse(limitsJson(all)) as { promises: { rests: { rate: number; afterMs: null }[] } };
  assert.deepEqual(json.promises.rests, [{ priorities: [0], isWhole: true, rate: 0, afterMs: null }]);
});
