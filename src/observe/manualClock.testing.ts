import type { Clock, Timer } from "../base/clock.ts";
import { MonotonicMs } from "../base/units.ts";

type Wait = { readonly time: number; readonly wake: () => void };

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now = 0;
  #waits: Wait[] = [];

  /** How many wake-ups are asked for. */
  get waiting(): number {
    return this.#waits.length;
  }

  now(): MonotonicMs {
    return MonotonicMs(this.#now);
  }

  at(time: MonotonicMs, wake: () => void): Timer {
    const wait = { time, wake };
    this.#waits.push(wait);
    return { cancel: () => (this.#waits = this.#waits.filter((other) => other !== wait)) };
  }

  defer(turn: () => void): void {
    this.at(this.now(), turn);
  }

  /** Lets `ms` pass and calls what has become due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#waits.filter(({ time }) => time <= end).sort((a, b) => a.time - b.time);
      if (next === undefined) break;
      this.#waits = this.#waits.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.time);
      next.wake();
    }
    this.#now = end;
  }
}
