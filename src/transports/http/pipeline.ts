import type { Turns } from "../turns.ts";
import { PIPELINED } from "./limits.ts";

/**
 * The requests of one connection, each looked at when those before it have their answers, and when there is a
 * place for it in a turn. So a connection holds one answer at most, and has one place among the others,
 * however much it asks for at once.
 */
export class Pipeline {
  readonly #turns: Turns;
  #unanswered = 0;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  /** @param turns what it shares with all other connections */
  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Requests that have no whole answer yet. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /**
   * A request has come. @param go called once, perhaps at once, when it is its turn; never, when the
   * connection goes before
   * @returns false when too many wait already
   */
  take(go: () => void): boolean {
    if (this.#unanswered >= PIPELINED) return false;
    this.#unanswered += 1;
    if (this.#unanswered === 1) this.#begin(go);
    else this.#waiting.push(go);
    return true;
  }

  /** One that was taken has been answered, or its connection has gone. */
  answered(): void {
    this.#unanswered -= 1;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#begin(next);
  }

  /** The connection has gone. May be called twice. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
  }

  #begin(go: () => void): void {
    if (this.#turns.take()) go();
    else
      this.#turns.later(() => {
        if (!this.#isClosed && this.#turns.take()) go();
      });
  }
}
