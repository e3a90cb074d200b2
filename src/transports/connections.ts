import { assert } from "../base/assert.ts";

/** The connections of all transports: numbered in one row, and bounded together. */
export class Connections {
  /** How many may be open at the same time. */
  readonly limit: number;
  #open = 0;
  #numbers = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** How many are open. */
  get open(): number {
    return this.#open;
  }

  /** Takes a place. @returns the connection's number, from 1; undefined when there is no place left */
  enter(): number | undefined {
    if (this.#open >= this.limit) return undefined;
    this.#open += 1;
    this.#numbers += 1;
    return this.#numbers;
  }

  /** Gives a place back that was taken. */
  leave(): void {
    assert(this.#open > 0, "a connection left that never came");
    this.#open -= 1;
  }
}
