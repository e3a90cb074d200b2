import { randomFillSync } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The movie that every candidate serves, and the folder it lies in. */
export type BenchMovie = {
  readonly folder: string;
  readonly name: string;
  readonly frames: readonly Buffer[];
};

const FRAMES = 100;

/**
 * The sizes of frames that the targets speak of. `large` has the original assignment's: 160×120 P6 with a
 * comment in the header. `small` is what a thumbnail has, where each system call costs more than its bytes;
 * `huge` and `vast` are of 5 and 50 MB, which are cut into slices. `picture` has 27 kB as JPEG of quality 80.
 */
export const FRAME_SIZES = {
  large: { bytes: 57_654, width: 160, height: 120 },
  small: { bytes: 5000, width: 48, height: 34 },
  picture: { bytes: 112_950, width: 224, height: 168 },
  huge: { bytes: 5_000_000, width: 1282, height: 1300 },
  vast: { bytes: 50_000_000, width: 4096, height: 4069 },
} as const;

export type FrameSize = keyof typeof FRAME_SIZES;

const CHANNELS = 3;

/** A frame of exactly so many bytes. Its header says its number, which the seeker checks. */
export function makeFrame(number: number, size: FrameSize): Buffer {
  const { bytes, width, height } = FRAME_SIZES[size];
  const [magic, dimensions] = ["P6\n", `\n${width} ${height}\n255\n`];
  const commentBytes = bytes - width * height * CHANNELS - magic.length - dimensions.length;
  const comment = `# frame ${number} of the bench's movie`.padEnd(commentBytes);
  const frame = Buffer.alloc(bytes);
  const headerBytes = frame.write(magic + comment + dimensions, "latin1");
  randomFillSync(frame, headerBytes);
  return frame;
}

/** Writes sw1.ppm … sw100.ppm, different bytes in each, into a new folder that goes when the process ends. */
export async function makeMovie(size: FrameSize): Promise<BenchMovie> {
  return writeMovie(await makeFolder("movie"), "sw", size, FRAMES);
}

/** Writes a movie of so many frames, different bytes in each, into a folder. */
export async function writeMovie(
  folder: string,
  name: string,
  size: FrameSize,
  length: number,
): Promise<BenchMovie> {
  const frames = Array.from({ length }, (_, index) => makeFrame(index + 1, size));
  await Promise.all(frames.map((frame, index) => writeFile(join(folder, `${name}${index + 1}.ppm`), frame)));
  return { folder, name, frames };
}

const folders: string[] = [];

process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder for files of the bench that goes, with all that is in it, when the process ends. */
export async function makeFolder(what: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `mutoscope-bench-${what}-`));
  folders.push(folder);
  return folder;
}
