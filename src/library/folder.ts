import { realpath } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { present } from "../base/assert.ts";
import { fault } from "../base/errors.ts";
import { catalogueOf } from "./catalogue.ts";
import { formatOf } from "./formats.ts";
import type { Catalogue } from "./log.ts";
import { distinctNames } from "./names.ts";
import { systemCode } from "./place.ts";
import { scanFolders } from "./scan.ts";
import type { FoundSequence } from "./scan.ts";
import { SequenceLog } from "./sequence.ts";

/** What frames that lie directly in `/` and are named by digits only are called. */
const NAME_OF_NAMELESS = "movie";

/**
 * Reads a folder of movies, and the folders below it, as they are now. What is left out of it is told through
 * the event `entryLeftOut`.
 *
 * @returns the movies, and the folder as an absolute path without links
 * @throws LIBRARY_UNREADABLE when it is no folder or cannot be read
 */
export async function openLibrary(path: string): Promise<Catalogue & { readonly root: string }> {
  const root = await findRoot(path);
  const found = await scanFolders(root);
  const ownName = basename(resolve(path)) || NAME_OF_NAMELESS;
  const names = distinctNames(
    found.map((each) => ({ name: nameOf(each, ownName), extension: each.sequence.extension })),
  );
  const movies = found.map(({ sequence, rate, folder }, index) => {
    const name = present(names[index], "a sequence has no name");
    const format = present(formatOf(sequence.fileName(0)), "a sequence has no format");
    return new SequenceLog({ name, rate, format, root, folder }, sequence);
  });
  return { ...catalogueOf(movies), root };
}

/** The folder's name stands before the sequence's, and for it where the files are named by digits only. */
function nameOf({ sequence: { name }, inside }: FoundSequence, ownName: string): string {
  if (inside === "") return name || ownName;
  return name === "" ? inside : `${inside}/${name}`;
}

async function findRoot(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw fault("LIBRARY_UNREADABLE", `${path}: the folder could not be read: ${systemCode(error)}`, error);
  }
}
