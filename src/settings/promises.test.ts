import assert from "node:assert/strict";
import { test } from "node:test";
import { BitRate, Bytes, Priority } from "../base/units.ts";
import { defaultSettings, type Settings } from "../settings.ts";
import { promisesOf } from "./promises.ts";

const C = BitRate(80e6); // 10,000 bytes a millisecond
const settings: Settings = {
  ...defaultSettings(2),
  egress: C,
  slice: Bytes(50_000),
  egressBurst: Bytes(100_000),
};

// docs/priority.md: (L + σ)/C.
test("a better message waits for one hand-over and the bucket's burst at most", () => {
  assert.equal(promisesOf(settings).betterWaits, 15);
  assert.equal(promisesOf({ ...settings, egress: "none" }).betterWaits, undefined);
});

// docs/priority.md: C − ρ after (σ + L)/(C − ρ).
test("beside a priority with a bucket the worse ones get the rest of the budget", () => {
  const [rest] = promisesOf({ ...settings, priorityEgress: new Map([[Priority(0), BitRate(40e6)]]) }).rests;
  assert.equal(rest?.rate, 40e6);
  assert.equal(rest?.after, 20);
  const [none] = promisesOf({ ...settings, priorityEgress: new Map([[Priority(0), C]]) }).rests;
  assert.deepEqual({ rate: none?.rate, after: none?.after }, { rate: 0, after: Number.POSITIVE_INFINITY });
});

// docs/priority.md: 2L/φ + L bytes of others, and the burst.
test("a priority with a floor waits for a number of bytes that follows from its share", () => {
  const [floor] = promisesOf({
    ...settings,
    policy: "weighted",
    floors: new Map([[Priority(9), 0.1]]),
  }).floors;
  assert.equal(floor?.bytes, 1_050_000);
  assert.equal(floor?.time, 115);
});
