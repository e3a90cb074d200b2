import assert from "node:assert/strict";
import { test } from "node:test";
import type { FrameLog } from "../library/log.ts";
import { SimulatedLog } from "../simulate/log.ts";
import { type MovieOrder, sortedMovies } from "./movieOrder.ts";

/** Movies in the order of their names, and when they changed. */
function library() {
  const changes = new Map<FrameLog, number>();
  const add = (name: string, numbers: readonly number[], changed?: number): SimulatedLog => {
    const log = new SimulatedLog(name, numbers);
    if (changed !== undefined) changes.set(log, changed);
    return log;
  };
  const movies = [add("a", [1, 2], 50), add("b", [1], 70), add("c", [1, 2], 70), add("d", [1, 2, 3])];
  const news = { changedOf: (log: FrameLog) => changes.get(log) };
  return (order: MovieOrder) =>
    sortedMovies(movies, order, news)
      .map(({ name }) => name)
      .join("");
}

// A page that is asked for twice must be the same page: what is equal has an order, too.
test("movies are in the order that is asked for, and equal ones by name", () => {
  const sorted = library();
  const expected: { readonly [Order in Exclude<MovieOrder, "live">]: string } = {
    name: "abcd",
    "-name": "dcba",
    frames: "bacd",
    "-frames": "dacb",
    changed: "dabc",
    "-changed": "bcad",
  };
  for (const [order, names] of Object.entries(expected))
    assert.equal(sorted(order as MovieOrder), names, order);
});
