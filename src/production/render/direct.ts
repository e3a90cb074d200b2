import type { Metadata } from "sharp";
import { fault } from "../../base/errors.ts";
import type { Bytes } from "../../base/units.ts";
import { DEFAULT_QUALITY } from "../../base/rendition.ts";
import type { FrameFormat } from "../../library/log.ts";
import { encode, requireRoom } from "./encode.ts";
import { type Image, requireWithin } from "./image.ts";
import type { ResolvedRendition } from "./render.ts";
import { sizeWithin } from "./resize.ts";
import { keepLayout, loadSharp } from "./sharp.ts";

const DIRECT_FORMATS = ["jpeg", "png"] as const;
type DirectFormat = (typeof DIRECT_FORMATS)[number];

/** A whole file, its end included. */
export type DirectEncoded = { readonly bytes: Uint8Array<ArrayBuffer>; readonly format: DirectFormat };

export function isDirect(format: FrameFormat): format is DirectFormat {
  return (DIRECT_FORMATS as readonly FrameFormat[]).includes(format);
}

/** As whoever decodes the whole picture calls damage. */
const FAIL_ON = { png: "error", jpeg: "warning" } as const;

/**
 * A smaller picture of a JPEG or PNG of 8 bits, whose rows are made smaller as they are decoded: the whole
 * picture is never there. Of a JPEG at half its width or less, an eighth, a quarter or half is decoded, as
 * its blocks allow; there the picture is the same but for the filter of that step. All others are the same.
 *
 * @returns undefined where this cannot be done, and the picture has to be decoded whole: 16 bits, alpha,
 * CMYK, levels or an exposure, or no width below its own
 * @throws FRAME_CORRUPT, FRAME_TOO_LARGE
 */
export async function renderDirect(
  { bytes, format }: DirectEncoded,
  rendition: ResolvedRendition,
  limit: Bytes,
): Promise<Image | undefined> {
  const { width: wanted, levels, exposure = 0, quality = DEFAULT_QUALITY } = rendition;
  if (wanted === undefined || levels !== undefined || exposure !== 0) return undefined;
  const sharp = await loadSharp();
  const options = { failOn: FAIL_ON[format], sequentialRead: true, limitInputPixels: false } as const;
  const metadata = await decoding(() => sharp(bytes, options).metadata());
  const { width, height } = metadata;
  const channels = channelsOf(metadata);
  if (wanted >= width || channels === undefined) return undefined;
  const size = sizeWithin({ width, height }, wanted);
  requireRoom(rendition.format, size);
  // The picture itself must be one that would be decoded whole.
  requireWithin(width * height * channels, limit);
  const image = sharp(bytes, { ...options, ignoreIcc: true }).resize({ ...size, fit: "fill" });
  const layout = { channels, samples: new Uint8Array() } as const;
  const { data } = await decoding(() => keepLayout(image, layout).raw().toUint8Array());
  const samples = data as Uint8Array<ArrayBuffer>;
  return encode({ ...size, channels, samples }, { format: rendition.format, quality }, limit);
}

/** Of samples that stay what they are; undefined of all others. */
function channelsOf({ space, depth, hasAlpha }: Metadata): 1 | 3 | undefined {
  if (depth !== "uchar" || hasAlpha) return undefined;
  if (space === "b-w") return 1;
  return space === "srgb" ? 3 : undefined;
}

async function decoding<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    const found = (error as Error).message.replaceAll(/\s+/g, " ").trim();
    throw fault("FRAME_CORRUPT", `the decoder found: ${found}`, error);
  }
}
