import type { Unsubscribe } from "../base/diagnostics.ts";
import { DEFAULT_RATE, type Rate } from "../base/rate.ts";
import { FrameNumber, FrameRevision } from "../base/units.ts";
import type { FrameEntry, FrameLog } from "../library/log.ts";

/** A recorded movie without files: frames of given numbers, everything between them is a hole. */
export class SimulatedLog implements FrameLog {
  readonly name: string;
  readonly rate: Rate;
  readonly state = "recorded";
  readonly title = undefined;
  readonly missing = undefined;
  readonly step = 1;
  readonly #entries: readonly FrameEntry[];

  /** @param numbers whole numbers in any order, none twice */
  constructor(name: string, numbers: readonly number[], rate: Rate = DEFAULT_RATE) {
    this.name = name;
    this.rate = rate;
    const sorted = [...numbers].sort((a, b) => a - b);
    this.#entries = sorted.map((number) => entryOf(name, number));
  }

  get count(): number {
    return this.#entries.length;
  }

  get first(): FrameNumber | undefined {
    return this.#entries[0]?.number;
  }

  get last(): FrameNumber | undefined {
    return this.#entries.at(-1)?.number;
  }

  get newest(): FrameNumber | undefined {
    return this.last;
  }

  at(number: FrameNumber): FrameEntry | undefined {
    const entry = this.#entries[this.rank(number)];
    return entry?.number === number ? entry : undefined;
  }

  atOrBefore(number: FrameNumber): FrameEntry | undefined {
    return this.at(number) ?? this.#entries[this.rank(number) - 1];
  }

  atOrAfter(number: FrameNumber): FrameEntry | undefined {
    return this.#entries[this.rank(number)];
  }

  rank(number: FrameNumber): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.number ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  nth(rank: number): FrameEntry | undefined {
    return this.#entries[rank];
  }

  watch(): Unsubscribe {
    return () => {};
  }
}

function entryOf(movie: string, number: number): FrameEntry {
  return {
    movie,
    number: FrameNumber(number),
    revision: FrameRevision(1),
    format: "netpbm",
    source: { kind: "file", root: "/simulated", path: `/simulated/${movie}${number}` },
  };
}
