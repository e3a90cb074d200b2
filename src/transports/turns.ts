import type { Clock } from "../base/clock.ts";

/** Requests of all connections that are answered before other events get their turn: some milliseconds. */
export const REQUESTS_TOGETHER = 64;

/**
 * Places for requests in each turn of the event loop, for all connections together: a thousand that ask for
 * something in one moment keep nobody's frames for as long as all their answers take. Who finds no place
 * waits for one in the order in which it came.
 */
export class Turns {
  readonly #clock: Clock;
  #places = REQUESTS_TOGETHER;
  #isAsked = false;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a place in this turn. @returns false when there is none: then `later` */
  take(): boolean {
    if (this.#places === 0) return false;
    this.#places -= 1;
    this.#askForTurn();
    return true;
  }

  /** Calls `go` in a later turn, in which there is at least one place for it to take. */
  later(go: () => void): void {
    this.#waiting.push(go);
    this.#askForTurn();
  }

  #askForTurn(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#clock.defer(() => this.#turn());
  }

  // Who comes back while others are called waits for the next turn: it has had its part of this one.
  #turn(): void {
    this.#isAsked = false;
    this.#places = REQUESTS_TOGETHER;
    const waiting = this.#waiting;
    this.#waiting = [];
    let called = 0;
    while (called < waiting.length && this.#places > 0) {
      waiting[called]?.();
      called += 1;
    }
    if (called < waiting.length) this.#waiting = [...waiting.slice(called), ...this.#waiting];
    if (this.#waiting.length > 0) this.#askForTurn();
  }
}
