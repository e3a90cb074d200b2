import { closeSync, mkdirSync, openSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { makeFolder } from "./movie.ts";

/** A folder with so many frames, each an empty file, in movies of 100. */
export type Tree = { readonly folder: string; readonly files: number; readonly movies: number };

/** Each frame is `groupN/partN/shotNN/beauty.NNNN.png`: 10 groups of 10 parts of 100 movies of 100 frames. */
const GROUPS = 10;
const PARTS = 10;
const MOVIES = 100;
const FRAMES = 100;
const PART_FILES = MOVIES * FRAMES;

/** The number of the first frame, as at most places that render. */
const FIRST = 1001;

/** A disk that is so slow measures itself. */
const LONGEST_MS = 180_000;

/**
 * Makes trees of 10⁴, 10⁵ and, unless only a look is wanted, 10⁶ files: each contains the one before, and
 * all go when the process ends. Rejects when the disk has no room for so many, or is too slow.
 */
export async function plantTrees({ isQuick }: { readonly isQuick: boolean }): Promise<Tree[]> {
  const root = await makeFolder("trees");
  const groups = isQuick ? 1 : GROUPS;
  await expectInodes(root, groups * PARTS * PART_FILES);
  const deadline = performance.now() + LONGEST_MS;
  for (let group = 0; group < groups; group += 1)
    for (let part = 0; part < PARTS; part += 1)
      await plantPart(join(root, `group${group}`, `part${part}`), deadline);
  const tree = (folder: string, parts: number): Tree => ({
    folder,
    files: parts * PART_FILES,
    movies: parts * MOVIES,
  });
  const trees = [tree(join(root, "group0", "part0"), 1), tree(join(root, "group0"), PARTS)];
  return isQuick ? trees : [...trees, tree(root, GROUPS * PARTS)];
}

async function plantPart(folder: string, deadline: number): Promise<void> {
  for (let movie = 0; movie < MOVIES; movie += 1) {
    const shot = join(folder, `shot${String(movie).padStart(2, "0")}`);
    mkdirSync(shot, { recursive: true });
    for (let frame = FIRST; frame < FIRST + FRAMES; frame += 1)
      closeSync(openSync(join(shot, `beauty.${frame}.png`), "w"));
    if (performance.now() > deadline) throw new Error(`the trees were not there after ${LONGEST_MS} ms`);
    // Between movies, a signal to end is heard.
    await turn();
  }
}

/** Folders and what else the disk is used for take some, too. */
async function expectInodes(folder: string, files: number): Promise<void> {
  const { ffree, files: all } = await statfs(folder);
  // File systems without a fixed number say 0.
  if (all > 0 && ffree < 2 * files)
    throw new Error(`found ${ffree} free inodes in ${folder}, expected room for ${2 * files}`);
}
