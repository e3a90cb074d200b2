/**
 * How samples are written: `binary` in one byte, or in two (the high one first) when maxval is above 255;
 * `text` as decimal numbers; `bits` eight to a byte, rows padded to bytes, and `bitsText` as digits, 1 being
 * black in both; `float` in four bytes, rows from the bottom to the top.
 */
export type NetpbmCoding = "binary" | "text" | "bits" | "bitsText" | "float";

/** The header of any netpbm picture: P1 to P7, PF and Pf. */
export type AnyNetpbmHeader = {
  readonly coding: NetpbmCoding;
  /** In pixels, from 1. */
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel as they lie in the file: 2 and 4 have alpha as the last. */
  readonly depth: 1 | 2 | 3 | 4;
  /** The sample of full brightness, 1 to 65535; 1 for bits and floating point. */
  readonly maxval: number;
  /** Of floating point: the low byte first. */
  readonly isLittleEndian: boolean;
  /** Up to the raster's first byte. */
  readonly headerBytes: number;
};

/** What the raster takes in the file; at least, where it is text. */
export function rasterBytesInFile({ coding, width, height, depth, maxval }: AnyNetpbmHeader): number {
  const samples = width * height * depth;
  if (coding === "bits") return Math.ceil(width / 8) * height;
  if (coding === "bitsText") return samples;
  // One digit each, and one whitespace after it.
  if (coding === "text") return 2 * samples;
  return samples * (coding === "float" ? 4 : maxval > 255 ? 2 : 1);
}
