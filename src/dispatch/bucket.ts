import { bytesPerMs, MonotonicMs } from "../base/units.ts";
import type { BucketLimits } from "./egress.ts";

/** A rate of r bits per second lets exactly r bytes pass in this time: whole numbers on both sides. */
const CYCLE_MS = 8000;

/**
 * A token bucket: over any time t at most `burst` + `rate` × t bytes leave it. It has no timer and no clock:
 * what it holds follows from what was taken since it was last full, so that nothing adds up, however long
 * it runs, and waking late never gives more than `burst`. Asked before bytes are taken, it never holds less
 * than 0.
 *
 *     burst ├──╮      ╭───────      origin: when it was last full
 *           │   ╲   ╱               held = burst − taken + rate × (now − origin), at most burst
 *         0 ├────╲╱
 *              origin
 */
export class Bucket {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #perCycle: number;
  #origin: number = Number.NEGATIVE_INFINITY;
  // Time and bytes since then, less the whole cycles of both: so that the bytes stay whole numbers.
  #cycles = 0;
  #taken = 0;

  /** Full, at the beginning. */
  constructor({ rate, burst }: BucketLimits) {
    this.#burst = burst;
    this.#perMs = bytesPerMs(rate);
    this.#perCycle = rate;
  }

  /**
   * When `bytes`, at most the burst, are there, if nothing is taken until then; a time that is over when
   * they are.
   */
  readyAt(bytes: number): MonotonicMs {
    const time = this.#cycles * CYCLE_MS + (this.#taken + bytes - this.#burst) / this.#perMs;
    return MonotonicMs(this.#origin + time);
  }

  /** How many bytes are there. */
  heldAt(now: MonotonicMs): number {
    const time = now - this.#origin - this.#cycles * CYCLE_MS;
    return Math.min(this.#burst - this.#taken + time * this.#perMs, this.#burst);
  }

  /** Takes bytes. If they are not there, what is held falls below 0, and what comes makes up for it first. */
  take(bytes: number, now: MonotonicMs): void {
    if (now > this.readyAt(this.#burst)) {
      this.#origin = now;
      this.#cycles = 0;
      this.#taken = 0;
    }
    this.#taken += bytes;
    if (this.#taken < this.#perCycle) return;
    this.#cycles += Math.floor(this.#taken / this.#perCycle);
    this.#taken %= this.#perCycle;
  }
}
