import type { Levels } from "../../base/rendition.ts";
import type { Raster } from "../raster/raster.ts";

/** Levels of one picture. `flat` ones are of a picture of one value, and say nothing of its movie. */
export type MeasuredLevels = Levels & { readonly flat?: true };

/** So much of a picture may lie below its low level, and above its high one: dead and hot pixels. */
const OUTSIDE = 0.001;

/** Sorted in some 20 ms; a thousandth of them is still 262. */
const MOST_SAMPLES = 2 ** 18;

/**
 * Renderers mean 1 as white. Light whose brightest thousandth is more than six stops below it, or whose
 * middle is as much above it, is in other units, as counts or candelas.
 */
const WHITE_FROM = 1 / 64;
const WHITE_TO = 64;

/** Whether renditions of such pictures have levels that are measured, when nobody says which. */
export function needsLevels(shape: { readonly maxval: number; readonly isFloat: boolean }): boolean {
  return shape.isFloat || shape.maxval > 255;
}

/**
 * The values between which nearly all samples lie, of all channels alike, so that colours keep their balance:
 * the 0.1 and the 99.9 percentile, of 262,144 samples from all over the picture, or of all where there are
 * fewer. Where these are the same, as of stars on a black sky, the lowest and the highest. NaN and infinite
 * values do not count.
 *
 * Of light (`linear`) low is 0, where there is none, and high is 1, the white of whoever made it; only light
 * in units that are plainly others is stretched to its percentile. Otherwise a dark shot would look bright.
 */
export function measureLevels(raster: Raster): MeasuredLevels {
  const sorted = sampleOf(raster).sort();
  const least = sorted[0] ?? 0;
  const most = sorted.at(-1) ?? 0;
  if (raster.transfer === "linear") return levelsOfLight(sorted);
  if (least === most) return flatLevels(raster, least);
  const outside = Math.floor(OUTSIDE * (sorted.length - 1));
  const low = sorted[outside] as number;
  const high = sorted[sorted.length - 1 - outside] as number;
  return low < high ? { low, high } : { low: least, high: most };
}

/**
 * Levels for a whole movie, from those of some of its pictures: the lowest low and the highest high, so that
 * no picture is cut off that the sample has seen. Pictures of one value, as the black ones that movies begin
 * with, do not count where there are others; where there are none the levels are flat ones, too.
 */
export function combineLevels(samples: readonly MeasuredLevels[]): MeasuredLevels {
  const told = samples.filter(({ flat }) => flat !== true);
  const counted = told.length > 0 ? told : samples;
  if (counted.length === 0) return { low: 0, high: 1, flat: true };
  const low = Math.min(...counted.map((each) => each.low));
  const high = Math.max(...counted.map((each) => each.high));
  return told.length > 0 ? { low, high } : { low, high, flat: true };
}

function levelsOfLight(sorted: Float32Array | Uint16Array | Uint8Array): MeasuredLevels {
  const bright = sorted[sorted.length - 1 - Math.floor(OUTSIDE * (sorted.length - 1))] ?? 0;
  const middle = sorted[sorted.length >> 1] ?? 0;
  if (bright <= 0) return { low: 0, high: 1, flat: true };
  return { low: 0, high: bright < WHITE_FROM || middle > WHITE_TO ? bright : 1 };
}

/** A picture of one value is as bright as the value says. */
function flatLevels({ samples, maxval }: Raster, value: number): MeasuredLevels {
  if (!(samples instanceof Float32Array)) return { low: 0, high: maxval, flat: true };
  return { low: Math.min(0, value), high: Math.max(value, value < 0 ? 0 : 1), flat: true };
}

/** Finite samples, from all over the picture. */
function sampleOf({ samples }: Raster): Raster["samples"] {
  const step = stepOver(samples.length);
  const taken = samples.slice(0, Math.ceil(samples.length / step));
  let count = 0;
  for (let at = 0; at < samples.length; at += step) {
    const value = samples[at] as number;
    if (Number.isFinite(value)) taken[count++] = value;
  }
  return taken.subarray(0, count);
}

/**
 * Every how many samples one is taken. No multiple of 3, which would see one channel, and odd, so that in
 * rows of usual lengths it does not come upon the same columns.
 */
function stepOver(length: number): number {
  let step = Math.ceil(length / MOST_SAMPLES);
  while (step > 1 && (step % 2 === 0 || step % 3 === 0)) step++;
  return step;
}
