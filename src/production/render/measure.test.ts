import assert from "node:assert/strict";
import { test } from "node:test";
import { combineLevels, measureLevels, needsLevels } from "./measure.ts";
import { row } from "./pictures.testing.ts";

const light = (of: readonly number[]) => measureLevels(row(Float32Array.from(of), "linear"));

const ramp = (length: number): number[] => Array.from({ length }, (_, value) => value);

// One dead and one hot pixel of a sensor must not decide how the whole movie looks.
test("levels leave out the lowest and the highest thousandth of the samples", () => {
  const samples = Uint16Array.from(ramp(10_000), (value) => 1000 + (value % 2000));
  samples.set([0, 65_535, 65_535], 5000);
  const { low, high } = measureLevels(row(samples));
  assert.ok(low >= 1000 && low <= 1003, `${low}`);
  assert.ok(high >= 2996 && high <= 2999, `${high}`);
});

// A telescope's picture is black with a few stars: a thousandth of it is all there is to see.
test("where all but a thousandth has one value, levels reach to the lowest and the highest", () => {
  const stars = new Uint16Array(10_000).fill(200);
  stars.set([900, 3000], 4000);
  assert.deepEqual(measureLevels(row(stars)), { low: 200, high: 3000 });
});

// What is not a number says nothing of how bright a picture is.
test("NaN and infinite values do not count", () => {
  const samples = Float32Array.from([Number.NaN, 5, Infinity, 7, -Infinity]);
  assert.deepEqual(measureLevels(row(samples)), { low: 5, high: 7 });
  const nothing = measureLevels(row(Float32Array.from([Number.NaN, Infinity])));
  assert.ok(nothing.low < nothing.high);
});

// Large pictures are measured from a part of their samples, which must not be one column or one colour.
test("a picture of many samples is measured from all over it, in all of its channels", () => {
  const [width, height] = [1024, 768];
  const samples = new Uint16Array(width * height * 3);
  for (let at = 0; at < samples.length; at++) samples[at] = (at % 3) * 10_000 + Math.floor(at / 3 / width);
  const { low, high } = measureLevels({
    width,
    height,
    channels: 3,
    samples,
    maxval: 65_535,
    transfer: "display",
  });
  assert.ok(low < 5 && high > 20_760, `${low} to ${high}`);
});

// Levels divide: equal ones would make nothing of every picture.
test("a picture of one value has levels that are apart, and is as bright as the value says", () => {
  for (const value of [0, 1, 4000, 65_535])
    assert.deepEqual(measureLevels(row(Uint16Array.of(value))), { low: 0, high: 65_535, flat: true });
  for (const value of [-1e30, -3, 0, 1e-30, 0.5, 1, 7, 1e30]) {
    const { low, high } = measureLevels(row(Float32Array.of(value)));
    assert.ok(low < high && low <= value && value <= high * 1.000_001, `${value}: ${low} to ${high}`);
  }
});

// Renderers mean 1 as white. Measured levels would make a night bright, and a lamp in the picture dark.
test("light is shown from 0 to 1, and stretched only where its units are plainly others", () => {
  assert.deepEqual(light([0, 0.02, 0.1]), { low: 0, high: 1 });
  assert.deepEqual(light([0.18, 0.5, 900]), { low: 0, high: 1 });
  assert.deepEqual(light([-0.1, 0.18, 2]), { low: 0, high: 1 });
  assert.deepEqual(light([0, 2 ** -10, 2 ** -9]), { low: 0, high: 2 ** -9 });
  assert.deepEqual(light([10, 2048, 4096]), { low: 0, high: 4096 });
});

// Playback never flickers: one pair of levels is found for all frames, and fits them all.
test("a movie's levels hold those of its sample, and black frames do not count", () => {
  const black = measureLevels(row(new Uint16Array(100)));
  const dark = { low: 10, high: 300 };
  const bright = { low: 50, high: 4000 };
  assert.deepEqual(combineLevels([black, dark, bright]), { low: 10, high: 4000 });
  assert.deepEqual(combineLevels([black, black]), { low: 0, high: 65_535, flat: true });
  const none = combineLevels([]);
  assert.ok(none.low < none.high);
});

// 8 bits are made for looking at; more bits hold what was measured, which seldom fills them.
test("pictures of more than 8 bits and of floating point have measured levels", () => {
  assert.equal(needsLevels({ maxval: 255, isFloat: false }), false);
  assert.equal(needsLevels({ maxval: 15, isFloat: false }), false);
  assert.equal(needsLevels({ maxval: 4095, isFloat: false }), true);
  assert.equal(needsLevels({ maxval: 65_535, isFloat: false }), true);
  assert.equal(needsLevels({ maxval: 1, isFloat: true }), true);
});
