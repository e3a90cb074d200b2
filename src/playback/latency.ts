import { Ms } from "../base/units.ts";

/** How much of a shorter wait is believed at once. */
const LATENCY_GAIN = 1 / 32;

/**
 * How long one has to wait for a frame that is not at hand. Rises at once and falls slowly: one good moment
 * is no reason to aim short at the next.
 */
export class Latency {
  #ms = Ms(0);

  get ms(): Ms {
    return this.#ms;
  }

  /** One frame took this long. */
  measure(wait: Ms): void {
    this.#ms = Ms(Math.max(wait, this.#ms + (wait - this.#ms) * LATENCY_GAIN));
  }
}
