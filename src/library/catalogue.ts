import { assert } from "../base/assert.ts";
import type { Catalogue, FrameLog } from "./log.ts";

/** A catalogue of movies that stay: no two may share a name. */
export function catalogueOf(movies: readonly FrameLog[]): Catalogue {
  const byName = new Map(movies.map((movie) => [movie.name, movie]));
  assert(byName.size === movies.length, "two movies of a catalogue share a name");
  return {
    // By code units: the same order whatever the system's language.
    movies: movies.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    progress: {
      isComplete: true,
      folders: 0,
      movies: movies.length,
      frames: movies.reduce((sum, movie) => sum + movie.count, 0),
    },
    find: (name) => byName.get(name),
    watch: () => () => undefined,
  };
}
