import { fault } from "../../../base/errors.ts";
import { FileBytes } from "./bytes.ts";
import { readExrHeader } from "./exrHeader.ts";
import type { ExrHeader, Window } from "./exrHeader.ts";
import type { Outline } from "./shape.ts";

/** Rows of a chunk by compression: none, RLE, ZIPS, ZIP, PIZ, PXR24, B44, B44A, DWAA, DWAB. */
const ROWS = [1, 1, 1, 16, 32, 16, 32, 32, 32, 256];

/**
 * OpenEXR: the picture lies in chunks of rows, or in tiles, and a table says where each is.
 *
 * The program leaves out what it does not find and says nothing: so each chunk of the table must be there,
 * be the one that it is to be, and end inside the file. A renderer that has not finished has not written
 * the table.
 */
export function outlineExr(bytes: Uint8Array): Outline {
  const file = new FileBytes(bytes, "little");
  const header = readExrHeader(file);
  const { display, grey } = header;
  if (header.tiles === undefined) requireRows(file, header);
  else requireTiles(file, header, header.tiles);
  return { width: widthOf(display), height: heightOf(display), pixelBytes: grey ? 4 : 12 };
}

function requireRows(file: FileBytes, header: ExrHeader): void {
  const { data, compression, pixelBytes, tableAt } = header;
  const rows = ROWS[compression];
  if (rows === undefined) throw fault("FRAME_UNSUPPORTED", `found EXR compression ${compression}`);
  const chunks = Math.ceil(heightOf(data) / rows);
  file.require(tableAt, chunks * 8);
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const at = placeOf(file, tableAt, chunk);
    const y = data.top + chunk * rows;
    if (file.i32(at) !== y) throw misplaced(`row ${file.i32(at)}`, `row ${y}`);
    const most = Math.min(rows, data.bottom - y + 1) * widthOf(data) * pixelBytes;
    requireChunk(file, at + 8, file.u32(at + 4), most, compression);
  }
}

function requireTiles(file: FileBytes, header: ExrHeader, tile: NonNullable<ExrHeader["tiles"]>): void {
  const { data, compression, pixelBytes, tableAt } = header;
  const across = Math.ceil(widthOf(data) / tile.width);
  const chunks = across * Math.ceil(heightOf(data) / tile.height);
  file.require(tableAt, chunks * 8);
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const at = placeOf(file, tableAt, chunk);
    const [column, row] = [chunk % across, Math.floor(chunk / across)];
    const found = [0, 4, 8, 12].map((place) => file.u32(at + place)).join(" ");
    const expected = `${column} ${row} 0 0`;
    if (found !== expected) throw misplaced(`tile ${found}`, `tile ${expected}`);
    // The last tiles of rows and columns have what is left.
    const width = Math.min(tile.width, widthOf(data) - column * tile.width);
    const height = Math.min(tile.height, heightOf(data) - row * tile.height);
    requireChunk(file, at + 20, file.u32(at + 16), width * height * pixelBytes, compression);
  }
}

function placeOf(file: FileBytes, tableAt: number, chunk: number): number {
  const at = file.u64(tableAt + chunk * 8);
  if (at === 0) throw fault("FRAME_TRUNCATED", `found no place of chunk ${chunk}: the file was not finished`);
  return at;
}

function requireChunk(file: FileBytes, at: number, size: number, most: number, compression: number): void {
  const NONE = 0;
  if (size < 1 || size > most || (compression === NONE && size !== most))
    throw fault("FRAME_CORRUPT", `found a chunk of ${size} bytes, expected 1 to ${most}`);
  file.require(at, size);
}

function misplaced(found: string, expected: string): Error {
  return fault("FRAME_CORRUPT", `found ${found} in the table of chunks, expected ${expected}`);
}

function widthOf({ left, right }: Window): number {
  return right - left + 1;
}

function heightOf({ top, bottom }: Window): number {
  return bottom - top + 1;
}
