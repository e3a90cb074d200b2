import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
