import { assert } from "../base/assert.ts";
import type { Transport } from "../base/events.ts";

/** The connections of all transports: numbered in one row, and bounded together. */
export class Connections {
  /** How many may be open at the same time. */
  readonly limit: number;
  readonly #speaking: { [Of in Transport]: number } = { classic: 0, http: 0, websocket: 0 };
  #open = 0;
  #numbers = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** How many are open. */
  get open(): number {
    return this.#open;
  }

  /** How many speak what. */
  get speaking(): { readonly [Of in Transport]: number } {
    return { ...this.#speaking };
  }

  /** Takes a place. @returns the connection's number, from 1; undefined when there is no place left */
  enter(transport: Transport): number | undefined {
    if (this.#open >= this.limit) return undefined;
    this.#open += 1;
    this.#speaking[transport] += 1;
    this.#numbers += 1;
    return this.#numbers;
  }

  /** One that took a place speaks something else from now on. */
  change(from: Transport, to: Transport): void {
    this.#speaking[from] -= 1;
    this.#speaking[to] += 1;
  }

  /** Gives a place back that was taken. */
  leave(transport: Transport): void {
    assert(this.#speaking[transport] > 0, "a connection left that never came");
    this.#open -= 1;
    this.#speaking[transport] -= 1;
  }
}
