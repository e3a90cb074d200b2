import type { MissingPolicy } from "../base/contract.ts";
import { Channel, type Unsubscribe } from "../base/diagnostics.ts";
import { DEFAULT_RATE, type Rate } from "../base/rate.ts";
import { FrameNumber, FrameRevision } from "../base/units.ts";
import type { FrameEntry, FrameLog, LogChange } from "../library/log.ts";

export type SimulatedLogOptions = {
  /** Default: what `DEFAULT_RATE` says. */
  readonly rate?: Rate;
  /** The movie's own policy. */
  readonly missing?: MissingPolicy;
  /** What is declared before its frames are there; `last` makes the log live. */
  readonly first?: number;
  readonly last?: number;
  /** Every how many numbers a frame is expected, from `first` on. Default: 1. */
  readonly step?: number;
};

/**
 * A movie without files: frames of given numbers, everything between them is a hole. Frames may land in any
 * order, be written anew and be removed; each change is told after it can be seen.
 */
export class SimulatedLog implements FrameLog {
  readonly name: string;
  readonly title = undefined;
  readonly rate: Rate;
  readonly missing: MissingPolicy | undefined;
  readonly step: number;
  readonly #declared: { readonly first: FrameNumber | undefined; readonly last: FrameNumber | undefined };
  readonly #changes = new Channel<LogChange>();
  readonly #revisions = new Map<FrameNumber, number>();
  #entries: FrameEntry[];
  #isOver = false;
  #watchers = 0;

  /** @param numbers whole numbers in any order, none twice, all of the declared range and its steps */
  constructor(name: string, numbers: readonly number[], options: SimulatedLogOptions = {}) {
    this.name = name;
    this.rate = options.rate ?? DEFAULT_RATE;
    this.missing = options.missing;
    this.step = options.step ?? 1;
    const { first, last } = options;
    this.#declared = {
      first: first === undefined ? undefined : FrameNumber(first),
      last: last === undefined ? undefined : FrameNumber(last - ((last - (first ?? last)) % this.step)),
    };
    const sorted = [...numbers].sort((a, b) => a - b);
    this.#entries = sorted.map((number) => this.#entryOf(FrameNumber(number)));
  }

  /** How many listen to the changes. */
  get watchers(): number {
    return this.#watchers;
  }

  get count(): number {
    return this.#entries.length;
  }

  get first(): FrameNumber | undefined {
    return this.#declared.first ?? this.#entries[0]?.number;
  }

  get last(): FrameNumber | undefined {
    return this.#declared.last ?? this.newest;
  }

  get newest(): FrameNumber | undefined {
    return this.#entries.at(-1)?.number;
  }

  get state(): "recorded" | "live" {
    return this.#isLive() ? "live" : "recorded";
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

  watch(listener: (change: LogChange) => void): Unsubscribe {
    this.#watchers += 1;
    const unsubscribe = this.#changes.subscribe(listener);
    let isWatching = true;
    return () => {
      if (isWatching) this.#watchers -= 1;
      isWatching = false;
      unsubscribe();
    };
  }

  /** A frame is written: it lands, or what it was before is revised. */
  write(number: number): void {
    const entry = this.#entryOf(FrameNumber(number));
    const rank = this.rank(entry.number);
    const isThere = this.#entries[rank]?.number === number;
    const wasLive = this.#isLive();
    this.#entries = this.#entries.toSpliced(rank, isThere ? 1 : 0, entry);
    this.#changes.publish({ kind: isThere ? "revised" : "landed", number: entry.number });
    if (wasLive && !this.#isLive()) this.#changes.publish({ kind: "ended" });
  }

  /** A frame is deleted, if it is there. It may be written again, as its next revision. */
  remove(number: number): void {
    const rank = this.rank(FrameNumber(number));
    if (this.#entries[rank]?.number !== number) return;
    this.#entries = this.#entries.toSpliced(rank, 1);
    this.#changes.publish({ kind: "removed", number: FrameNumber(number) });
  }

  /** No further frame will land. What was declared is still the movie's range. */
  end(): void {
    const wasLive = this.#isLive();
    this.#isOver = true;
    if (wasLive) this.#changes.publish({ kind: "ended" });
  }

  /** The movie leaves its catalogue. */
  leave(): void {
    this.#changes.publish({ kind: "gone" });
  }

  #isLive(): boolean {
    const { last } = this.#declared;
    if (this.#isOver || last === undefined) return false;
    return this.newest === undefined || this.newest < last;
  }

  #entryOf(number: FrameNumber): FrameEntry {
    const revision = (this.#revisions.get(number) ?? 0) + 1;
    this.#revisions.set(number, revision);
    return {
      movie: this.name,
      number,
      revision: FrameRevision(revision),
      format: "netpbm",
      source: { kind: "file", root: "/simulated", path: `/simulated/${this.name}${number}` },
    };
  }
}
