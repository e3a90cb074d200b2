import type { Clock, Timer } from "../base/clock.ts";
import { type Ms, after } from "../base/units.ts";

/** What a tally does with what it is told. */
export type TallyOptions = {
  readonly clock: Clock;
  /** How long one count lasts. */
  readonly interval: Ms;
  /** How many of one kind are passed on in an interval before the others are only counted. At least 1. */
  readonly allowance: number;
};

/** What has come of one kind in the present interval. */
type Count = { seen: number; readonly summarise: (more: number) => void };

/**
 * Lets the first of each kind through at once and counts the others, with one summary per interval: what
 * happens ten thousand times a second makes one line, and what happens once is not late.
 * Kinds must come from a finite set: each one that was seen in an interval is kept for that long.
 */
export class Tally {
  readonly #options: TallyOptions;
  readonly #counts = new Map<string, Count>();
  #timer: Timer | undefined;

  constructor(options: TallyOptions) {
    this.#options = options;
  }

  /** Calls `tell` now, or counts; `summarise` is told at the interval's end how many were only counted. */
  note(kind: string, tell: () => void, summarise: (more: number) => void): void {
    const count = this.#counts.get(kind) ?? { seen: 0, summarise };
    count.seen++;
    this.#counts.set(kind, count);
    if (count.seen <= this.#options.allowance) tell();
    this.#arm();
  }

  /** Summarises what was counted and forgets it, without waiting for the interval's end. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const { seen, summarise } of this.#counts.values()) {
      const more = seen - this.#options.allowance;
      if (more > 0) summarise(more);
    }
    this.#counts.clear();
  }

  #arm(): void {
    const { clock, interval } = this.#options;
    this.#timer ??= clock.at(after(clock.now(), interval), () => this.flush());
  }
}
