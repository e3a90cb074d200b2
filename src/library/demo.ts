import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fault } from "../base/errors.ts";
import { drawDemoFrame } from "./demo/frame.ts";
import { makeFolders } from "./disk/folders.ts";
import { DEMO_FRAMES } from "./demo/strip.ts";

export { DEMO_FRAME_BYTES, drawDemoFrame } from "./demo/frame.ts";
export { DEMO_FRAMES, DEMO_HEIGHT, DEMO_WIDTH, readDemoNumber } from "./demo/strip.ts";

/**
 * Writes the built-in movie `sw` as `sw1.ppm … sw100.ppm` (160 x 120, 5.8 MB) into the folder, which is made
 * when it is not there. Files of these names are replaced, each at once; everything else in the folder stays.
 * @throws LIBRARY_UNWRITABLE when the folder or a file cannot be written
 */
export async function writeDemoMovie(folder: string): Promise<void> {
  try {
    await makeFolders(folder);
    for (let number = 1; number <= DEMO_FRAMES; number++)
      await replaceFile(folder, `sw${number}.ppm`, drawDemoFrame(number));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw fault("LIBRARY_UNWRITABLE", `the demo movie could not be written to ${folder}: ${why}`, cause);
  }
}

/** A reader sees the old file or the new one, never a part. */
async function replaceFile(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const unfinished = join(folder, `.${name}.${process.pid}`);
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, join(folder, name));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
