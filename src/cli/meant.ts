import { promises } from "node:fs";
import { basename, dirname, join } from "node:path";
import { nearest } from "../base/spelling.ts";

/** A person waits for it, and a name that is not among so many is not looked for further. */
const MOST_ENTRIES = 10_000;

/** What lies beside the name. */
type Beside = { readonly folders: readonly string[]; readonly files: readonly string[] };

/**
 * What a path that leads nowhere was probably meant to be: a folder beside it that is spelled nearly so, or
 * a movie of the folder that it would lie in. Undefined when nothing is like it.
 *
 * @param movieNames the names of the movies that files are
 */
export async function meantBy(
  path: string,
  movieNames: (files: readonly string[]) => readonly string[],
): Promise<string | undefined> {
  const folder = dirname(path);
  const name = basename(path);
  const { folders, files } = await entriesOf(folder);
  const movies = movieNames(files);
  if (movies.includes(name)) return `"${name}" is a movie of the folder ${folder}`;
  const near = nearest(name, [...folders, ...movies]);
  if (near === undefined) return undefined;
  return folders.includes(near)
    ? `did you mean "${join(folder, near)}"?`
    : `did you mean the movie "${near}" of the folder ${folder}?`;
}

async function entriesOf(folder: string): Promise<Beside> {
  const folders: string[] = [];
  const files: string[] = [];
  try {
    for await (const entry of await promises.opendir(folder)) {
      if (entry.name.startsWith(".")) continue;
      (entry.isDirectory() ? folders : files).push(entry.name);
      if (folders.length + files.length >= MOST_ENTRIES) break;
    }
  } catch (error) {
    // What cannot be looked at suggests nothing.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
  return { folders, files };
}
