import { fault } from "../../base/errors.ts";
import type { MadeFormat } from "../../base/rendition.ts";
import type { Bytes } from "../../base/units.ts";
import { type Image, type Picture, netpbmImage, requireWithin } from "./image.ts";
import { encodeJpeg } from "./jpeg.ts";
import type { Size } from "./resize.ts";
import { asSharp, keepLayout } from "./sharp.ts";
import { yuvImage } from "./yuv.ts";

/** The largest sides that the formats have room for. */
const LONGEST_SIDE: Readonly<Record<MadeFormat, number>> = {
  ppm: Infinity,
  yuv: Infinity,
  png: 2 ** 31 - 1,
  jpeg: 65_500,
  webp: 16_383,
};

/** zlib's level. Higher ones take up to twice the time, and of pictures' noise save hardly a byte. */
const PNG_COMPRESSION = 2;

/** Of 0 to 6: a third of the time of libwebp's own choice (4), for a tenth more bytes. */
const WEBP_EFFORT = 1;

/** @throws RENDITION_INVALID when the format has no room for a picture of this size */
export function requireRoom(format: MadeFormat, { width, height }: Size): void {
  const most = LONGEST_SIDE[format];
  if (width <= most && height <= most) return;
  const found = `found a picture of ${width}×${height} pixels`;
  throw fault("RENDITION_INVALID", `${found}, expected ${most} at most as ${format}: ask for a width`);
}

/**
 * The picture in the format. One of 16 bits must be for a format that has them.
 * @throws FRAME_TOO_LARGE when the image has more than `limit` bytes
 */
export async function encode(
  picture: Picture,
  { format, quality }: { readonly format: MadeFormat; readonly quality: number },
  limit: Bytes,
): Promise<Image> {
  if (format === "ppm")
    return netpbmImage(picture, picture.samples instanceof Uint16Array ? 65_535 : 255, limit);
  if (format === "yuv") return yuvImage(picture, limit);
  const bytes = await ENCODERS[format](picture, quality);
  requireWithin(bytes.byteLength, limit);
  const { width, height } = picture;
  return { bytes, headerBytes: 0, shape: { format, width, height } };
}

type Encode = (picture: Picture, quality: number) => Promise<Uint8Array<ArrayBuffer>>;

const ENCODERS: Readonly<Record<Exclude<MadeFormat, "ppm" | "yuv">, Encode>> = {
  png: encodePng,
  jpeg: encodeJpeg,
  webp: encodeWebp,
};

async function encodePng(picture: Picture): Promise<Uint8Array<ArrayBuffer>> {
  const options = { compressionLevel: PNG_COMPRESSION };
  return ownBytes(
    await keepLayout(await asSharp(picture), picture)
      .png(options)
      .toUint8Array(),
  );
}

async function encodeWebp(picture: Picture, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  const image = await asSharp(picture);
  return ownBytes(await image.webp({ quality, effort: WEBP_EFFORT }).toUint8Array());
}

/** The buffer is handed to another thread whole, and so must hold nothing else. */
function ownBytes({ data }: { readonly data: Uint8Array }): Uint8Array<ArrayBuffer> {
  const isOwn = data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
  return isOwn ? (data as Uint8Array<ArrayBuffer>) : new Uint8Array(data);
}
