import type { BucketLimits } from "../../src/dispatch/egress.ts";

/**
 * A token bucket as textbooks have it: filled up to now whenever it is asked. It adds up fractions, so what
 * it says is true but for a hair of a byte.
 */
export class NaiveBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #level: number;
  #filledAt = 0;

  constructor({ rate, burst }: BucketLimits) {
    this.#burst = burst;
    this.#perMs = rate / 8 / 1000;
    this.#level = burst;
  }

  level(now: number): number {
    return Math.min(this.#burst, this.#level + (now - this.#filledAt) * this.#perMs);
  }

  /** Whether so many bytes are there; `hair` is added to what is there, but for a full bucket. */
  has(bytes: number, now: number, hair: number): boolean {
    const level = this.level(now);
    return level === this.#burst ? level >= bytes : level + hair >= bytes;
  }

  take(bytes: number, now: number): void {
    this.#level = this.level(now) - bytes;
    this.#filledAt = now;
  }

  /** When so many bytes are there. */
  readyAt(bytes: number, now: number): number {
    return now + Math.max(bytes - this.level(now), 0) / this.#perMs;
  }
}
