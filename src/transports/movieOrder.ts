import type { FrameLog } from "../library/log.ts";
import type { News } from "./news.ts";

/** What movies can be listed by. */
export const MOVIE_ORDERS = ["name", "-name", "frames", "-frames", "changed", "-changed", "live"] as const;
export type MovieOrder = (typeof MOVIE_ORDERS)[number];

/** Live movies come behind all times of day, in milliseconds since 1970, and so before them downwards. */
const LIVE = 2 ** 52;

/**
 * Movies in this order; equal ones by name, upwards. One of which nobody knows when it changed is the oldest.
 * @param movies in the order of their names
 */
export function sortedMovies(
  movies: readonly FrameLog[],
  order: MovieOrder,
  news: Pick<News, "changedOf">,
): readonly FrameLog[] {
  if (order === "name") return movies;
  if (order === "-name") return movies.toReversed();
  const changed = (log: FrameLog): number => news.changedOf(log) ?? 0;
  const keys: { readonly [Order in Exclude<MovieOrder, "name" | "-name">]: (log: FrameLog) => number } = {
    frames: ({ count }) => count,
    "-frames": ({ count }) => -count,
    changed,
    "-changed": (log) => -changed(log),
    live: (log) => -changed(log) - (log.state === "live" ? LIVE : 0),
  };
  const keyOf = keys[order];
  return movies
    .map((log) => ({ log, key: keyOf(log) }))
    .sort((a, b) => a.key - b.key)
    .map(({ log }) => log);
}
