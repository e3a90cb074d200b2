import assert from "node:assert/strict";
import type { Surroundings } from "../../../client/platform.ts";

type Event = { readonly at: number; readonly number: number; readonly turn: () => void };

/** Longer than any patience of the library: what takes longer will never come. */
const NEVER = 600_000;

/** Time that goes from event to event, and chance that is the same every time. */
export class World implements Surroundings {
  #now = 0;
  #numbers = 0;
  #seed: number;
  #events: Event[] = [];

  constructor(seed = 1) {
    this.#seed = seed;
  }

  now(): number {
    return this.#now;
  }

  wake(ms: number, turn: () => void): () => void {
    const event = { at: this.#now + ms, number: (this.#numbers += 1), turn };
    this.#events.push(event);
    return () => {
      this.#events = this.#events.filter((each) => each !== event);
    };
  }

  /** A linear congruential generator: its numbers need not be good, only the same. */
  random(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  }

  /** Events that are still to come: none when nothing was left running. */
  get waiting(): number {
    return this.#events.length;
  }

  /** Resolves after `ms` of this world's time. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.wake(ms, resolve));
  }

  /** Lets time go until the promise settles; fails when it never will. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    const latest = this.#now + NEVER;
    while (!(await this.#isQuiet(() => isSettled))) {
      const next = this.#pop();
      assert.ok(next !== undefined, "it hangs: nothing will happen any more");
      assert.ok(next.at <= latest, `it hangs: not settled after ${NEVER} ms`);
      this.#now = next.at;
      next.turn();
    }
    return promise;
  }

  /** Lets time go for so long. */
  pass(ms: number): Promise<void> {
    return this.until(this.pause(ms));
  }

  /** Lets programs go on that wait for promises. */
  async #isQuiet(isSettled: () => boolean): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return isSettled();
  }

  #pop(): Event | undefined {
    const [first] = this.#events.toSorted((a, b) => a.at - b.at || a.number - b.number);
    this.#events = this.#events.filter((each) => each !== first);
    return first;
  }
}
