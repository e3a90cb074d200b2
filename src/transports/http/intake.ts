import type { Clock, Timer } from "../../base/clock.ts";
import type { MonotonicMs } from "../../base/units.ts";

/** What an intake asks and tells the owner of its connection. */
export interface IntakeOwner {
  /** When the next request may be looked at; undefined when it may be now. */
  waitsUntil(): MonotonicMs | undefined;
  /** The first of those that wait has begun to wait for that, or waits no longer. */
  holdsBack(isHeldBack: boolean): void;
}

/**
 * The requests of one connection whose answers are counted: one after the other, as what one was sent decides
 * when the next may be looked at. Whoever sends them faster than that waits, and nobody else.
 */
export class Intake {
  readonly #clock: Clock;
  readonly #owner: IntakeOwner;
  #waiting: { readonly response: object; readonly go: () => void }[] = [];
  /** What the request is answered by that has been let in. */
  #current: object | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, owner: IntakeOwner) {
    this.#clock = clock;
    this.#owner = owner;
  }

  /** A request has come. @param go is called once, perhaps at once, when it may be looked at */
  take(response: object, go: () => void): void {
    this.#waiting.push({ response, go });
    this.#goOn();
  }

  /** A response has ended, or its connection has. */
  answered(response: object): void {
    if (response !== this.#current) return;
    this.#current = undefined;
    this.#goOn();
  }

  /** Lets nobody in any more. May be called twice. */
  close(): void {
    this.#waiting = [];
    this.#timer?.cancel();
  }

  #goOn(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#current !== undefined || this.#timer !== undefined) return;
    const until = this.#owner.waitsUntil();
    this.#owner.holdsBack(until !== undefined);
    if (until !== undefined) {
      this.#timer = this.#clock.at(until, () => {
        this.#timer = undefined;
        this.#goOn();
      });
      return;
    }
    this.#waiting.shift();
    this.#current = next.response;
    next.go();
  }
}
