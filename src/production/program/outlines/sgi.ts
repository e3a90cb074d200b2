import { FileBytes } from "./bytes.ts";
import type { Outline } from "./shape.ts";
import { requireSignature } from "./signature.ts";

const SIGNATURE = 474;
/** Where samples, or the table of packed rows, begin. */
const START = 512;

/** The SGI image file format 0.97. Of packed rows a table says where each lies and how long it is. */
export function outlineSgi(bytes: Uint8Array): Outline {
  const file = new FileBytes(bytes, "big");
  requireSignature(file.u16(0) === SIGNATURE, "SGI");
  const isPacked = file.u8(2) === 1;
  const sampleBytes = file.u8(3);
  const [width, height, channels] = [file.u16(6), file.u16(8), file.u16(10)];
  const rows = height * channels;
  if (isPacked) requireRows(file, rows);
  else file.require(START, width * rows * sampleBytes);
  return { width, height, pixelBytes: sampleBytes * (channels < 3 ? 1 : 3) };
}

/** The table has the places of all rows, and then their lengths. */
function requireRows(file: FileBytes, rows: number): void {
  file.require(START, rows * 8);
  for (let row = 0; row < rows; row += 1)
    file.require(file.u32(START + row * 4), file.u32(START + (rows + row) * 4));
}
