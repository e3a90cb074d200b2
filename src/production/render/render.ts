import { DEFAULT_QUALITY, type Levels, type PictureRendition } from "../../base/rendition.ts";
import type { Bytes } from "../../base/units.ts";
import type { Raster } from "../raster/raster.ts";
import { encode, requireRoom } from "./encode.ts";
import { type Image, requireWithin } from "./image.ts";
import { resized, sizeWithin } from "./resize.ts";
import { type Depth, toned, toneOf } from "./tone.ts";

/** A rendition whose levels are known: measured, where they are to be. */
export type ResolvedRendition = Omit<PictureRendition, "levels"> & {
  /** Undefined: the whole range, 0 to maxval; 0 to 1 for floating point. */
  readonly levels: Levels | undefined;
};

/**
 * One image in the rendition's format: toned to its depth first, which is cheaper than making deep samples
 * smaller and lets no NaN spread, then made smaller, then encoded. PPM and PNG keep 16 bits where the
 * picture has more than 8.
 *
 * @throws FRAME_TOO_LARGE when the image, or its samples before they are encoded, have more than `limit`
 * bytes: the latter before anything is made; RENDITION_INVALID when the format has no room for its size
 */
export async function render(raster: Raster, rendition: ResolvedRendition, limit: Bytes): Promise<Image> {
  const { format, quality = DEFAULT_QUALITY } = rendition;
  const { channels } = raster;
  const size = sizeWithin(raster, rendition.width);
  const depth = depthOf(raster, rendition);
  requireRoom(format, size);
  requireWithin(size.width * size.height * channels * (depth / 8), limit);
  const samples = toned(raster, toneOf(raster, rendition.levels, rendition.exposure), depth);
  const { width, height } = raster;
  const picture = await resized({ width, height, channels, samples }, size);
  return encode(picture, { format, quality }, limit);
}

function depthOf({ samples }: Raster, { format }: ResolvedRendition): Depth {
  const keeps = format === "ppm" || format === "png";
  return keeps && !(samples instanceof Uint8Array) ? 16 : 8;
}
