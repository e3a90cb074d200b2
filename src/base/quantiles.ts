import { assert } from "./assert.ts";

/** Each doubling is cut into so many buckets of equal width: a value is known to 1/64 of itself. */
const PARTS = 32;

/** The doublings that have buckets: in milliseconds, from 16 microseconds to twelve days. */
const OCTAVES = 36;

/** Below it a value counts as 0: no timer is as exact. */
const LEAST = 2 ** -6;

/** From here on a value counts in the last bucket; the worst stays exact. */
const MOST = LEAST * 2 ** OCTAVES;

/**
 * Where LEAST stands among all buckets that a double has: the bits of its exponent, before those of its
 * part.
 */
const FIRST = (1023 + Math.log2(LEAST)) * PARTS;

const bits = new DataView(new ArrayBuffer(8));

/**
 * Medians and percentiles of as many values as come, from 0 on, without keeping them: it counts by size.
 *
 *     value     2^-6 ms        2^-5        2^-4   …     2^30 ms
 *     octave      └──── 0 ────┴──── 1 ────┴──── … 35 ────┘
 *     bucket       0 1 2 … 31   0 1 2 … 31
 *
 * A quantile is off by at most 1/64 of itself (below 2 %), or by `LEAST`; the worst is exact. The bucket
 * comes from the value's bits and not from a logarithm, so that it is the same on every machine. Only
 * octaves in which there were values take memory: at most 36 × 32 counters.
 */
export class Quantiles {
  readonly #octaves: (number[] | undefined)[] = [];
  #zeros = 0;
  #count = 0;
  #worst = 0;

  /** How many values there were. */
  get count(): number {
    return this.#count;
  }

  /** The largest, exactly; 0 when there was none. */
  get worst(): number {
    return this.#worst;
  }

  add(value: number): void {
    assert(value >= 0, "a quantile of what is not a length of time");
    this.#count += 1;
    if (value > this.#worst) this.#worst = value;
    if (value < LEAST) {
      this.#zeros += 1;
      return;
    }
    const bucket = bucketOf(value);
    const octave = Math.floor(bucket / PARTS);
    const counters = (this.#octaves[octave] ??= emptyOctave());
    counters[bucket % PARTS] = (counters[bucket % PARTS] ?? 0) + 1;
  }

  /** Counts what another has counted, too: the result is that of all values together. */
  merge(other: Quantiles): void {
    this.#count += other.#count;
    this.#zeros += other.#zeros;
    this.#worst = Math.max(this.#worst, other.#worst);
    for (const [octave, theirs] of other.#octaves.entries()) {
      if (theirs === undefined) continue;
      const ours = (this.#octaves[octave] ??= emptyOctave());
      for (const [part, count] of theirs.entries()) ours[part] = (ours[part] ?? 0) + count;
    }
  }

  /**
   * The value that a share of them (0.5, 0.99) does not exceed: in ascending order, the one at place ⌈share
   * × count⌉, or the first.
   * @returns undefined when there was none
   */
  at(share: number): number | undefined {
    assert(share >= 0 && share <= 1, "a share is from 0 to 1");
    if (this.#count === 0) return undefined;
    let left = Math.max(Math.ceil(share * this.#count), 1);
    if (left === this.#count) return this.#worst;
    left -= this.#zeros;
    if (left <= 0) return 0;
    // By index: iterators take three times as long, and an operator asks this of every playback each second.
    for (let octave = 0; octave < this.#octaves.length; octave++) {
      const counters = this.#octaves[octave];
      if (counters === undefined) continue;
      for (let part = 0; part < PARTS; part++) {
        left -= counters[part] ?? 0;
        if (left <= 0) return Math.min(middleOf(octave, part), this.#worst);
      }
    }
    return this.#worst;
  }
}

/** From 0; whoever lies beyond the last is in the last. */
function bucketOf(value: number): number {
  bits.setFloat64(0, Math.min(value, MOST));
  // The exponent's 11 bits and the first 5 of the part: 32 buckets a doubling.
  return Math.min((bits.getUint32(0) >>> 15) - FIRST, OCTAVES * PARTS - 1);
}

function middleOf(octave: number, part: number): number {
  return LEAST * 2 ** octave * (1 + (part + 0.5) / PARTS);
}

function emptyOctave(): number[] {
  return Array.from({ length: PARTS }, () => 0);
}
