import type { Rate } from "../base/rate.ts";
import { BitRate, type Bytes } from "../base/units.ts";

const BITS = 8;

/** What frames of this size need at a rate, in bits per second. */
export function needOf(rate: Rate, bytes: number): BitRate {
  return BitRate((BITS * bytes * rate.numerator) / rate.denominator);
}

/** The rate, in frames per second, at which frames of this size need no more than that. */
export function rateFor(free: BitRate, bytes: Bytes): number {
  return free / (BITS * bytes);
}

/**
 * Learns from the messages of a timed playback what it needs: their mean size over as many as are due in a
 * second, times the rate. One large frame among small ones is what the ring and the bucket's burst are for; a
 * second of large ones is what has to be carried. Counted in messages and not in time, so that a playback
 * that waits, skips or is late does not seem to need less. Where nothing is known of the frames, the first
 * message counts for all until there are more: a newcomer of unknown need would keep nobody out.
 */
export class NeedMeter {
  readonly #rate: Rate;
  readonly #inSecond: number;
  #isKnown: boolean;
  #messages = 0;
  #bytes = 0;

  /** @param options.isKnown something is known of the frames' size */
  constructor(rate: Rate, { isKnown }: { readonly isKnown: boolean }) {
    this.#rate = rate;
    this.#isKnown = isKnown;
    this.#inSecond = Math.max(Math.ceil(rate.numerator / rate.denominator), 1);
  }

  /**
   * A message was sent.
   * @returns what the playback needs, once in a second of messages, and as soon as something is known
   */
  sent(bytes: number): BitRate | undefined {
    this.#messages += 1;
    this.#bytes += bytes;
    const isFirst = !this.#isKnown;
    this.#isKnown = true;
    if (this.#messages < this.#inSecond) return isFirst ? needOf(this.#rate, bytes) : undefined;
    const need = needOf(this.#rate, this.#bytes / this.#messages);
    this.#messages = 0;
    this.#bytes = 0;
    return need;
  }
}
