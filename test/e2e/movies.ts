import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { encodeHeader } from "../../src/wire/netpbm.ts";

/** A folder of its own for a test, removed after it. */
export function makeFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "mutoscope-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A P6 picture whose every sample is the number: two of them never look alike. */
export function picture(number: number, { width = 16, height = 12 } = {}): Buffer {
  const raster = Buffer.alloc(width * height * 3, number);
  return Buffer.concat([encodeHeader({ magic: "P6", width, height, maxval: 255 }), raster]);
}

/** Writes the frames of a movie, `NAME1.ppm …`, and gives what must be received of it. */
export function writeMovie(folder: string, name: string, numbers: readonly number[], size = {}): Buffer[] {
  return numbers.map((number) => {
    const bytes = picture(number, size);
    writeFileSync(join(folder, `${name}${number}.ppm`), bytes);
    return bytes;
  });
}

/** Writes what is no picture, and has been left alone for so long that nobody waits for its end. */
export function writeBroken(path: string): void {
  writeFileSync(path, "P6\n16 12\n99999\n");
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(path, longAgo, longAgo);
}

export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
