import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseHeader } from "../../src/wire/netpbm.ts";

/** One frame of the movie as its file has it. */
export type FrameFile = {
  readonly number: number;
  /** What must be sent for it. Undefined where the file is no binary PPM or PGM. */
  readonly bytes: Uint8Array | undefined;
};

const NAME = /^(.*?)(-?\d{1,15})(\.[a-z0-9]+)$/i;
const SEPARATORS = /[._-]+$/;

/**
 * The files of a movie in a folder: `sw1.ppm … sw100.ppm`, or `0001.png …` where names are only digits. Made
 * without the server's own code for this, which would share its mistakes.
 */
export function readFrameFiles(folder: string, movie: string): FrameFile[] {
  const base = movie.split("/").at(-1) ?? movie;
  const files: FrameFile[] = [];
  for (const name of readdirSync(folder)) {
    const [, prefix = "", digits = "0", extension = ""] = NAME.exec(name) ?? [];
    const stem = prefix.replace(SEPARATORS, "");
    if (extension === "" || (stem !== base && stem !== "")) continue;
    files.push({ number: Number(digits), bytes: frameOf(readFileSync(join(folder, name))) });
  }
  return files.sort((a, b) => a.number - b.number);
}

/** Header and raster, without what follows. */
function frameOf(file: Uint8Array): Uint8Array | undefined {
  try {
    const header = parseHeader(file);
    return header && file.subarray(0, header.headerBytes + header.rasterBytes);
  } catch {
    return undefined;
  }
}
