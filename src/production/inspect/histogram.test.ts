import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../../test/laws/seed.ts";
import type { ChannelHistogram, HistogramWish } from "../../library/inspection.ts";
import type { Raster } from "../raster/raster.ts";
import { row } from "../render/pictures.testing.ts";
import { histogramOf } from "./histogram.ts";

/** Sorted one by one, by the sentence of the protocol. */
function counted(values: readonly number[], { low, high, bins }: Bins, isFloat: boolean): ChannelHistogram {
  const finite = values.filter((value) => Number.isFinite(value));
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of finite) {
    if (value < low || value > high) continue;
    const exact = ((value - low) * bins) / (high - low + (isFloat ? 0 : 1));
    const bin = value === low ? 0 : Math.min(Math.floor(exact), bins - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const sorted = finite.toSorted((a, b) => a - b);
  return {
    counts,
    least: sorted[0] ?? null,
    most: sorted.at(-1) ?? null,
    below: finite.filter((value) => value < low).length,
    above: finite.filter((value) => value > high).length,
    nan: values.filter(Number.isNaN).length,
    infinite: values.filter((value) => Math.abs(value) === Infinity).length,
  };
}

type Bins = { readonly low: number; readonly high: number; readonly bins: number };

const ranges = fc.option(
  fc
    .tuple(fc.double({ min: -70_000, max: 70_000, noNaN: true }), fc.double({ min: 0.001, max: 90_000 }))
    .filter(([low, span]) => low + span > low)
    .map(([low, span]) => ({ low, high: low + span })),
  { nil: undefined },
);
const wishes: fc.Arbitrary<HistogramWish> = fc.record({
  bins: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(256, 4096)),
  range: ranges,
});
const samples: fc.Arbitrary<Raster["samples"]> = fc.oneof(
  fc.uint8Array({ minLength: 3, maxLength: 60 }),
  fc.uint16Array({ minLength: 3, maxLength: 60 }),
  fc.float32Array({ minLength: 3, maxLength: 60 }),
);

// What a lighting supervisor reads a clipped highlight from: one pixel that is not counted is a wrong answer.
test("every sample of every channel is counted once, in the bin that the protocol says", (t) => {
  const property = fc.property(samples, wishes, fc.constantFrom<1 | 3>(1, 3), (all, wish, channels) => {
    const used = all.subarray(0, all.length - (all.length % channels));
    const raster = { ...row(used), width: used.length / channels, channels };
    const { low, high, channels: found } = histogramOf(raster, wish);
    const isFloat = used instanceof Float32Array;
    if (wish.range !== undefined) assert.deepEqual({ low, high }, wish.range);
    assert.equal(found.length, channels);
    for (const [channel, histogram] of found.entries()) {
      const values = Array.from(used).filter((_, at) => at % channels === channel);
      assert.deepEqual(histogram, counted(values, { low, high, bins: wish.bins }, isFloat));
      const { counts, below, above, nan, infinite } = histogram;
      const sum = counts.reduce((total, count) => total + count, below + above + nan + infinite);
      assert.equal(sum, values.length);
    }
  });
  holds(t, property, 400);
});

// The axis under a histogram must not jump while a movie plays: whole numbers have the same one always.
test("when nobody says a range, it is 0 to white, and of floating point what there is", () => {
  const wish = { bins: 4, range: undefined };
  const deep = histogramOf(row(Uint16Array.of(5, 9)), wish);
  assert.deepEqual([deep.low, deep.high], [0, 65_535]);
  const light = histogramOf(row(Float32Array.of(-2, Number.NaN, 6, Infinity, 2), "linear"), wish);
  assert.deepEqual([light.low, light.high], [-2, 6]);
  assert.deepEqual(light.channels[0]?.counts, [1, 0, 1, 1]);
  assert.equal(light.shape.transfer, "linear");
});

// A frame of one value, or of none that is a number, is a frame all the same.
test("floating point of one value is in the first bin, and of no finite one in none", () => {
  const one = histogramOf(row(Float32Array.of(7, 7)), { bins: 3, range: undefined });
  assert.deepEqual([one.low, one.high, one.channels[0]?.counts], [7, 7, [2, 0, 0]]);
  const none = histogramOf(row(Float32Array.of(Number.NaN, -Infinity)), { bins: 2, range: undefined });
  assert.deepEqual([none.low, none.high], [0, 1]);
  const [channel] = none.channels;
  assert.deepEqual([channel?.counts, channel?.least, channel?.nan, channel?.infinite], [[0, 0], null, 1, 1]);
});

// Data of 12 bits in files of 16: the page asks for the part of the range in which there is something.
test("values outside of a range are counted as such, and are extremes all the same", () => {
  const { channels } = histogramOf(row(Uint16Array.of(0, 100, 4095, 5000, 65_535)), {
    bins: 2,
    range: { low: 100, high: 4095 },
  });
  const [channel] = channels;
  assert.deepEqual(channel, {
    counts: [1, 1],
    least: 0,
    most: 65_535,
    below: 1,
    above: 2,
    nan: 0,
    infinite: 0,
  });
});
