import { open, realpath } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { Fault, fault } from "../base/errors.ts";
import { Bytes } from "../base/units.ts";
import { LONGEST_NETPBM_HEADER, parseHeader } from "../wire/netpbm.ts";
import type { FrameEntry, FrameFormat } from "./log.ts";
import { isInside, OPEN_WITHOUT_WAITING, systemCode } from "./place.ts";

/** What a frame's file says of its picture before the picture itself. */
export type FrameLook = {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. */
  readonly channels: number;
  /** Of one sample. */
  readonly bits: number;
  /** Of the file. */
  readonly bytes: Bytes;
};

type Picture = Omit<FrameLook, "bytes">;

const LOOKS: { [F in FrameFormat]?: (file: FileHandle) => Promise<Picture> } = {
  netpbm: lookAtNetpbm,
  png: lookAtPng,
  jpeg: lookAtJpeg,
};

/**
 * Looks at the beginning of a frame's file, for lists and banners. Whether the frame is whole only its
 * production tells.
 * @throws FRAME_UNREADABLE, FRAME_NOT_A_FILE, FRAME_OUTSIDE_LIBRARY, FRAME_EMPTY, FRAME_TRUNCATED,
 * FRAME_CORRUPT, FRAME_UNSUPPORTED, FRAME_TOO_LARGE
 */
export async function probeFrame({ format, source }: FrameEntry): Promise<FrameLook> {
  try {
    if (!isInside(await realpath(source.root), await realpath(source.path))) {
      throw fault("FRAME_OUTSIDE_LIBRARY", "found a link that leads out of the library's folder");
    }
    await using file = await open(source.path, OPEN_WITHOUT_WAITING);
    const found = await file.stat();
    if (!found.isFile()) throw fault("FRAME_NOT_A_FILE", "found something else, expected a regular file");
    if (found.size === 0) throw fault("FRAME_EMPTY", "found a file of 0 bytes, expected a picture");
    const look = LOOKS[format];
    if (look === undefined) throw fault("FRAME_UNSUPPORTED", `found ${format}`);
    return { ...(await look(file)), bytes: Bytes(found.size) };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw fault("FRAME_UNREADABLE", `the file could not be read: ${systemCode(error)}`, error);
  }
}

async function lookAtNetpbm(file: FileHandle): Promise<Picture> {
  const header = parseHeader(await read(file, 0, LONGEST_NETPBM_HEADER));
  if (header === undefined) throw truncated();
  const { magic, width, height, maxval } = header;
  return { width, height, channels: magic === "P6" ? 3 : 1, bits: maxval > 255 ? 16 : 8 };
}

const PNG_SIGNATURE = 0x89504e47;
/** By colour type; a palette (3) stands for colours. https://www.w3.org/TR/png-3/#11IHDR */
const PNG_CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 3],
  [4, 2],
  [6, 4],
]);

async function lookAtPng(file: FileHandle): Promise<Picture> {
  const start = view(await read(file, 0, 26), 26);
  const channels = PNG_CHANNELS.get(start.getUint8(25));
  if (start.getUint32(0) !== PNG_SIGNATURE || channels === undefined) throw corrupt("PNG");
  return { width: start.getUint32(16), height: start.getUint32(20), channels, bits: start.getUint8(24) };
}

/** Pictures have a few tens of segments before their frame header, mostly metadata. */
const MOST_SEGMENTS = 1000;

/** Walks from segment to segment to the frame header: ISO/IEC 10918-1, B.1.1 and B.2.2. */
async function lookAtJpeg(file: FileHandle): Promise<Picture> {
  if (view(await read(file, 0, 2), 2).getUint16(0) !== 0xffd8) throw corrupt("JPEG");
  let position = 2;
  for (let count = 0; count < MOST_SEGMENTS; count++) {
    const segment = view(await read(file, position, 10), 10);
    const marker = segment.getUint8(1);
    if (segment.getUint8(0) !== 0xff) throw corrupt("JPEG");
    if (isFrameHeader(marker)) {
      const [height, width] = [segment.getUint16(5), segment.getUint16(7)];
      return { width, height, channels: segment.getUint8(9), bits: segment.getUint8(4) };
    }
    // A fill byte may stand before a marker.
    position += marker === 0xff ? 1 : 2 + segment.getUint16(2);
  }
  throw corrupt("JPEG");
}

/** SOF0 to SOF15, among which DHT, JPG and DAC are not. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

async function read(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function view(bytes: Uint8Array, length: number): DataView {
  if (bytes.length < length) throw truncated();
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

const truncated = (): Fault =>
  fault("FRAME_TRUNCATED", "the file ends before it says how large its picture is");
const corrupt = (format: string): Fault =>
  fault("FRAME_CORRUPT", `found no picture's size, expected a ${format} file`);
