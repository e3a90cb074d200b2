import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../movie.ts";
import { seededRandom } from "../statistics.ts";

/** Frames to encode: 1.ppm, 2.ppm … in a folder. */
export type PictureSet = { readonly size: string; readonly folder: string; readonly frames: number };

/** The assignment's size, a camera's, and a render's; so many of each that they do not fit the caches. */
const SIZES = [
  { width: 160, height: 120, frames: 50 },
  { width: 768, height: 576, frames: 16 },
  { width: 2048, height: 1152, frames: 6 },
] as const;

/** Writes the frames of all sizes. They go when the process ends. */
export async function makePictures(): Promise<PictureSet[]> {
  const sets: PictureSet[] = [];
  for (const { width, height, frames } of SIZES) {
    const folder = await makeFolder(`pictures-${width}`);
    for (let number = 1; number <= frames; number++)
      await writeFile(join(folder, `${number}.ppm`), drawPicture(width, height, number));
    sets.push({ size: `${width}×${height}`, folder, frames });
  }
  return sets;
}

/**
 * A P6 picture as a camera's is to an encoder: soft gradients, some edges, and a little noise. Pure noise, or
 * a flat field, would be the worst and the best case.
 */
export function drawPicture(width: number, height: number, number: number): Buffer {
  const random = seededRandom(number);
  const header = Buffer.from(`P6\n${width} ${height}\n255\n`);
  const raster = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height];
      const wave = 60 * Math.sin(6 * u + number / 5) + 40 * Math.cos(9 * v - number / 7);
      const edge = (Math.floor(8 * u + number / 10) + Math.floor(6 * v)) % 4 === 0 ? 40 : 0;
      const noise = random() * 12;
      for (let channel = 0; channel < 3; channel++)
        raster[at++] = Math.max(0, Math.min(255, 110 + wave * (1 - 0.3 * channel) + edge + noise));
    }
  }
  return Buffer.concat([header, raster]);
}
