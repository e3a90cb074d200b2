import { LRUCache } from "lru-cache";
import { Fault, fault } from "../../../base/errors.ts";
import { identityKey } from "../../file/read.ts";
import { isWhole, readDirectory, readNumbers } from "./structure.ts";
import type { Directory, Tiff } from "./structure.ts";
import { TAG } from "./tags.ts";

/** Directories of one file. They are found by following them, so a loop would be followed for ever. */
const MOST_DIRECTORIES = 1_000_000;
/** Files of which a thread remembers where their pages lie: playing a stack does not follow it anew. */
const KNOWN_STACKS = 4;

/** Bit 0 of NewSubfileType: a smaller version of another page. */
const IS_REDUCED = 1;

/** How far a file has been followed. */
type Walk = {
  /** Where the directories of its pages lie, 8 bytes each. */
  readonly pages: number[];
  /** The next directory to look at; 0 after the last. */
  next: number;
  /** How many have been looked at, and one of them, to see a loop by (R. P. Brent, 1980). */
  followed: number;
  mark: number;
  markAgainAt: number;
};

const walks = new LRUCache<string, Walk>({ max: KNOWN_STACKS });

/**
 * The directory of a page, counted from 0. Reduced versions of other pages are no pages.
 * @throws FRAME_CORRUPT when there are not so many, or they lead in a circle; FRAME_TRUNCATED
 */
export function directoryOf(tiff: Tiff, page: number): Directory {
  const walk = walkOf(tiff);
  const known = walk.pages[page];
  const directory = known === undefined ? follow(tiff, walk, page) : readDirectory(tiff, known);
  if (directory !== undefined) return directory;
  throw fault("FRAME_CORRUPT", `found ${walk.pages.length} pages, expected page ${page + 1}`);
}

/** Whether there is such a page, as far as the directories can be read. */
export function hasPage(tiff: Tiff, page: number): boolean {
  const walk = walkOf(tiff);
  try {
    return page < walk.pages.length || follow(tiff, walk, page) !== undefined;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

function walkOf(tiff: Tiff): Walk {
  const key = identityKey(tiff.file.identity);
  const walk = walks.get(key) ?? { pages: [], next: tiff.first, followed: 0, mark: -1, markAgainAt: 1 };
  walks.set(key, walk);
  return walk;
}

function follow(tiff: Tiff, walk: Walk, page: number): Directory | undefined {
  while (walk.next !== 0) {
    const position = walk.next;
    const directory = readDirectory(tiff, position);
    step(walk, position, directory.next);
    if (isReduced(tiff, directory)) continue;
    walk.pages.push(position);
    if (walk.pages.length > page) return directory;
  }
  return undefined;
}

function step(walk: Walk, position: number, next: number): void {
  if (next === walk.mark || next === position || walk.followed >= MOST_DIRECTORIES)
    throw fault("FRAME_CORRUPT", "found directories that lead in a circle, expected an end of them");
  walk.followed++;
  walk.next = next;
  if (walk.followed < walk.markAgainAt) return;
  walk.mark = position;
  walk.markAgainAt *= 2;
}

/** As the library counts pages: what the tag says otherwise than it must is not heeded. */
function isReduced(tiff: Tiff, directory: Directory): boolean {
  const entry = directory.entries.get(TAG.newSubfileType);
  if (entry === undefined || entry.count !== 1 || !isWhole(entry)) return false;
  const [kind = 0] = readNumbers(tiff, directory, TAG.newSubfileType, 1) ?? [];
  return (kind & IS_REDUCED) !== 0;
}
