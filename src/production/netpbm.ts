import { AssertionError } from "../base/assert.ts";
import { fault } from "../base/errors.ts";
import { Bytes, KiB } from "../base/units.ts";
import type { FrameSource } from "../library/log.ts";
import { encodeHeader, LONGEST_NETPBM_HEADER, parseHeader, rasterBytes } from "../wire/netpbm.ts";
import type { NetpbmHeader, NetpbmShape } from "../wire/netpbm.ts";
import type { Image } from "./order.ts";
import { readAt, shrank, withFrameFile } from "./file/read.ts";
import type { FrameFile } from "./file/read.ts";
import { netpbmShape } from "./render/image.ts";

/** Holds any header that a program writes by itself, and the comments of most. */
const FIRST_LOOK = 1 * KiB;

/**
 * Reads a binary PPM or PGM file as it is: header and raster byte for byte, and nothing after them.
 * @throws FRAME_TOO_LARGE by its header when the image has more than `limit` bytes, before anything is
 * reserved for it; FRAME_TRUNCATED, FRAME_CORRUPT, FRAME_UNSUPPORTED, and what `withFrameFile` throws
 */
export function readNetpbm(source: FrameSource, limit: Bytes): Image {
  return withFrameFile(source, (file) => {
    const { header, look } = readHeader(file);
    const length = lengthWithin(header.headerBytes, header.rasterBytes, limit);
    if (length > file.size) throw truncated(length, file.size);
    const bytes = new Uint8Array(length);
    bytes.set(look.subarray(0, length));
    const known = Math.min(look.byteLength, length);
    const read = known + readAt(file, bytes.subarray(known), known);
    if (read < length) throw shrank(length, read);
    return { bytes, headerBytes: header.headerBytes, shape: netpbmShape(header) };
  });
}

/**
 * An image with a raster of zeros, to be filled or left black.
 * @throws FRAME_TOO_LARGE when it has more than `limit` bytes
 */
export function blankImage(shape: NetpbmShape, limit: Bytes): Image {
  const header = encodeHeader(shape);
  const bytes = new Uint8Array(lengthWithin(header.byteLength, rasterBytes(shape), limit));
  bytes.set(header);
  return { bytes, headerBytes: header.byteLength, shape: netpbmShape(shape) };
}

function lengthWithin(header: number, raster: number, limit: Bytes): Bytes {
  const length = Bytes(header + raster);
  if (length <= limit) return length;
  throw fault("FRAME_TOO_LARGE", `found an image of ${length} bytes, expected ${limit} at most`);
}

/** Most headers lie in the first look; those with long comments take a second, which holds any header. */
function readHeader(file: FrameFile): { readonly header: NetpbmHeader; readonly look: Uint8Array } {
  for (const length of [FIRST_LOOK, LONGEST_NETPBM_HEADER]) {
    const look = readLook(file, length);
    const header = parseHeader(look);
    if (header !== undefined) return { header, look };
    if (look.byteLength < length) throw truncated(look.byteLength + 1, look.byteLength);
  }
  throw new AssertionError("a header of the longest length was neither read nor refused");
}

function readLook(file: FrameFile, length: number): Uint8Array {
  const look = new Uint8Array(Math.min(length, file.size));
  return look.subarray(0, readAt(file, look, 0));
}

function truncated(expected: number, found: number): Error {
  return fault("FRAME_TRUNCATED", `found ${found} bytes, expected at least ${expected}`);
}
