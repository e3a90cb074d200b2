import { fileNameAt, followsNumbers } from "../fileNames.ts";
import { type FolderState, type TrackedMovie, frameOf } from "./folderState.ts";
import { findMovies } from "./found.ts";
import { mayBeStack } from "./pageWalk.ts";
import type { MovieNews } from "./protocol.ts";

/** A folder that is read in this time, in milliseconds, is read: that is always right. */
const SHORT_READING = 5;

/** Movies of a folder that are asked whether a new file is theirs. */
const MOST_MOVIES = 32;

type Patch = { readonly movie: TrackedMovie; readonly landed: number[]; readonly removed: number[] };

/**
 * Brings the movies of a large folder up to date without reading it: files that are named as the others of
 * their movie come and go one by one. Whatever could change more than that (a new movie, another run of
 * digits that is the frame's, a frame that was hidden by its double, a TIFF that may have several pages) is
 * left to a reading.
 *
 * @param removed files of the folder that are no longer frames
 * @returns whether everything that arrived or was removed has been dealt with
 */
export function patchMovies(
  state: FolderState,
  removed: readonly string[],
  publish: (news: MovieNews) => void,
): boolean {
  const isWorthIt = state.cost > SHORT_READING && state.movies.size <= MOST_MOVIES;
  if (!isWorthIt || state.isPolled || state.hasDoubles) return false;
  const patches = new Map<TrackedMovie, Patch>();
  const isDone = takeOut(state, removed, patches) && (state.arrived.size === 0 || putIn(state, patches));
  if (!isDone) return false;
  for (const { movie, landed, removed: gone } of patches.values()) {
    const changes = { landed: ascending(landed), revised: new Float64Array(0), removed: ascending(gone) };
    movie.table.change(changes);
    publish({ kind: "changed", id: movie.id, changes });
  }
  state.arrived.clear();
  return true;
}

function takeOut(state: FolderState, files: readonly string[], patches: Map<TrackedMovie, Patch>): boolean {
  return files.every((file) => {
    const frame = frameOf(state, file);
    if (frame === undefined) return true;
    const { movie, rank } = frame;
    // Of several runs of digits another one may have the most values then.
    if (!isPatchable(movie) || hasSeveralRuns(file)) return false;
    // Others of the movie were taken for one page because this one has one.
    if (state.pages.has(file)) return false;
    const { removed } = patchOf(patches, movie);
    removed.push(movie.table.at(rank) ?? 0);
    return removed.length + 1 < movie.table.count;
  });
}

/** Finds out whose the new files are, by putting them beside two known files of each movie. */
function putIn(state: FolderState, patches: Map<TrackedMovie, Patch>): boolean {
  const known = new Map<string, readonly string[]>();
  for (const [key, movie] of state.movies) {
    const files = [0, movie.table.count - 1].map((rank) => fileAt(movie, rank));
    if (movie.table.count > 1) known.set(key, files);
  }
  const files = [...known.values()].flat();
  const arrived = [...state.arrived.keys()].filter((file) => !files.includes(file));
  const { found, leftOut } = findMovies(state.branch, state.place, [...files, ...arrived]);
  if (leftOut.length > 0) return false;
  let count = 0;
  const hasPages = state.branch.pattern === undefined;
  for (const { key, numbers } of found) {
    const movie = state.movies.get(key);
    const pair = known.get(key);
    if (movie === undefined || pair === undefined || !isPatchable(movie)) return false;
    const { landed, removed } = patchOf(patches, movie);
    for (const number of numbers) {
      const file = fileNameAt(movie.names, 0, number);
      if (pair.includes(file)) continue;
      // One that is there, or is named unlike the others, is more than a frame that landed.
      const look = state.arrived.get(file);
      if (look === undefined || (movie.table.has(number) && !removed.includes(number))) return false;
      if (hasPages && mayBeStack(state.pages, movie.walk, file, look.size)) return false;
      landed.push(number);
      count++;
    }
    if (numbers.length - pair.length !== landed.length) return false;
  }
  return count === arrived.length;
}

function isPatchable({ names, stamped }: TrackedMovie): boolean {
  return names.kind === "pattern" && followsNumbers(names) && !stamped;
}

function hasSeveralRuns(file: string): boolean {
  return /[0-9][^0-9]+[0-9]/.test(file.slice(0, file.lastIndexOf(".")));
}

function fileAt({ table, names }: TrackedMovie, rank: number): string {
  return fileNameAt(names, rank, table.at(rank) ?? 0);
}

function patchOf(patches: Map<TrackedMovie, Patch>, movie: TrackedMovie): Patch {
  const known = patches.get(movie);
  if (known !== undefined) return known;
  const patch: Patch = { movie, landed: [], removed: [] };
  patches.set(movie, patch);
  return patch;
}

function ascending(numbers: readonly number[]): Float64Array {
  return Float64Array.from(numbers).sort();
}
