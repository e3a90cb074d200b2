import type { ListedMovie } from "../../client/index.ts";

/** A movie of a hundred frames, as servers tell of it, but for what is said here. */
export function movieOf(facts: Partial<ListedMovie>): ListedMovie {
  return {
    name: "sw",
    title: null,
    live: false,
    frames: 100,
    missing: 0,
    holes: "",
    holesArePartial: false,
    first: 1,
    last: 100,
    step: 1,
    newest: 100,
    expected: null,
    missingPolicy: null,
    fps: "24",
    rate: 24,
    format: "netpbm",
    width: 160,
    height: 120,
    bits: 8,
    float: false,
    channels: 3,
    fault: null,
    poster: 1,
    changed: null,
    revision: "r1",
    ...facts,
  };
}
