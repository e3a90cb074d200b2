import { join } from "node:path";
import { fileNameAt } from "../fileNames.ts";
import type { FolderState, TrackedMovie } from "./folderState.ts";
import type { Listing } from "./listing.ts";
import { identityOf, lookAt } from "./looks.ts";

/** Files looked at before the thread looks whether something else is to do. */
const LOOKS_AT_ONCE = 256;

/** What finding a difference does. */
export type PollOptions = {
  /** The file of a frame is not what it was. */
  readonly changed: (file: string) => void;
  /** The file of a frame is not there, or cannot be looked at. */
  readonly vanished: () => void;
  /** When the folder was read, in ms since 1970; undefined where the disk's clock is not ours. */
  readonly readSince: number | undefined;
};

/**
 * What a folder holds as one number, which differs, but for one case in 2^53, where a name came, went or is
 * something else: the entries come in any order.
 */
export function fingerprintOf({ files, folders, isDescribed }: Listing): number {
  let [high, low] = [files.length, folders.length * 2 + Number(isDescribed)];
  const add = (name: string, salt: number): void => {
    let hash = salt;
    for (let index = 0; index < name.length; index++)
      hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
    high = (high + hash) | 0;
    low = (low + Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)) | 0;
  };
  for (const file of files) add(file, 1);
  for (const { name } of folders) add(name, 2);
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/** Looks at the file of every frame of a folder, a few at a time, and tells what is not as it was. */
export function* pollFrames(state: FolderState, options: PollOptions): Generator<void> {
  for (const file of state.empty) {
    const look = lookAt(join(state.place.path, file));
    if (look !== undefined && look.size > 0) options.changed(file);
  }
  for (const movie of state.movies.values()) {
    // Between two slices frames may come and go: it goes on by number.
    for (let next = -Infinity; ;) {
      const from = movie.table.rank(next);
      // One file holds all pages.
      const count = movie.names.kind === "pages" ? 1 : movie.table.count;
      const end = Math.min(from + LOOKS_AT_ONCE, count);
      if (from >= end || state.isClosed) break;
      for (let rank = from; rank < end; rank++) pollFrame(state, movie, rank, options);
      next = (movie.table.at(end - 1) ?? Infinity) + 1;
      yield;
    }
  }
}

function pollFrame(
  { place, looks }: FolderState,
  movie: TrackedMovie,
  rank: number,
  { changed, vanished, readSince }: PollOptions,
): void {
  const { identities, table, names } = movie;
  const file = fileNameAt(names, rank, table.at(rank) ?? 0);
  if (identities === undefined || looks?.has(file) === true) return;
  const look = lookAt(join(place.path, file));
  if (look === undefined) return vanished();
  const identity = identityOf(look);
  const known = identities[rank] as number;
  if (identity === known) return;
  identities[rank] = identity;
  // A file that was never looked at is as it was found, unless it was written since.
  if (!Number.isNaN(known) || (readSince !== undefined && look.mtimeMs >= readSince)) changed(file);
}
