import { open } from "node:fs/promises";
import { Fault, fault } from "../base/errors.ts";
import { OPEN_WITHOUT_WAITING, systemCode } from "./place.ts";
import { pagesOf } from "./tiff/pages.ts";

export { isTiff } from "./formats.ts";

/**
 * How many pages a TIFF file has, of which smaller versions of others are none. Reads the directories only: a
 * few KiB for each, so that a file of thousands of pages takes as many reads.
 *
 * @throws FRAME_UNREADABLE, FRAME_NOT_A_FILE, FRAME_EMPTY, FRAME_TRUNCATED, FRAME_CORRUPT
 */
export async function countTiffPages(path: string): Promise<number> {
  try {
    await using file = await open(path, OPEN_WITHOUT_WAITING);
    const found = await file.stat();
    if (!found.isFile()) throw fault("FRAME_NOT_A_FILE", "found something else, expected a regular file");
    if (found.size === 0) throw fault("FRAME_EMPTY", "found a file of 0 bytes, expected a TIFF file");
    let count = 0;
    for await (const _ of pagesOf(file)) count++;
    return count;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw fault("FRAME_UNREADABLE", `the file could not be read: ${systemCode(error)}`, error);
  }
}
