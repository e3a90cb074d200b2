import { fault } from "../../base/errors.ts";
import type { OpenFile } from "../disk/openFile.ts";
import { Directories, type Directory } from "./directories.ts";

/** Directories of one file: a microscope's longest night has fewer. */
const MOST_DIRECTORIES = 1_000_000;

const NEW_SUBFILE_TYPE = 254;
/** Bit 0: a smaller version of another page. */
const IS_REDUCED = 1;

/**
 * The pages of a TIFF file: the directories of its main chain, without smaller versions of other pages.
 * @throws FRAME_CORRUPT also when the directories lead in a circle, or are too many
 */
export async function* pagesOf(file: OpenFile): AsyncGenerator<Directory> {
  const directories = new Directories(file);
  // Of all directories one is remembered, the last whose place is a power of two: a circle comes back to it
  // (R. P. Brent, 1980).
  let mark = -1;
  for (let count = 0; ; count++) {
    const directory = await directories.next();
    if (directory === undefined) return;
    if (directory.at === mark) {
      throw fault("FRAME_CORRUPT", "found directories that lead in a circle, expected a TIFF file");
    }
    if (count === MOST_DIRECTORIES) {
      throw fault("FRAME_CORRUPT", `found more than ${MOST_DIRECTORIES} directories in a TIFF file`);
    }
    if (Number.isInteger(Math.log2(count + 1))) mark = directory.at;
    const kind = (await directory.value(NEW_SUBFILE_TYPE)) ?? 0;
    if ((kind & IS_REDUCED) === 0) yield directory;
  }
}
