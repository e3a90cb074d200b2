import { join } from "node:path";
import { type PictureFormat, formatOfExtension } from "../base/rendition.ts";
import { fault } from "../base/errors.ts";
import type { PatternTarget } from "../main.ts";

/** Where the frames of a movie are written: a file for each number, of one format. */
export type OutputPattern = {
  readonly folder: string;
  readonly format: PictureFormat;
  readonly fileOf: (number: number) => string;
};

/**
 * What a pattern as `out.%04d.png` or `out.####.png` means when files are written: numbers are padded with
 * zeros to as many digits as it has places, longer ones stay as they are, and a sign comes before the zeros.
 * @throws RENDITION_INVALID when nothing is written in the format of its extension
 */
export function outputPattern({ text, folder, before, after, width }: PatternTarget): OutputPattern {
  const extension = /\.[^.]+$/.exec(after)?.[0] ?? "";
  const format = formatOfExtension(extension);
  if (format === undefined)
    throw fault("RENDITION_INVALID", `found ${extension} in "${text}", expected .png, .jpg, .webp or .ppm`);
  // For finding files `#` means any padding; who writes some has to choose, and chooses what is seen.
  const digits = width ?? /#+/.exec(text)?.[0].length ?? 1;
  const fileOf = (number: number): string => join(folder, `${before}${padded(number, digits)}${after}`);
  return { folder, format, fileOf };
}

function padded(number: number, digits: number): string {
  return `${number < 0 ? "-" : ""}${String(Math.abs(number)).padStart(digits, "0")}`;
}
