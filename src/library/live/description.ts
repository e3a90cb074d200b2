import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { Fault, fault } from "../../base/errors.ts";
import type { Described } from "../movieDescription.ts";
import { LARGEST_MOVIE_FILE, MOVIE_FILE, type MovieFile, describeText, descriptionOf } from "../movieFile.ts";
import { OPEN_WITHOUT_WAITING, systemCode } from "../place.ts";
import type { FolderState } from "./folderState.ts";
import type { LeftOut } from "./listing.ts";
import { identityOf, lookAt } from "./looks.ts";
import type { MovieNews } from "./protocol.ts";

/**
 * Reads the description of a folder's movies if it is not the one that was read before, and tells of it.
 * @returns what is wrong with it
 */
export function describeMovies(
  state: FolderState,
  isDescribed: boolean,
  publish: (news: MovieNews) => void,
): readonly LeftOut[] {
  const path = join(state.place.path, MOVIE_FILE);
  const identity = identityAt(path, isDescribed);
  if (identity === state.descriptionIdentity) return state.descriptionFaults;
  state.descriptionIdentity = identity;
  const { description, faults } = identity === undefined ? NOTHING_SAID : read(path);
  state.description = description;
  state.descriptionFaults = faults.map(({ code, message }) => ({ path, code, detail: message }));
  for (const movie of state.movies.values()) {
    publish({ kind: "described", id: movie.id, description: descriptionOf(description, movie.bareName) });
  }
  return state.descriptionFaults;
}

/** Whether a folder's description is another one than was read. */
export function isDescribedAnew(state: FolderState, isDescribed: boolean): boolean {
  return identityAt(join(state.place.path, MOVIE_FILE), isDescribed) !== state.descriptionIdentity;
}

function identityAt(path: string, isDescribed: boolean): number | undefined {
  const look = isDescribed ? lookAt(path) : undefined;
  return look === undefined ? undefined : identityOf(look);
}

const NOTHING_SAID: Described<MovieFile> = { description: {}, faults: [] };

function read(path: string): Described<MovieFile> {
  try {
    return describeText(readSmall(path));
  } catch (error) {
    if (error instanceof Fault) return { description: {}, faults: [error] };
    throw error;
  }
}

function readSmall(path: string): string {
  const buffer = new Uint8Array(LARGEST_MOVIE_FILE + 1);
  let length: number;
  try {
    const file = openSync(path, OPEN_WITHOUT_WAITING);
    try {
      length = readSync(file, buffer, 0, buffer.length, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw fault("SETTING_INVALID", `the file could not be read: ${systemCode(error)}`, error);
  }
  if (length > LARGEST_MOVIE_FILE)
    throw fault("SETTING_INVALID", `found more than ${LARGEST_MOVIE_FILE} bytes, expected a few settings`);
  return new TextDecoder().decode(buffer.subarray(0, length));
}
