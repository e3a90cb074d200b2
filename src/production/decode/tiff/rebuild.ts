import { MiB } from "../../../base/units.ts";
import { readAt, shrank } from "../../file/read.ts";
import type { Layout } from "./layout.ts";
import type { Pieces } from "./pieces.ts";
import { readValue } from "./structure.ts";
import type { Directory, Tiff } from "./structure.ts";
import { TAG } from "./tags.ts";

/** What a value may have: a table of JPEG, a colour profile, a palette. */
const LARGEST_VALUE = 4 * MiB;

const [SHORT, LONG, LONG8] = [3, 4, 16];
const [HEADER_BYTES, ENTRY_BYTES] = [16, 20];

/** Tags that say how samples are decoded, taken over as they are. All others are left behind. */
const TAKEN_OVER = [
  TAG.fillOrder,
  TAG.t4Options,
  TAG.t6Options,
  TAG.colorMap,
  TAG.inkSet,
  TAG.jpegTables,
  TAG.yCbCrCoefficients,
  TAG.yCbCrSubSampling,
  TAG.yCbCrPositioning,
  TAG.referenceBlackWhite,
  TAG.iccProfile,
] as const;

/** A tag of the file that is built: its values are already in the file's byte order. */
type Written = {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: Uint8Array;
};

/**
 * A TIFF in memory that has one page: what the decoder is given of a file that may be a thousand times as
 * large. It is a BigTIFF in the file's own byte order, with the strips or tiles one after the other at its
 * end. @throws FRAME_TRUNCATED, FRAME_CORRUPT
 */
export function rebuildPage(
  tiff: Tiff,
  directory: Directory,
  layout: Layout,
  pieces: Pieces,
): Uint8Array<ArrayBuffer> {
  const tags = tagsOf(tiff, directory, layout, pieces);
  const directoryBytes = 8 + tags.length * ENTRY_BYTES + 8;
  const valueBytes = tags.reduce((sum, { value }) => sum + outside(value), 0);
  const dataAt = HEADER_BYTES + directoryBytes + valueBytes;
  const built = new Uint8Array(dataAt + pieces.bytes);
  writeHeader(built, tiff);
  placePieces(tags, pieces, dataAt, tiff);
  writeDirectory(built, tags, tiff);
  readPiecesInto(built.subarray(dataAt), tiff, pieces);
  return built;
}

function tagsOf(tiff: Tiff, directory: Directory, layout: Layout, pieces: Pieces): Written[] {
  const number = (tag: number, type: number, values: readonly number[]): Written => ({
    tag,
    type,
    count: values.length,
    value: encode(tiff, type, values),
  });
  const samples = layout.isPlanar ? layout.colours : layout.samples;
  const each = (value: number): number[] => Array.from({ length: samples }, () => value);
  const extra = Array.from({ length: samples - layout.colours }, () => 0);
  const own = [
    number(TAG.width, LONG, [layout.width]),
    number(TAG.height, LONG, [layout.height]),
    number(TAG.bitsPerSample, SHORT, each(layout.bits)),
    number(TAG.compression, SHORT, [layout.compression]),
    number(TAG.photometric, SHORT, [layout.photometric]),
    number(TAG.samplesPerPixel, SHORT, [samples]),
    number(TAG.planar, SHORT, [layout.isPlanar ? 2 : 1]),
    number(TAG.predictor, SHORT, [layout.predictor]),
    number(TAG.sampleFormat, SHORT, each(layout.format)),
    // Unspecified: the decoder would divide colours by an alpha that it knows of.
    ...(extra.length > 0 ? [number(TAG.extraSamples, SHORT, extra)] : []),
    ...(pieces.isTiled
      ? [number(TAG.tileWidth, LONG, [pieces.width]), number(TAG.tileHeight, LONG, [pieces.height])]
      : [number(TAG.rowsPerStrip, LONG, [pieces.height])]),
    number(pieces.isTiled ? TAG.tileByteCounts : TAG.stripByteCounts, LONG8, pieces.counts),
    number(pieces.isTiled ? TAG.tileOffsets : TAG.stripOffsets, LONG8, pieces.counts),
  ];
  const taken = TAKEN_OVER.flatMap((tag): Written[] => {
    const entry = directory.entries.get(tag);
    if (entry === undefined) return [];
    return [{ tag, type: entry.type, count: entry.count, value: readValue(tiff, entry, LARGEST_VALUE) }];
  });
  return [...own, ...taken].toSorted((one, other) => one.tag - other.tag);
}

/** Values of up to 8 bytes lie in the directory; the others begin at even places behind it. */
const outside = (value: Uint8Array): number =>
  value.byteLength > 8 ? value.byteLength + (value.byteLength % 2) : 0;

function encode({ isLittleEndian }: Tiff, type: number, values: readonly number[]): Uint8Array {
  const size = type === SHORT ? 2 : type === LONG ? 4 : 8;
  const view = new DataView(new ArrayBuffer(size * values.length));
  for (const [index, value] of values.entries()) {
    if (size === 2) view.setUint16(2 * index, value, isLittleEndian);
    else if (size === 4) view.setUint32(4 * index, value, isLittleEndian);
    else view.setBigUint64(8 * index, BigInt(value), isLittleEndian);
  }
  return new Uint8Array(view.buffer);
}

function writeHeader(built: Uint8Array, { isLittleEndian }: Tiff): void {
  const view = new DataView(built.buffer);
  view.setUint16(0, isLittleEndian ? 0x4949 : 0x4d4d);
  view.setUint16(2, 43, isLittleEndian);
  view.setUint16(4, 8, isLittleEndian);
  view.setBigUint64(8, BigInt(HEADER_BYTES), isLittleEndian);
}

/** Fills in where the pieces will lie, which is known when all tags are. */
function placePieces(tags: readonly Written[], pieces: Pieces, dataAt: number, tiff: Tiff): void {
  const places = tags.find(({ tag }) => tag === (pieces.isTiled ? TAG.tileOffsets : TAG.stripOffsets));
  let at = dataAt;
  const offsets = pieces.counts.map((count) => {
    const offset = at;
    at += count;
    return offset;
  });
  places?.value.set(encode(tiff, LONG8, offsets));
}

function writeDirectory(built: Uint8Array, tags: readonly Written[], { isLittleEndian }: Tiff): void {
  const view = new DataView(built.buffer);
  view.setBigUint64(HEADER_BYTES, BigInt(tags.length), isLittleEndian);
  let at = HEADER_BYTES + 8;
  let valueAt = at + tags.length * ENTRY_BYTES + 8;
  for (const { tag, type, count, value } of tags) {
    view.setUint16(at, tag, isLittleEndian);
    view.setUint16(at + 2, type, isLittleEndian);
    view.setBigUint64(at + 4, BigInt(count), isLittleEndian);
    if (outside(value) > 0) view.setBigUint64(at + 12, BigInt(valueAt), isLittleEndian);
    built.set(value, outside(value) > 0 ? valueAt : at + 12);
    valueAt += outside(value);
    at += ENTRY_BYTES;
  }
}

/** Pieces usually lie one after the other: what lies together is read together. */
export function readPiecesInto(into: Uint8Array, { file }: Tiff, { offsets, counts }: Pieces): void {
  let at = 0;
  for (let index = 0; index < offsets.length;) {
    const start = offsets[index] ?? 0;
    let length = 0;
    do length += counts[index++] ?? 0;
    while (offsets[index] === start + length);
    const read = readAt(file, into.subarray(at, at + length), start);
    if (read < length) throw shrank(length, read);
    at += length;
  }
}
