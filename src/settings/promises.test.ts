import assert from "node:assert/strict";
import { test } from "node:test";
import { BitRate, Bytes, Priority, WORST_PRIORITY } from "../base/units.ts";
import { Admission, admissionLimits } from "../playback/admission.ts";
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

// What is printed must be what decides: docs/priority.md, P8, as `src/playback/admission.ts` has it.
test("what may be admitted at a priority is what admission has free for it", () => {
  const change = {
    admission: 0.8,
    policy: "weighted",
    floors: new Map([
      [Priority(9), 0.25],
      [Priority(4), 0.1],
      [Priority(0), 0.1],
    ]),
    priorityEgress: new Map([[Priority(6), BitRate(10e6)]]),
  } as const;
  const full = { ...settings, ...change };
  const room = promisesOf(full).admission ?? assert.fail();
  assert.deepEqual(room, {
    all: 64e6,
    beside: [
      { upTo: 3, rate: 52e6 },
      { upTo: 8, rate: 60e6 },
    ],
    alone: [{ priority: 6, rate: 8e6 }],
  });
  const admission = new Admission(admissionLimits(full) ?? assert.fail());
  for (let priority = 0; priority <= WORST_PRIORITY; priority += 1) {
    const beside: number = room.beside.find(({ upTo }) => priority <= upTo)?.rate ?? room.all;
    const alone: number = room.alone.find((one) => one.priority === priority)?.rate ?? Infinity;
    assert.equal(admission.free(Priority(priority)), Math.min(beside, alone), `at ${priority}`);
  }
  assert.equal(promisesOf({ ...full, admission: "off" }).admission, undefined);
});

// docs/priority.md: buckets of one's own hold 10 ms, and at least two hand-overs.
test("a bucket of one's own is told with what it holds, also without a budget", () => {
  const { client, buckets } = promisesOf({
    ...settings,
    egress: "none",
    clientEgress: BitRate(8e6),
    priorityEgress: new Map([[Priority(5), BitRate(160e6)]]),
  });
  assert.deepEqual(client, { rate: 8e6, burst: 100_000 });
  assert.deepEqual(buckets, [{ priority: 5, rate: 160e6, burst: 200_000 }]);
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
