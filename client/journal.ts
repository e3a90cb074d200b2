import type { EpochEnd } from "../src/base/events.ts";
import { type Part, type PlaybackReceipt, joinParts } from "./receipt.ts";

/**
 * What a program sees as one epoch, however many connections it takes: numbers that go on, and the parts
 * of its
 * receipt.
 */
export class Journal {
  readonly #movie: string;
  #epoch = 1;
  #messages = 0;
  #parts: Part[] = [];

  constructor(movie: string) {
    this.#movie = movie;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Numbers the next message. */
  number(): number {
    return this.#messages++;
  }

  add(part: Part | undefined): void {
    if (part !== undefined) this.#parts.push(part);
  }

  receipt(end: EpochEnd): PlaybackReceipt {
    return joinParts({ movie: this.#movie, epoch: this.#epoch, end }, this.#parts);
  }

  /** A command has opened another epoch. @returns the receipt of the one before */
  turn(): PlaybackReceipt {
    const receipt = this.receipt("replaced");
    this.#epoch += 1;
    this.#messages = 0;
    this.#parts = [];
    return receipt;
  }
}
