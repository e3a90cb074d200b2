import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Fault } from "../../base/errors.ts";
import { PICTURE_FORMATS } from "../../base/rendition.ts";
import { Bytes } from "../../base/units.ts";
import type { Raster } from "../raster/raster.ts";
import { combineLevels, measureLevels } from "./measure.ts";
import { originalImage } from "./original.ts";
import { render } from "./render.ts";

const CASES = 400;

const side = fc.integer({ min: 1, max: 40 });
const float32 = fc.oneof(
  fc.float(),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 3.4e38, -3.4e38, 1e-45),
);

const shapes = fc.record({
  width: side,
  height: side,
  channels: fc.constantFrom<1 | 3>(1, 3),
  transfer: fc.constantFrom<Raster["transfer"]>("display", "linear"),
  maxval: fc.oneof(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 256, max: 65_535 })),
  values: fc.array(fc.nat(65_535), { minLength: 1, maxLength: 60 }),
  floats: fc.option(fc.array(float32, { minLength: 1, maxLength: 60 })),
});

/** Samples that repeat the few values of a case. */
function rasterOf(shape: typeof shapes extends fc.Arbitrary<infer Shape> ? Shape : never): Raster {
  const { width, height, channels, transfer, maxval, values, floats } = shape;
  const length = width * height * channels;
  const whole = (_: unknown, at: number): number => (values[at % values.length] ?? 0) % (maxval + 1);
  const real = (_: unknown, at: number): number => floats?.[at % floats.length] ?? 0;
  const samples =
    floats !== null
      ? Float32Array.from({ length }, real)
      : maxval > 255
        ? Uint16Array.from({ length }, whole)
        : Uint8Array.from({ length }, whole);
  return { width, height, channels, transfer, maxval: floats === null ? maxval : 1, samples };
}

const rasters = shapes.map(rasterOf);

const levels = fc
  .tuple(fc.double({ min: -3.5e38, max: 3.5e38, noNaN: true }), fc.double({ min: 0, max: 3e38, noNaN: true }))
  .map(([low, width]) => ({ low, high: low + width }))
  .filter(({ low, high }) => low < high);

const renditions = fc.record({
  format: fc.constantFrom(...PICTURE_FORMATS),
  width: fc.option(fc.oneof(side, fc.integer({ min: 1, max: 65_535 })), { nil: undefined }),
  quality: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
  levels: fc.oneof(fc.constant(undefined), fc.constant("measured" as const), levels),
  exposure: fc.option(fc.double({ min: -20, max: 20, noNaN: true }), { nil: undefined }),
});

// A worker that dies of a picture takes its thread and everybody's next frame with it.
test("any picture in any rendition is an image within the limit, or a coded fault", async (t) => {
  const seed = Number(process.env["FC_SEED"] ?? 19_660);
  t.diagnostic(`FC_SEED=${seed}, ${CASES} cases`);
  const limits = fc.constantFrom(200, 5000, 1_000_000).map(Bytes);
  const property = fc.asyncProperty(rasters, renditions, limits, async (raster, wish, limit) => {
    const measured = combineLevels([measureLevels(raster)]);
    assert.ok(measured.low < measured.high);
    const resolved = { ...wish, levels: wish.levels === "measured" ? measured : wish.levels };
    const works = [
      () => render(raster, resolved, limit),
      () => originalImage(raster, resolved.levels, limit),
    ];
    for (const work of works) {
      try {
        const { bytes, headerBytes } = await work();
        assert.ok(bytes.byteLength <= limit && bytes.byteLength > headerBytes);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        assert.equal(error.code, "FRAME_TOO_LARGE");
      }
    }
  });
  await fc.assert(property, { seed, numRuns: CASES });
});
