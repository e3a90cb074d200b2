import { endianness } from "node:os";
import type decoder from "sharp";
import type { Metadata, Sharp, SharpOptions } from "sharp";
import { fault } from "../base/errors.ts";
import type { Bytes } from "../base/units.ts";
import type { NetpbmShape } from "../wire/netpbm.ts";
import { blankImage } from "./netpbm.ts";
import type { Image } from "./order.ts";
import { hasPictureEnd, pictureKind } from "./pictureEnd.ts";
import type { PictureKind } from "./pictureEnd.ts";

type Decoder = typeof decoder;

/**
 * PNG and JPEG become binary PPM, or PGM where the picture is grey, with the samples as they lie in the file:
 *
 * - What a file is, its first bytes say, not its name.
 * - 8 bits a sample give maxval 255; 16 (PNG) give 65535, the higher byte first. Grey of 1, 2 and 4 bits is
 *   scaled to 8 by repeating its bits, as PNG says. A palette becomes RGB.
 * - No gamma, colour profile or chromaticity is applied. CMYK is the exception: it becomes sRGB, by the
 *   profile in the file or else by a common one.
 * - Alpha is dropped, and the colours under it stay as they are: nothing is composited.
 * - The orientation that EXIF asks for is not applied.
 * - Of an animated PNG the first picture is taken.
 *
 * @throws FRAME_UNSUPPORTED when the bytes are neither PNG nor JPEG; FRAME_TRUNCATED when the file ends
 * before its format does; FRAME_CORRUPT when it cannot be decoded; FRAME_TOO_LARGE when the image has more
 * than `limit` bytes, which is found before it is decoded
 */
export async function decodePicture(bytes: Uint8Array, limit: Bytes): Promise<Image> {
  const { picture, metadata } = await openPicture(bytes, limit);
  const shape = shapeOf(metadata);
  const image = blankImage(shape, limit);
  const raster = await decoding(() => samplesOf(picture, shape).toBuffer());
  if (shape.maxval > 255 && endianness() === "LE") raster.swap16();
  const room = image.bytes.byteLength - image.headerBytes;
  if (raster.byteLength !== room)
    throw fault("FRAME_CORRUPT", `found ${raster.byteLength} bytes of samples, expected ${room}`);
  image.bytes.set(raster, image.headerBytes);
  return image;
}

/** What the picture is but for its samples. @throws as `decodePicture` */
export async function measurePicture(bytes: Uint8Array, limit: Bytes): Promise<NetpbmShape> {
  return shapeOf((await openPicture(bytes, limit)).metadata);
}

type OpenPicture = { readonly picture: Sharp; readonly metadata: Metadata };

async function openPicture(bytes: Uint8Array, limit: Bytes): Promise<OpenPicture> {
  const kind = pictureKind(bytes);
  if (kind === undefined) throw fault("FRAME_UNSUPPORTED", "found neither a PNG nor a JPEG signature");
  if (!hasPictureEnd(bytes, kind))
    throw fault("FRAME_TRUNCATED", `found no end of the ${kind.toUpperCase()} file`);
  const decoder = await loadDecoder();
  const damage: SharpOptions = { failOn: FAIL_ON[kind], sequentialRead: true };
  const metadata = await decoding(() => decoder(bytes, { ...damage, limitInputPixels: false }).metadata());
  // A pixel has one byte at least: the decoder's own guard, behind that of the image's exact size.
  const options: SharpOptions = { ...damage, limitInputPixels: limit, ignoreIcc: metadata.space !== "cmyk" };
  return { picture: decoder(bytes, options), metadata };
}

/**
 * Damage is refused. Of a PNG the decoder calls it an error, and warns of what does not concern the
 * samples; of a JPEG it calls nothing an error, and warns of samples that it had to make up.
 */
const FAIL_ON = { png: "error", jpeg: "warning" } as const satisfies Record<
  PictureKind,
  SharpOptions["failOn"]
>;

let decoderLoaded: Promise<Decoder> | undefined;

/**
 * Loaded when the first picture needs it: a worker that passes netpbm through starts faster and stays
 * smaller.
 */
function loadDecoder(): Promise<Decoder> {
  decoderLoaded ??= importDecoder();
  return decoderLoaded;
}

async function importDecoder(): Promise<Decoder> {
  const imported = await import("sharp").catch((error: unknown) => {
    throw fault("FRAME_UNSUPPORTED", "the decoder of PNG and JPEG cannot be loaded on this machine", error);
  });
  // One worker makes one picture, on one thread; what is kept is kept by production's cache.
  imported.default.concurrency(1);
  imported.default.cache(false);
  return imported.default;
}

function shapeOf({ width, height, channels, depth }: Metadata): NetpbmShape {
  const magic = channels <= 2 ? "P5" : "P6";
  return { magic, width, height, maxval: depth === "ushort" ? 65_535 : 255 };
}

function samplesOf(picture: Sharp, { magic, maxval }: NetpbmShape): Sharp {
  const deep = maxval > 255;
  const grey = magic === "P5";
  return picture
    .removeAlpha()
    .toColourspace(grey ? (deep ? "grey16" : "b-w") : deep ? "rgb16" : "srgb")
    .raw({ depth: deep ? "ushort" : "uchar" });
}

async function decoding<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    const found = (error as Error).message.replaceAll(/\s+/g, " ").trim();
    throw fault("FRAME_CORRUPT", `the decoder found: ${found}`, error);
  }
}
