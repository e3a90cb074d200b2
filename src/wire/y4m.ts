import type { Rate } from "../base/rate.ts";

/** What all pictures of a y4m file are: planes of 8 bits over their whole range. */
export type Y4mShape = {
  readonly width: number;
  readonly height: number;
  /** Luma alone, or with two planes of colour as large as it. */
  readonly planes: 1 | 3;
};

const encoder = new TextEncoder();

/**
 * The line that a y4m file begins with, as mjpegtools defines it (yuv4mpeg(5)): progressive, square pixels.
 * `XCOLORRANGE` is what ffmpeg writes and reads for values from 0 to 255.
 */
export function encodeY4mHeader({ width, height, planes }: Y4mShape, rate: Rate): Uint8Array {
  const colours = planes === 1 ? "Cmono" : "C444";
  const fields = [`W${width}`, `H${height}`, `F${rate.numerator}:${rate.denominator}`, "Ip", "A1:1", colours];
  return encoder.encode(`YUV4MPEG2 ${fields.join(" ")} XCOLORRANGE=FULL\n`);
}

/** What goes before each picture's planes: Y, then Cb and Cr where there are any. */
export const Y4M_FRAME = encoder.encode("FRAME\n");
