import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { BitRate, Bytes, MonotonicMs } from "../base/units.ts";
import { Bucket } from "./bucket.ts";

const SLOWEST = 64e3;
const FASTEST = 1e12;

const bucketOf = (rate: number, burst: number): Bucket =>
  new Bucket({ rate: BitRate(rate), burst: Bytes(burst) });

/** Time can be read no finer than this at `now`, and so bytes can be told no finer. */
const grainOf = (rate: number, now: number): number => (rate / 8000) * now * 2 ** -51 + 1e-6;

/** Times that differ by little and by much, and a first one as a process may have after months. */
const schedule = fc.record({
  rate: fc.constantFrom(SLOWEST, 1e6, 90e6, 1_200_000_000, FASTEST),
  burst: fc.integer({ min: 16_384, max: 10_000_000 }),
  begin: fc.constantFrom(0, 12.345, 3e6 + 1 / 3, 1e10 + 0.1),
  waits: fc.array(
    fc.tuple(fc.double({ min: 0, max: 20, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    {
      minLength: 1,
      maxLength: 60,
    },
  ),
  pauses: fc.constantFrom(1, 1000, 1e6),
});

// What leaves faster than the budget queues up in the kernel, where priority means nothing.
test("over any interval no more leaves than the burst and what the rate gives in that time", () => {
  const property = fc.property(schedule, ({ rate, burst, begin, waits, pauses }) => {
    const bucket = bucketOf(rate, burst);
    const left: { readonly at: number; readonly bytes: number }[] = [];
    let now = begin;
    for (const [wait, share] of waits) {
      now += wait === 20 ? wait * pauses : wait;
      const bytes = Math.ceil(share * burst);
      now = Math.max(now, bucket.readyAt(bytes));
      bucket.take(bytes, MonotonicMs(now));
      left.push({ at: now, bytes });
    }
    for (const [first, { at: from }] of left.entries()) {
      let sum = 0;
      for (const { at, bytes } of left.slice(first)) {
        sum += bytes;
        const most = burst + (rate / 8000) * (at - from);
        assert.ok(sum <= most + grainOf(rate, at), `${sum} bytes from ${from} to ${at} ms, of ${most}`);
      }
    }
  });
  fc.assert(property, { seed: 19_660, numRuns: 300 });
});

// Whoever waits asks once, and sets an alarm for that time alone.
test("whoever waits until the time that it was told finds the bytes there, and not before", () => {
  const property = fc.property(schedule, ({ rate, burst, begin, waits }) => {
    const bucket = bucketOf(rate, burst);
    let now = begin;
    for (const [, share] of waits) {
      const bytes = Math.ceil(share * burst);
      const time = bucket.readyAt(bytes);
      const grain = grainOf(rate, Math.max(time, now));
      if (time > now) assert.ok(bucket.heldAt(MonotonicMs(now)) < bytes + grain);
      now = Math.max(now, time);
      assert.ok(bucket.heldAt(MonotonicMs(now)) >= bytes - grain, "the bytes are not there");
      assert.ok(bucket.heldAt(MonotonicMs(now)) <= burst);
      bucket.take(bytes, MonotonicMs(now));
    }
  });
  fc.assert(property, { seed: 19_660, numRuns: 300 });
});

// A process that was stopped for an hour must not send what it could have sent in it.
test("a stall of any length gives no more than the burst", () => {
  for (const stall of [1, 1e3, 1e6, 1e12]) {
    const bucket = bucketOf(100e6, 50_000);
    bucket.take(50_000, MonotonicMs(5));
    const now = MonotonicMs(5 + stall);
    assert.equal(bucket.heldAt(now), Math.min(50_000, stall * 12_500));
    if (stall < 4) continue;
    bucket.take(50_000, now);
    assert.equal(bucket.heldAt(now), 0);
    assert.equal(bucket.readyAt(1), now + 1 / 12_500);
  }
});

// Adding up what each millisecond gives would be wrong by more every hour.
for (const [name, rate, bytes, count] of [
  ["64 kbit/s", SLOWEST, 1000, 2_000_000],
  ["1 Tbit/s", FASTEST, 262_144, 2_000_000],
] as const) {
  test(`at ${name} two million hand-overs take exactly as long as their bytes`, () => {
    const bucket = bucketOf(rate, 262_144);
    const begin = 1000.1;
    bucket.take(262_144, MonotonicMs(begin));
    let now = begin;
    for (let index = 0; index < count; index += 1) {
      now = bucket.readyAt(bytes);
      bucket.take(bytes, MonotonicMs(now));
    }
    assert.equal(now, begin + (count * bytes * 8000) / rate);
  });
}
