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

/** The size of the original assignment's frames: 160×120 P6 with a comment in the header. */
const FRAME_BYTES = 57_654;

const RASTER_BYTES = 160 * 120 * 3;

/** A frame of exactly FRAME_BYTES. Its header says its number, which the seeker checks. */
export function makeFrame(number: number): Buffer {
  const [magic, size] = ["P6\n", "\n160 120\n255\n"];
  const commentBytes = FRAME_BYTES - RASTER_BYTES - magic.length - size.length;
  const comment = `# frame ${number} of the bench's movie`.padEnd(commentBytes);
  const frame = Buffer.alloc(FRAME_BYTES);
  const headerBytes = frame.write(magic + comment + size, "latin1");
  randomFillSync(frame, headerBytes);
  return frame;
}

/** Writes sw1.ppm … sw100.ppm, different bytes in each, into a new folder that goes when the process ends. */
export async function makeMovie(): Promise<BenchMovie> {
  const folder = await mkdtemp(join(tmpdir(), "mutoscope-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const frames = Array.from({ length: FRAMES }, (_, index) => makeFrame(index + 1));
  await Promise.all(frames.map((frame, index) => writeFile(join(folder, `sw${index + 1}.ppm`), frame)));
  return { folder, name: "sw", frames };
}
