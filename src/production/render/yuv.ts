import { assert } from "../../base/assert.ts";
import type { Bytes } from "../../base/units.ts";
import { type Image, type Picture, requireWithin } from "./image.ts";

/** Fixed point: 16 bits behind the point, and half of the last place for rounding. */
const SHIFT = 16;
const ONE = 2 ** SHIFT;
const HALF = ONE / 2;

/** Chroma lies around the middle of the range; the sum stays below 256 by the rounding alone. */
const MIDDLE = 128 * ONE + HALF - 1;

const fixed = (weight: number): number => Math.round(weight * ONE);

/** The weights of ITU-R BT.601 for values over the whole range, as JPEG has them (ITU-T T.871, 7). */
const Y = [fixed(0.299), fixed(0.587), fixed(0.114)] as const;
const CB = [fixed(-0.168736), fixed(-0.331264), fixed(0.5)] as const;
const CR = [fixed(0.5), fixed(-0.418688), fixed(-0.081312)] as const;

/**
 * Planes of 8 bits one behind the other: luma, and for colour Cb and Cr as large as it. Luma alone of grey,
 * as it is.
 * @throws FRAME_TOO_LARGE when they have more than `limit` bytes
 */
export function yuvImage({ width, height, channels, samples }: Picture, limit: Bytes): Image {
  assert(samples instanceof Uint8Array, "planes are made of 8 bits");
  requireWithin(samples.byteLength, limit);
  const bytes = channels === 1 ? new Uint8Array(samples) : planesOf(samples, width * height);
  return { bytes, headerBytes: 0, shape: { format: channels === 1 ? "luma" : "yuv", width, height } };
}

function planesOf(samples: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  const planes = new Uint8Array(3 * count);
  for (let pixel = 0, at = 0; pixel < count; pixel += 1, at += 3) {
    const red = samples[at] as number;
    const green = samples[at + 1] as number;
    const blue = samples[at + 2] as number;
    planes[pixel] = (Y[0] * red + Y[1] * green + Y[2] * blue + HALF) >> SHIFT;
    planes[count + pixel] = (CB[0] * red + CB[1] * green + CB[2] * blue + MIDDLE) >> SHIFT;
    planes[2 * count + pixel] = (CR[0] * red + CR[1] * green + CR[2] * blue + MIDDLE) >> SHIFT;
  }
  return planes;
}
