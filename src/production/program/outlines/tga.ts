import { fault } from "../../../base/errors.ts";
import { FileBytes } from "./bytes.ts";
import type { Outline } from "./shape.ts";

const HEADER_BYTES = 18;
/** Kinds of pictures: with a palette, colours, grey; 8 more when runs are packed. */
const PALETTE = 1;
const GREY = 3;
const PACKED = 8;

/**
 * Truevision TGA 2.0. It has no signature; the kind of picture must be one of six. What runs are missing at
 * the end the program would not tell.
 */
export function outlineTga(bytes: Uint8Array): Outline {
  const file = new FileBytes(bytes, "little");
  const type = file.u8(2);
  const kind = type & ~PACKED;
  if (kind < PALETTE || kind > GREY)
    throw fault("FRAME_CORRUPT", `found a TGA picture of type ${type}, expected 1, 2, 3, 9, 10 or 11`);
  const [width, height] = [file.u16(12), file.u16(14)];
  const sampleBytes = Math.ceil(file.u8(16) / 8);
  const start = HEADER_BYTES + file.u8(0) + paletteBytes(file);
  if (type === kind) file.require(start, width * height * sampleBytes);
  else requireRuns(bytes, start, width * height, sampleBytes);
  return { width, height, pixelBytes: kind === GREY ? 1 : 3 };
}

function paletteBytes(file: FileBytes): number {
  return file.u8(1) === 0 ? 0 : file.u16(5) * Math.ceil(file.u8(7) / 8);
}

/** A byte n from 128 on is followed by one pixel, which stands for n − 127; a lower one by n + 1 pixels. */
function requireRuns(bytes: Uint8Array, start: number, pixels: number, sampleBytes: number): void {
  let at = start;
  let found = 0;
  while (found < pixels && at < bytes.byteLength) {
    const run = bytes[at] ?? 0;
    found += (run & 127) + 1;
    at += 1 + (run > 127 ? 1 : run + 1) * sampleBytes;
  }
  if (found < pixels || at > bytes.byteLength)
    throw fault("FRAME_TRUNCATED", `found ${found} pixels before the end of the file, expected ${pixels}`);
}
