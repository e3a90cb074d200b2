import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Size = { readonly width: number; readonly height: number };

/** 57,615 bytes, as the built-in movie's frames: two fit one hand-over. */
export const SMALL: Size = { width: 160, height: 120 };

/** 1,572,880 bytes: seven slices. */
export const LARGE: Size = { width: 1024, height: 512 };

const STEP = 4096;

/** A P6 picture that differs in every place: a byte of another frame, or of elsewhere in this one, shows. */
export function drawFrame(number: number, { width, height }: Size): Buffer {
  const raster = Buffer.alloc(3 * width * height);
  const tile = Buffer.from(Array.from({ length: STEP }, (_, index) => (index * 31 + number * 17) & 255));
  for (let at = 0; at < raster.length; at += STEP) {
    tile.copy(raster, at);
    if (at + 8 > raster.length) break;
    raster.writeInt32BE(number, at);
    raster.writeInt32BE(at, at + 4);
  }
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), raster]);
}

/** Writes `name1.ppm …` into the folder, and gives what they hold. */
export function writeFootage(folder: string, name: string, numbers: readonly number[], size: Size): Buffer[] {
  mkdirSync(folder, { recursive: true });
  return numbers.map((number) => {
    const bytes = drawFrame(number, size);
    writeFileSync(join(folder, `${name}${number}.ppm`), bytes);
    return bytes;
  });
}
