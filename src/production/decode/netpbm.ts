import { endianness } from "node:os";
import { AssertionError } from "../../base/assert.ts";
import { fault } from "../../base/errors.ts";
import { KiB, MiB } from "../../base/units.ts";
import type { Bytes } from "../../base/units.ts";
import { parseAnyHeader } from "../../wire/netpbmHeaders.ts";
import { rasterBytesInFile } from "../../wire/netpbmPicture.ts";
import type { AnyNetpbmHeader } from "../../wire/netpbmPicture.ts";
import { LONGEST_NETPBM_HEADER } from "../../wire/netpbmScan.ts";
import { TextRaster } from "../../wire/netpbmText.ts";
import type { Raster } from "../raster/raster.ts";
import type { Room } from "../raster/room.ts";
import { readAt, shrank } from "../file/read.ts";
import type { FrameFile } from "../file/read.ts";
import { dropAlpha, flipRows, requireUpTo, swapBytes } from "../raster/samples.ts";
import { asSamples, rasterOf, sampleBytesWithin, within } from "../raster/shape.ts";
import type { RasterShape } from "../raster/shape.ts";

/** Holds any header that a program writes by itself, and the comments of most. */
const FIRST_LOOK = 1 * KiB;
/** Text is read in pieces, so that it is never in memory beside its samples. */
const TEXT_PIECE = 64 * KiB;

/** Files up to this size are read in one call, before it is known what they say. */
const SMALL = 1 * MiB;

/**
 * The bytes of a small file; undefined when it is larger. @throws FRAME_TRUNCATED when it shrinks meanwhile
 */
export function readSmall(file: FrameFile, limit: Bytes, room: Room): Uint8Array<ArrayBuffer> | undefined {
  if (file.size > Math.min(SMALL, limit)) return undefined;
  const bytes = room(file.size);
  const read = readAt(file, bytes, 0);
  if (read < file.size) throw shrank(file.size, read);
  return bytes;
}

/**
 * Any netpbm picture.
 * @param whole the bytes of the file, where they have been read
 * @throws FRAME_TRUNCATED, FRAME_CORRUPT, FRAME_UNSUPPORTED, FRAME_TOO_LARGE
 */
export function decodeNetpbm(
  file: FrameFile,
  limit: Bytes,
  room: Room,
  whole: Uint8Array<ArrayBuffer> | undefined,
): Raster {
  const header = (whole && parseAnyHeader(whole)) ?? readHeader(file);
  const shape = shapeOf(header);
  // Both before anything is reserved: what the picture needs, and what the file must have.
  sampleBytesWithin(shape, limit);
  const inFile = within(rasterBytesInFile(header), limit, "a raster");
  if (header.headerBytes + inFile > file.size) throw truncated(header.headerBytes + inFile, file.size);
  const samples = READERS[header.coding]({ file, header, shape, room, whole });
  if (shape.maxval !== 255 && shape.maxval !== 65_535 && !shape.isFloat) requireUpTo(samples, shape.maxval);
  return rasterOf(shape, samples);
}

/** What the header says. */
export function measureNetpbm(file: FrameFile): RasterShape {
  return shapeOf(readHeader(file));
}

/** Bits become 8 bits. Floating point is proportional to light, by custom. */
function shapeOf({ coding, width, height, depth, maxval }: AnyNetpbmHeader): RasterShape {
  const isFloat = coding === "float";
  const isBits = coding === "bits" || coding === "bitsText";
  const transfer = isFloat ? "linear" : "display";
  return { width, height, channels: depth < 3 ? 1 : 3, maxval: isBits ? 255 : maxval, isFloat, transfer };
}

type Reading = {
  readonly file: FrameFile;
  readonly header: AnyNetpbmHeader;
  readonly shape: RasterShape;
  readonly room: Room;
  readonly whole: Uint8Array<ArrayBuffer> | undefined;
};

type Reader = (reading: Reading) => Raster["samples"];

const READERS: Readonly<Record<AnyNetpbmHeader["coding"], Reader>> = {
  binary: readBinary,
  float: readFloat,
  bits: readBits,
  text: readText,
  bitsText: readText,
};

function readBinary(reading: Reading): Raster["samples"] {
  const { header, shape } = reading;
  const samples = asSamples(shape, readRaster(reading));
  if (shape.maxval > 255 && endianness() === "LE") swapBytes(samples);
  return header.depth === shape.channels ? samples : dropAlpha(samples, header.depth, shape.channels);
}

function readFloat(reading: Reading): Raster["samples"] {
  const { header, shape } = reading;
  const samples = asSamples(shape, readRaster(reading));
  if (header.isLittleEndian !== (endianness() === "LE")) swapBytes(samples);
  return flipRows(samples, shape.width * shape.channels);
}

/** 1 is black. */
function readBits(reading: Reading): Raster["samples"] {
  const { width, height } = reading.header;
  const packed = readRaster(reading);
  const rowBytes = Math.ceil(width / 8);
  const samples = new Uint8Array(width * height);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const byte = packed[row * rowBytes + (column >> 3)] ?? 0;
      samples[at] = (byte >> (7 - (column & 7))) & 1 ? 0 : 255;
    }
  }
  return samples;
}

function readText({ file, header, shape }: Reading): Raster["samples"] {
  const count = shape.width * shape.height * shape.channels;
  const samples = shape.maxval > 255 ? new Uint16Array(count) : new Uint8Array(count);
  const raster = new TextRaster(samples, { maxval: shape.maxval, isBits: header.coding === "bitsText" });
  const piece = new Uint8Array(Math.min(TEXT_PIECE, file.size));
  for (let at = header.headerBytes; !raster.isFull; at += piece.byteLength) {
    const read = readAt(file, piece, at);
    raster.push(piece.subarray(0, read));
    if (read < piece.byteLength) break;
  }
  if (raster.isFull) return samples;
  throw fault("FRAME_TRUNCATED", `found ${raster.filled} samples, expected ${count}`);
}

function readRaster({ file, header, shape, room, whole }: Reading): Uint8Array<ArrayBuffer> {
  const length = rasterBytesInFile(header);
  if (whole !== undefined) return alignedPart(whole, header.headerBytes, length, shape);
  const bytes = room(length);
  const read = readAt(file, bytes, header.headerBytes);
  if (read === bytes.byteLength) return bytes;
  throw truncated(header.headerBytes + bytes.byteLength, header.headerBytes + read);
}

/** Samples of several bytes must lie where such numbers can: they are moved there. */
function alignedPart(
  whole: Uint8Array<ArrayBuffer>,
  start: number,
  length: number,
  { isFloat, maxval }: RasterShape,
): Uint8Array<ArrayBuffer> {
  const size = isFloat ? 4 : maxval > 255 ? 2 : 1;
  if ((whole.byteOffset + start) % size === 0) return whole.subarray(start, start + length);
  whole.copyWithin(0, start, start + length);
  return whole.subarray(0, length);
}

/** Most headers lie in the first look; those with long comments take a second, which holds any header. */
function readHeader(file: FrameFile): AnyNetpbmHeader {
  for (const length of [FIRST_LOOK, LONGEST_NETPBM_HEADER]) {
    const look = new Uint8Array(Math.min(length, file.size));
    const read = readAt(file, look, 0);
    const header = parseAnyHeader(look.subarray(0, read));
    if (header !== undefined) return header;
    if (read < length) throw truncated(read + 1, read);
  }
  throw new AssertionError("a header of the longest length was neither read nor refused");
}

function truncated(expected: number, found: number): Error {
  return fault("FRAME_TRUNCATED", `found ${found} bytes, expected at least ${expected}`);
}
