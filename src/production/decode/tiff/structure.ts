import { fault } from "../../../base/errors.ts";
import { KiB } from "../../../base/units.ts";
import { readAt } from "../../file/read.ts";
import type { FrameFile } from "../../file/read.ts";

/** Classic TIFF (version 42, offsets of 4 bytes) or BigTIFF (43, of 8), in either byte order. */
export type Tiff = {
  readonly file: FrameFile;
  readonly isLittleEndian: boolean;
  readonly isBig: boolean;
  /** Where the first directory lies. */
  readonly first: number;
};

/** A tag of a directory: what it says lies in the file, in the directory itself when it is short. */
export type Entry = {
  readonly type: number;
  readonly count: number;
  readonly position: number;
};

/** What describes one picture. */
export type Directory = {
  readonly entries: ReadonlyMap<number, Entry>;
  /** Where the next one lies; 0 after the last. */
  readonly next: number;
};

/** Bytes of a value, by its type (TIFF 6.0, section 2; BigTIFF adds 16 to 18). */
const TYPE_BYTES: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
  [6, 1],
  [7, 1],
  [8, 2],
  [9, 4],
  [10, 8],
  [11, 4],
  [12, 8],
  [13, 4],
  [16, 8],
  [17, 8],
  [18, 8],
]);

/** Programs write some dozens of tags. */
const MOST_ENTRIES = 4096;
/** Holds most directories whole. */
const DIRECTORY_LOOK = 1 * KiB;

/** @throws FRAME_CORRUPT, FRAME_TRUNCATED */
export function openTiff(file: FrameFile): Tiff {
  const start = readBlock(file, 0, 8);
  const isLittleEndian = start[0] === 0x49;
  const isBig = viewOf(start).getUint16(2, isLittleEndian) === 43;
  if (!isBig) {
    return { file, isLittleEndian, isBig, first: viewOf(start).getUint32(4, isLittleEndian) };
  }
  const view = viewOf(readBlock(file, 0, 16));
  const offsetBytes = view.getUint16(4, isLittleEndian);
  if (offsetBytes !== 8) throw fault("FRAME_CORRUPT", `found offsets of ${offsetBytes} bytes, expected 8`);
  return { file, isLittleEndian, isBig, first: toNumber(view.getBigUint64(8, isLittleEndian)) };
}

/** @throws FRAME_CORRUPT, FRAME_TRUNCATED */
export function readDirectory(tiff: Tiff, position: number): Directory {
  const { file, isLittleEndian, isBig } = tiff;
  const head = isBig ? 8 : 2;
  const entryBytes = isBig ? 20 : 12;
  const look = readUpTo(file, position, DIRECTORY_LOOK);
  if (look.byteLength < head) throw beyond(position + head, file);
  const view = viewOf(look);
  const count = isBig ? toNumber(view.getBigUint64(0, isLittleEndian)) : view.getUint16(0, isLittleEndian);
  if (count === 0 || count > MOST_ENTRIES)
    throw fault("FRAME_CORRUPT", `found a directory of ${count} tags, expected 1 to ${MOST_ENTRIES}`);
  const length = head + count * entryBytes + (isBig ? 8 : 4);
  const whole = length <= look.byteLength ? view : viewOf(readBlock(file, position, length));
  const entries = new Map<number, Entry>();
  for (let index = 0; index < count; index++) {
    const at = head + index * entryBytes;
    entries.set(whole.getUint16(at, isLittleEndian), readEntry(tiff, whole, at, position));
  }
  const next = readOffset(tiff, whole, head + count * entryBytes);
  return { entries, next };
}

function readEntry(tiff: Tiff, view: DataView, at: number, position: number): Entry {
  const type = view.getUint16(at + 2, tiff.isLittleEndian);
  const count = readOffset(tiff, view, at + 4);
  const valueAt = at + (tiff.isBig ? 12 : 8);
  const bytes = count * (TYPE_BYTES.get(type) ?? 0);
  const isInside = bytes <= (tiff.isBig ? 8 : 4);
  return { type, count, position: isInside ? position + valueAt : readOffset(tiff, view, valueAt) };
}

function readOffset({ isLittleEndian, isBig }: Tiff, view: DataView, at: number): number {
  return isBig ? toNumber(view.getBigUint64(at, isLittleEndian)) : view.getUint32(at, isLittleEndian);
}

/** Beyond what a number holds exactly, all are beyond the end of any file. */
function toNumber(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}

/** What a tag says, as it lies in the file. @throws FRAME_TRUNCATED; FRAME_CORRUPT above `most` bytes */
export function readValue(tiff: Tiff, entry: Entry, most: number): Uint8Array<ArrayBuffer> {
  const bytes = entry.count * (TYPE_BYTES.get(entry.type) ?? 0);
  if (bytes === 0 || bytes > most)
    throw fault("FRAME_CORRUPT", `found a tag of ${entry.count} values of type ${entry.type}`);
  return readBlock(tiff.file, entry.position, bytes);
}

/**
 * Whole numbers that a tag says: of type BYTE, SHORT, LONG or LONG8. Undefined without the tag.
 * @throws FRAME_TRUNCATED; FRAME_CORRUPT for other types, and for more than `most` numbers
 */
export function readNumbers(
  tiff: Tiff,
  { entries }: Directory,
  tag: number,
  most: number,
): readonly number[] | undefined {
  const entry = entries.get(tag);
  if (entry === undefined) return undefined;
  const size = TYPE_BYTES.get(entry.type) ?? 0;
  if (!isWhole(entry) || entry.count > most)
    throw fault("FRAME_CORRUPT", `found tag ${tag} with ${entry.count} values of type ${entry.type}`);
  const view = viewOf(readValue(tiff, entry, most * size));
  return Array.from({ length: entry.count }, (_, index) => {
    if (size === 1) return view.getUint8(index);
    if (size === 2) return view.getUint16(2 * index, tiff.isLittleEndian);
    if (size === 4) return view.getUint32(4 * index, tiff.isLittleEndian);
    return toNumber(view.getBigUint64(8 * index, tiff.isLittleEndian));
  });
}

/** BYTE, SHORT, LONG, IFD, LONG8 or IFD8: numbers from 0. */
export function isWhole({ type }: Entry): boolean {
  return [1, 3, 4, 13, 16, 18].includes(type);
}

/** Exactly so many bytes. @throws FRAME_TRUNCATED */
function readBlock(file: FrameFile, position: number, length: number): Uint8Array<ArrayBuffer> {
  if (position + length > file.size) throw beyond(position + length, file);
  const block = readUpTo(file, position, length);
  if (block.byteLength < length) throw beyond(position + length, file);
  return block;
}

function readUpTo(file: FrameFile, position: number, length: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(Math.max(0, Math.min(length, file.size - position)));
  return block.byteLength === 0 ? block : block.subarray(0, readAt(file, block, position));
}

/** A TIFF that is cut has lost what its offsets lead to. */
export function beyond(expected: number, file: FrameFile): Error {
  return fault("FRAME_TRUNCATED", `found ${file.size} bytes, expected at least ${expected}`);
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
