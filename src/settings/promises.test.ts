import assert from "node:assert/strict";
import { test } from "node:test";
import { BitRate, Bytes, Priority } from "../base/units.ts";
import { defaultSettings, type Settings } from "../settings.ts";
import { type Promises, promisesOf } from "./promises.ts";

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

const weighted = (...shares: number[]): Settings => ({
  ...settings,
  policy: "weighted",
  floors: new Map(shares.map((share, index) => [Priority(index + 1), share])),
});

// docs/priority.md: floors that are served first put the strict order off, and may leave it nothing.
test("floors of worse priorities lengthen the wait of the best, up to for ever", () => {
  assert.equal(promisesOf(weighted(0.25, 0.25)).betterWaits, 35);
  assert.equal(promisesOf(weighted(0.5, 0.5)).betterWaits, Number.POSITIVE_INFINITY);
});

const rests = (...buckets: [number, number][]): Promises["rests"] => {
  const priorityEgress = new Map(buckets.map(([priority, rate]) => [Priority(priority), BitRate(rate)]));
  return promisesOf({ ...settings, priorityEgress }).rests;
};

// docs/priority.md: C − Σρ after (Σσ + L)/(C − Σρ).
test("beside priorities with buckets the worse ones get the rest of the budget", () => {
  assert.deepEqual(rests([0, 40e6]), [{ priorities: [0], isWhole: true, rate: 40e6, after: 30 }]);
  assert.deepEqual(rests([1, 20e6], [0, 40e6])[1], {
    priorities: [0, 1],
    isWhole: true,
    rate: 20e6,
    after: 100,
  });
  assert.equal(rests([3, 40e6])[0]?.isWhole, false);
  assert.deepEqual(rests([0, C]), [
    { priorities: [0], isWhole: true, rate: 0, after: Number.POSITIVE_INFINITY },
  ]);
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
