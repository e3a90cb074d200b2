import { endianness } from "node:os";
import { assert } from "../../base/assert.ts";
import { fault } from "../../base/errors.ts";
import type { PictureShape } from "../../base/rendition.ts";
import type { Bytes } from "../../base/units.ts";
import { type NetpbmShape, encodeHeader, rasterBytes } from "../../wire/netpbm.ts";
import type { Samples } from "./tone.ts";

/** A picture to be encoded: samples over the whole range of their depth. */
export type Picture = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly samples: Samples;
};

/** An encoded picture in a buffer of its own, so that it can be handed to another thread whole. */
export type Image = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where a netpbm raster begins; 0 in formats that have none. */
  readonly headerBytes: number;
  readonly shape: PictureShape;
  /** They are those of the frame's file: nothing is saved by keeping them. */
  readonly isFile?: boolean;
};

/**
 * Binary PPM, or PGM of grey. Samples up to `maxval` are written as they are, those of 16 bits with the
 * higher byte first.
 * @throws FRAME_TOO_LARGE when the image has more than `limit` bytes, before memory is taken for it
 */
export function netpbmImage(picture: Picture, maxval: number, limit: Bytes): Image {
  const { width, height, channels, samples } = picture;
  assert(samples.BYTES_PER_ELEMENT === (maxval > 255 ? 2 : 1), "samples and maxval differ in depth");
  const shape = { magic: channels === 1 ? "P5" : "P6", width, height, maxval } as const;
  const header = encodeHeader(shape);
  const length = header.byteLength + rasterBytes(shape);
  requireWithin(length, limit);
  const bytes = new Uint8Array(length);
  bytes.set(header);
  bytes.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), header.byteLength);
  const raster = Buffer.from(bytes.buffer, header.byteLength);
  if (samples instanceof Uint16Array && endianness() === "LE") raster.swap16();
  return { bytes, headerBytes: header.byteLength, shape: netpbmShape(shape) };
}

/** What binary netpbm is as a picture. */
export function netpbmShape({
  magic,
  width,
  height,
}: Pick<NetpbmShape, "magic" | "width" | "height">): PictureShape {
  return { format: magic === "P5" ? "pgm" : "ppm", width, height };
}

/** @throws FRAME_TOO_LARGE when what is made, or is to be made, has more bytes than the limit */
export function requireWithin(bytes: number, limit: Bytes): void {
  if (bytes <= limit) return;
  throw fault("FRAME_TOO_LARGE", `found a picture of ${bytes} bytes, expected ${limit} at most`);
}
