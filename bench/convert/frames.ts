import { execFile } from "node:child_process";
import { copyFile, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeFolder } from "../movie.ts";

/** A movie of deep frames that no client of the classic protocol can be sent as they are. */
export type DeepMovie = {
  readonly kind: Kind;
  readonly folder: string;
  readonly name: "deep";
  readonly frames: number;
  remove(): Promise<void>;
};

const KINDS = {
  /** As microscopes and film scanners write. */
  png: ["-pix_fmt", "rgb48be"],
  /** As renderers write: half floats, 16 lines of them compressed together. */
  exr: ["-pix_fmt", "gbrpf32le", "-format", "half", "-compression", "zip16"],
} as const;

export type Kind = keyof typeof KINDS;

/** Frames that are drawn; the others are copies, which are other files for the system and for the server. */
const DRAWN = 24;

/** The size of the frames that the issue names. */
export const SIZE = { width: 2048, height: 1152 } as const;

/** Written long ago, so that nobody waits to see whether they are still being written. */
const LONG_AGO = new Date("2020-01-01");

/** Draws a movie with moving shapes and a little noise, by ffmpeg. It goes when the process ends. */
export async function makeDeepMovie(kind: Kind, frames: number): Promise<DeepMovie> {
  const folder = await makeFolder(`deep-${kind}`);
  const fileOf = (number: number): string => join(folder, `deep.${String(number).padStart(4, "0")}.${kind}`);
  const picture = `testsrc2=s=${SIZE.width}x${SIZE.height}:r=24,noise=alls=12:allf=t`;
  const output = [
    "-frames:v",
    String(Math.min(frames, DRAWN)),
    ...KINDS[kind],
    join(folder, `deep.%04d.${kind}`),
  ];
  await promisify(execFile)("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", picture, ...output]);
  for (let number = 1; number <= frames; number += 1) {
    if (number > DRAWN) await copyFile(fileOf(1 + ((number - 1) % DRAWN)), fileOf(number));
    await utimes(fileOf(number), LONG_AGO, LONG_AGO);
  }
  const remove = (): Promise<void> => rm(folder, { recursive: true });
  return { kind, folder, name: "deep", frames, remove };
}
