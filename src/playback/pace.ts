import type { Contract } from "../base/contract.ts";
import { mediaTimeAt, type Rate } from "../base/rate.ts";
import { MonotonicMs, Ms } from "../base/units.ts";

/**
 * When each tick of an epoch is due. The timeline starts when the first message leaves, so that a slow
 * first frame makes nothing late. Under `all` a message that leaves late moves everything after it: a
 * slow playback slows, and never hurries to catch up.
 *
 * A playback that has waited for a frame to come starts its timeline anew: nobody is late for what was not
 * there.
 */
export class Pace {
  readonly #rate: Rate;
  readonly #contract: Contract;
  /** When the first message is due, at the beginning or after a wait. */
  #opened: MonotonicMs;
  /** Where tick 0 is on the clock; undefined until the first message has left. */
  #zero: MonotonicMs | undefined;

  /** @param opened when the epoch was opened: the first message is due at once */
  constructor(rate: Rate, contract: Contract, opened: MonotonicMs) {
    this.#rate = rate;
    this.#contract = contract;
    this.#opened = opened;
  }

  /** Whether a message has left since the beginning, or since the last wait: before, nothing is late. */
  get isRunning(): boolean {
    return this.#zero !== undefined;
  }

  /** Between two dues. */
  get period(): Ms {
    return Ms(mediaTimeAt(this.#rate, 1));
  }

  /** Computed from the tick, so that the rate's fraction never drifts. */
  due(tick: number): MonotonicMs {
    if (this.#zero === undefined) return this.#opened;
    return MonotonicMs(this.#zero + mediaTimeAt(this.#rate, tick));
  }

  /** A message left. */
  left(tick: number, now: MonotonicMs): void {
    if (this.#zero === undefined) this.#zero = MonotonicMs(now - mediaTimeAt(this.#rate, tick));
    else if (this.#contract === "all")
      this.#zero = MonotonicMs(this.#zero + Math.max(now - this.due(tick), 0));
  }

  /** A frame has come that was waited for: it is due now, or when it would have been if that is later. */
  restart(tick: number, now: MonotonicMs): void {
    this.#opened = MonotonicMs(Math.max(now, this.due(tick)));
    this.#zero = undefined;
  }

  /** The newest tick that is due at `time`; 0 before the first message has left. */
  tickAt(time: MonotonicMs): number {
    if (this.#zero === undefined) return 0;
    const tick = Math.floor(((time - this.#zero) * this.#rate.numerator) / (this.#rate.denominator * 1000));
    // The division may round either way; what counts is the due that others see.
    if (this.due(tick) > time) return tick - 1;
    return this.due(tick + 1) <= time ? tick + 1 : tick;
  }
}
