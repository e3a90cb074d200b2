import { assert } from "../base/assert.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { Heap } from "../base/heap.ts";
import { MonotonicMs } from "../base/units.ts";

/** More events than any simulation of ours needs: reaching it means that something wakes itself for ever. */
const MOST_EVENTS = 20_000_000;

class VirtualTimer implements Timer {
  slot = -1;
  readonly time: MonotonicMs;
  readonly order: number;
  readonly wake: () => void;
  readonly #timers: Heap<"slot", VirtualTimer>;

  constructor(
    timers: Heap<"slot", VirtualTimer>,
    wakeUp: { readonly time: MonotonicMs; readonly order: number; readonly wake: () => void },
  ) {
    this.#timers = timers;
    this.time = wakeUp.time;
    this.order = wakeUp.order;
    this.wake = wakeUp.wake;
  }

  cancel(): void {
    this.#timers.remove(this);
  }
}

/**
 * A clock that moves only when it is run: deferred turns first, in the order in which they were asked for,
 * then the timer with the earliest time, the first made among equals. Nothing in it depends on chance or on
 * the machine.
 */
export class VirtualClock implements Clock {
  #now = MonotonicMs(0);
  #orders = 0;
  #turns: (() => void)[] = [];
  readonly #timers = new Heap<"slot", VirtualTimer>("slot", (a, b) =>
    a.time === b.time ? a.order < b.order : a.time < b.time,
  );

  now(): MonotonicMs {
    return this.#now;
  }

  /** What has been asked for and has not come. */
  get pending(): { readonly turns: number; readonly timers: number } {
    return { turns: this.#turns.length, timers: this.#timers.size };
  }

  at(time: MonotonicMs, wake: () => void): Timer {
    this.#orders += 1;
    const timer = new VirtualTimer(this.#timers, { time, order: this.#orders, wake });
    this.#timers.place(timer);
    return timer;
  }

  defer(turn: () => void): void {
    this.#turns.push(turn);
  }

  /**
   * Lets time pass until `until`, or until nothing is left to come. At most `most` events happen.
   * @returns how many events happened
   */
  run(until: MonotonicMs = MonotonicMs(Number.POSITIVE_INFINITY), most: number = MOST_EVENTS): number {
    let events = 0;
    for (;;) {
      events += this.#runTurns(most - events);
      const timer = this.#timers.peek();
      if (timer === undefined || timer.time > until) break;
      this.#timers.remove(timer);
      this.#now = MonotonicMs(Math.max(this.#now, timer.time));
      timer.wake();
      events += 1;
      assert(events <= most, `the simulation does not come to rest at ${this.#now} ms`);
    }
    if (Number.isFinite(until)) this.#now = MonotonicMs(Math.max(this.#now, until));
    return events;
  }

  // The turns asked for in a turn come after those at hand; the list is swapped, as a shift is not free.
  #runTurns(most: number): number {
    let events = 0;
    while (this.#turns.length > 0) {
      const turns = this.#turns;
      this.#turns = [];
      for (const turn of turns) turn();
      events += turns.length;
      assert(events <= most, `the simulation does not come to rest at ${this.#now} ms`);
    }
    return events;
  }
}
