import { crc32 } from "node:zlib";
import type { Metadata } from "sharp";
import type { PictureRendition } from "../base/rendition.ts";
import type { Bytes } from "../base/units.ts";
import type { WholeFormat } from "./decode/encoded/end.ts";
import { describe } from "./decode/encoded/sharp.ts";
import { type Image, requireWithin } from "./render/image.ts";

/** A whole file, its picture's end included. */
export type WholeFile = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: WholeFormat;
  /** How many bytes there are up to that end. */
  readonly end: number;
};

/**
 * Whether a file of this format may be what is asked for, as far as that can be told without it: whoever says
 * a quality wants that one, and levels and exposure make another picture.
 */
export function mayBeAsIs(
  { format, quality, levels, exposure = 0 }: PictureRendition,
  found: WholeFormat,
): boolean {
  const isAnyQuality = quality === undefined || found === "png";
  return format === found && isAnyQuality && levels === undefined && exposure === 0;
}

/**
 * The file itself where it is what is asked for: nothing is decoded, and nothing is lost by encoding it a
 * second time. What follows the picture's own end is left out, as of netpbm.
 *
 * A file is that only when whoever shows it sees the same samples as in every other rendition of the frame:
 * of 8 bits, without alpha, inks, a profile, an orientation or a second picture.
 *
 * @returns undefined where the picture has to be converted
 * @throws FRAME_CORRUPT for a header that cannot be read, FRAME_TOO_LARGE for samples beyond the limit
 */
export async function asIs(
  file: WholeFile,
  rendition: PictureRendition,
  limit: Bytes,
): Promise<Image | undefined> {
  const { bytes, format, end } = file;
  if (!mayBeAsIs(rendition, format)) return undefined;
  const metadata = await describe(file);
  const { width, height, channels } = metadata;
  if ((rendition.width ?? width) < width || !isPlain(metadata)) return undefined;
  if (format === "png" && !isPlainPng(bytes, end)) return undefined;
  requireWithin(width * height * channels, limit);
  // The buffer is handed to another thread whole, and so must hold nothing else.
  const own = end === bytes.byteLength ? bytes : bytes.slice(0, end);
  return { bytes: own, headerBytes: 0, shape: { format, width, height }, isFile: true };
}

function isPlain({ depth, space, hasAlpha, hasProfile, orientation = 1, pages = 1 }: Metadata): boolean {
  if (depth !== "uchar" || (space !== "srgb" && space !== "b-w")) return false;
  return !hasAlpha && !hasProfile && orientation === 1 && pages === 1;
}

/** Chunks for which a PNG is shown otherwise than its samples say (PNG, 3rd edition, section 11.3). */
const CHANGING = ["tRNS", "iCCP", "cICP", "mDCV", "cLLI", "eXIf", "acTL"];

/** These as well, unless `sRGB` says what they would: it goes before them (section 4.3). */
const LIGHT = ["gAMA", "cHRM"];

function isPlainPng(bytes: Uint8Array, end: number): boolean {
  const kinds = pngChunks(bytes, end);
  if (kinds === undefined || CHANGING.some((kind) => kinds.has(kind))) return false;
  return kinds.has("sRGB") || !LIGHT.some((kind) => kinds.has(kind));
}

/**
 * The kinds of a PNG's chunks, which are a length, four letters, data and a check sum each. Undefined where a
 * sum is wrong: what is wrong there the decoder says.
 */
function pngChunks(bytes: Uint8Array, end: number): ReadonlySet<string> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kinds = new Set<string>();
  for (let at = 8; at < end;) {
    const sumAt = at + 8 + view.getUint32(at);
    if (sumAt + 4 > end || crc32(bytes.subarray(at + 4, sumAt)) !== view.getUint32(sumAt)) return undefined;
    kinds.add(String.fromCharCode(...bytes.subarray(at + 4, at + 8)));
    at = sumAt + 4;
  }
  return kinds;
}
