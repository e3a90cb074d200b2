import type { Clock, Timer } from "./clock.ts";
import { MonotonicMs } from "./units.ts";

/**
 * The longest wait that the platform's timers take (2^31 − 1 ms, 24.8 days); a longer one is made of several.
 */
const LONGEST_WAIT = 2 ** 31 - 1;

class SystemTimer implements Timer {
  readonly #time: MonotonicMs;
  readonly #wake: () => void;
  #handle: ReturnType<typeof setTimeout> | undefined;

  constructor(time: MonotonicMs, wake: () => void) {
    this.#time = time;
    this.#wake = wake;
    this.#arm();
  }

  cancel(): void {
    clearTimeout(this.#handle);
    this.#handle = undefined;
  }

  // The platform rounds down and may fire a little early; a due is a promise not to.
  #arm(): void {
    const wait = Math.ceil(this.#time - performance.now());
    this.#handle = setTimeout(
      () => (performance.now() < this.#time ? this.#arm() : this.#wake()),
      Math.min(Math.max(wait, 0), LONGEST_WAIT),
    );
  }
}

/** The process's own clock: monotonic, in milliseconds, with turns between polls for input. */
export const systemClock: Clock = {
  now: () => MonotonicMs(performance.now()),
  at: (time, wake) => new SystemTimer(time, wake),
  defer: (turn) => void setImmediate(turn),
};
