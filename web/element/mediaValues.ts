import type { Range } from "./ranges.ts";
import type { Timeline } from "./timeline.ts";

/** Stretches of time, as media elements tell them. */
export class Times implements TimeRanges {
  readonly #ranges: readonly Range[];

  /** @param ranges in seconds */
  constructor(ranges: readonly Range[]) {
    this.#ranges = ranges;
  }

  get length(): number {
    return this.#ranges.length;
  }

  start(index: number): number {
    return this.#range(index)[0];
  }

  end(index: number): number {
    return this.#range(index)[1];
  }

  #range(index: number): Range {
    const range = this.#ranges[index];
    if (range !== undefined) return range;
    throw new DOMException(`found ${index}, expected less than ${this.length}`, "IndexSizeError");
  }
}

/** When frames are shown. */
export function timesOf(ranges: readonly Range[], timeline: Timeline): Times {
  const length = timeline.period / 1000;
  return new Times(ranges.map(([from, to]) => [timeline.timeOf(from), timeline.timeOf(to) + length]));
}

/** Why nothing can be played, as media elements say it. */
export type PlayerError = {
  /** As of a `MediaError`: 2 is the network or the server, 4 a movie that is not there. */
  readonly code: 2 | 4;
  /** A sentence for people. */
  readonly message: string;
  /** Of the catalogue of errors. */
  readonly mutoscopeCode: string;
};

/** As of `HTMLMediaElement`. */
export const READY = { nothing: 0, metadata: 1, current: 2, future: 3, enough: 4 } as const;
export const NETWORK = { empty: 0, idle: 1, loading: 2, noSource: 3 } as const;
