import type { MonotonicMs } from "../base/units.ts";

/** Two seconds, in so many parts; the one that has not ended counts besides. */
const PARTS = 16;
const PART_MS = 125;

/** Copied for each: a playback of one frame begins and ends by the thousand each second. */
const NOTHING: readonly number[] = Array.from({ length: PARTS + 1 }, () => 0);

/**
 * How often something happens, of late: counted by parts of time, and worked out when somebody asks. It has
 * no timer; what happens costs an addition.
 *
 *     … │ 125 ms │ 125 ms │ … 16 of them … │ 125 ms │ this one │
 *         forgotten ◀──── counted ─────────────────────────────┘ now
 */
export class RecentCount {
  /** Nothing was counted before. */
  readonly #since: MonotonicMs;
  /** By the number of the part, modulo their count; made with the first. */
  #counts: number[] | undefined;
  #part = 0;

  constructor(since: MonotonicMs) {
    this.#since = since;
  }

  add(now: MonotonicMs): void {
    this.#counts ??= NOTHING.slice();
    this.#advance(this.#counts, now);
    const at = this.#part % (PARTS + 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** How many a second; over a shorter time where it has not been counted for two. */
  perSecond(now: MonotonicMs): number {
    if (this.#counts === undefined) return 0;
    this.#advance(this.#counts, now);
    const begin = Math.max((this.#part - PARTS) * PART_MS, this.#since);
    const count = this.#counts.reduce((sum, each) => sum + each, 0);
    return (1000 * count) / Math.max(now - begin, PART_MS);
  }

  /** Forgets what is over, up to the part of now. */
  #advance(counts: number[], now: MonotonicMs): void {
    const part = Math.floor(now / PART_MS);
    const first = Math.max(this.#part + 1, part - PARTS);
    for (let over = first; over <= part; over++) counts[over % (PARTS + 1)] = 0;
    this.#part = Math.max(this.#part, part);
  }
}
