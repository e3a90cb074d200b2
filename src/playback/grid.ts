import { FrameNumber } from "../base/units.ts";
import type { Numbers } from "./numbers.ts";

/**
 * The numbers at which a log's frames are expected: of a movie declared as `1-100x5` only 1, 6, 11 … A place
 * says how many expected numbers lie below a number, counted from the log's first, or from 0 where every
 * number is expected: there the places stay what they are when a frame lands before the first.
 */
export class Grid {
  readonly #log: Pick<Numbers, "first" | "step" | "rank" | "nth">;

  constructor(log: Pick<Numbers, "first" | "step" | "rank" | "nth">) {
    this.#log = log;
  }

  /** The place of a number, or of the next one that is expected. */
  place(number: FrameNumber): number {
    const { step } = this.#log;
    return step === 1 ? number : Math.ceil((number - this.#origin) / step);
  }

  numberAt(place: number): FrameNumber {
    const { step } = this.#log;
    return FrameNumber(step === 1 ? place : this.#origin + place * step);
  }

  /** The expected number itself, or the next one below. */
  atOrBelow(number: FrameNumber): FrameNumber {
    return this.numberAt(this.place(FrameNumber(number + 1)) - 1);
  }

  /** Whether a frame of this number may ever be. */
  expects(number: FrameNumber): boolean {
    return this.numberAt(this.place(number)) === number;
  }

  /**
   * The first expected number from `from` on that has no frame, or `limit` when none below that is missing.
   * A binary search over the frames: up to the hole, each has the number that follows from its rank.
   */
  firstHole(from: FrameNumber, limit: FrameNumber): FrameNumber {
    const rank = this.#log.rank(from);
    const place = this.place(from);
    let low = 0;
    let high = Math.max(this.#log.rank(limit) - rank, 0);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#log.nth(rank + middle - 1)?.number === this.numberAt(place + middle - 1)) low = middle;
      else high = middle - 1;
    }
    return FrameNumber(Math.min(this.numberAt(place + low), limit));
  }

  get #origin(): number {
    return this.#log.first ?? 0;
  }
}
