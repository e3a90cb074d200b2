import { fault } from "../../base/errors.ts";
import type { Bytes } from "../../base/units.ts";
import { DEFAULT_QUALITY } from "../../base/rendition.ts";
import type { OwnFormat } from "../../library/log.ts";
import { hasEnd } from "../decode/encoded/end.ts";
import { encode, requireRoom } from "./encode.ts";
import { type Image, requireWithin } from "./image.ts";
import type { ResolvedRendition } from "./render.ts";
import { sizeWithin } from "./resize.ts";
import { keepLayout, loadSharp } from "./sharp.ts";

/**
 * A smaller picture of a JPEG, decoded at an eighth, a quarter or half of its size, as its blocks allow; what
 * is left is resized as `render` does. The picture is the same but for the filter of the first step.
 *
 * @returns undefined where this saves nothing or cannot be done, and the picture has to be decoded whole:
 * another format, CMYK, more than half of the width, levels or an exposure
 * @throws FRAME_TRUNCATED, FRAME_CORRUPT, FRAME_TOO_LARGE
 */
export async function renderDirect(
  bytes: Uint8Array<ArrayBuffer>,
  format: OwnFormat,
  rendition: ResolvedRendition,
  limit: Bytes,
): Promise<Image | undefined> {
  const { width: wanted, levels, exposure = 0, quality = DEFAULT_QUALITY } = rendition;
  if (format !== "jpeg" || wanted === undefined || levels !== undefined || exposure !== 0) return undefined;
  if (!hasEnd(bytes, format)) throw fault("FRAME_TRUNCATED", "found no end of the JPEG file");
  const sharp = await loadSharp();
  const options = { failOn: "warning", sequentialRead: true, limitInputPixels: false } as const;
  const { width, height, space } = await decoding(() => sharp(bytes, options).metadata());
  if (wanted * 2 > width || (space !== "srgb" && space !== "b-w")) return undefined;
  const size = sizeWithin({ width, height }, wanted);
  requireRoom(rendition.format, size);
  const channels = space === "b-w" ? 1 : 3;
  // The picture itself must be one that would be decoded whole.
  requireWithin(width * height * channels, limit);
  const image = sharp(bytes, { ...options, ignoreIcc: true }).resize({ ...size, fit: "fill" });
  const layout = { channels, samples: new Uint8Array() } as const;
  const { data } = await decoding(() => keepLayout(image, layout).raw().toUint8Array());
  const samples = data as Uint8Array<ArrayBuffer>;
  return encode({ ...size, channels, samples }, { format: rendition.format, quality }, limit);
}

async function decoding<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    const found = (error as Error).message.replaceAll(/\s+/g, " ").trim();
    throw fault("FRAME_CORRUPT", `the decoder found: ${found}`, error);
  }
}
