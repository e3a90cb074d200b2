import type { Clock, Timer } from "../base/clock.ts";
import type { MonotonicMs } from "../base/units.ts";

/** One wake-up that is moved as the earliest of many times moves. */
export class Alarm {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #set: { readonly time: MonotonicMs; readonly timer: Timer } | undefined;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Wakes at `time`, and at no other; not at all when it is undefined. */
  set(time: MonotonicMs | undefined): void {
    if (time === this.#set?.time) return;
    this.#set?.timer.cancel();
    this.#set = undefined;
    if (time === undefined) return;
    const timer = this.#clock.at(time, () => {
      this.#set = undefined;
      this.#wake();
    });
    this.#set = { time, timer };
  }
}

/** The earliest of some times; undefined when there is none. */
export function earliest(...times: readonly (MonotonicMs | undefined)[]): MonotonicMs | undefined {
  let first: MonotonicMs | undefined;
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time;
  return first;
}
