import type { Levels } from "../../base/rendition.ts";
import type { Bytes } from "../../base/units.ts";
import type { Raster } from "../raster/raster.ts";
import { type Image, netpbmImage, requireWithin } from "./image.ts";
import { toned, toneOf } from "./tone.ts";

/**
 * What a classic client gets: binary PPM or PGM of 8 or 16 bits, the samples as they lie in the file, with
 * its maxval. Floating point has no place in these, and becomes 16 bits: light by the curve of sRGB, cut off
 * at 0 and 1; other values stretched by `levels`, or from 0 to 1 without any.
 *
 * @throws FRAME_TOO_LARGE when the image has more than `limit` bytes, before memory is taken
 */
export function originalImage(raster: Raster, levels: Levels | undefined, limit: Bytes): Image {
  const { width, height, channels, samples, maxval, transfer } = raster;
  if (!(samples instanceof Float32Array))
    return netpbmImage({ width, height, channels, samples }, maxval, limit);
  requireWithin(samples.length * 2, limit);
  const tone = toneOf(raster, transfer === "linear" ? undefined : levels);
  return netpbmImage({ width, height, channels, samples: toned(raster, tone, 16) }, 65_535, limit);
}
