import { assert, present } from "../base/assert.ts";
import type { Pending } from "./pending.ts";

/** A power of two, so that a place in the ring is found with a mask; doubled when more steps are in it. */
const SLOTS = 8;

/** Copied for each epoch: a frame asked for over HTTP is one. */
const FREE: readonly undefined[] = Array.from({ length: SLOTS }, () => undefined);

/**
 * The steps of an epoch that have not started, in their order, in a ring: the first one leaves for every
 * message, and moving up all the others would cost as much as choosing whom to serve.
 *
 *              first       next
 *     [ free | offered … offered | looked ahead … looked ahead | free ]
 *              └ in the dispatcher ┘ └─── wished of production ──┘
 */
export class Ahead {
  #slots: (Pending | undefined)[] = FREE.slice();
  #head = 0;
  #length = 0;
  #offered = 0;
  #offeredBytes = 0;

  get length(): number {
    return this.#length;
  }

  /** How many of them, from the first on, have been offered. */
  get offered(): number {
    return this.#offered;
  }

  /** The bytes of their frames. */
  get offeredBytes(): number {
    return this.#offeredBytes;
  }

  /** The first that has not started. */
  get first(): Pending | undefined {
    return this.#slots[this.#slot(0)];
  }

  /** The first that has not been offered. */
  get next(): Pending | undefined {
    return this.at(this.#offered);
  }

  at(index: number): Pending | undefined {
    return index < this.#length ? this.#slots[this.#slot(index)] : undefined;
  }

  push(pending: Pending): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[this.#slot(this.#length)] = pending;
    this.#length += 1;
  }

  /** The next one has been offered, as what it says that was sent. */
  offer(): void {
    this.#offeredBytes += bytesOf(present(this.next, "a step was offered that is not there"));
    this.#offered += 1;
  }

  /** The last `count` that were offered have come back. */
  takeBack(count: number): void {
    assert(count <= this.#offered, "more came back than was offered");
    for (let back = 0; back < count; back += 1) {
      this.#offered -= 1;
      const pending = present(this.next, "a step got lost");
      this.#offeredBytes -= bytesOf(pending);
      // Its frame is held by nobody now: neither the cache nor the ring would count it.
      pending.sent = undefined;
    }
  }

  /** Takes the first. */
  shift(): Pending {
    const first = present(this.first, "a step got lost");
    this.#slots[this.#head] = undefined;
    this.#head = this.#slot(1);
    this.#length -= 1;
    if (this.#offered === 0) return first;
    this.#offered -= 1;
    this.#offeredBytes -= bytesOf(first);
    return first;
  }

  /** Takes out one that has not been offered. @returns where it was */
  remove(pending: Pending): number {
    const rest = this.cut();
    const index = rest.indexOf(pending);
    assert(index >= 0, "a step is not among those looked ahead");
    for (const [place, other] of rest.entries()) if (place !== index) this.push(other);
    return this.#offered + index;
  }

  /** Takes out all that have not been offered. */
  cut(): Pending[] {
    const taken: Pending[] = [];
    for (let index = this.#offered; index < this.#length; index += 1) {
      const slot = this.#slot(index);
      taken.push(present(this.#slots[slot], "a step got lost"));
      this.#slots[slot] = undefined;
    }
    this.#length = this.#offered;
    return taken;
  }

  #slot(index: number): number {
    return (this.#head + index) & (this.#slots.length - 1);
  }

  #grow(): void {
    const inOrder = Array.from({ length: this.#length }, (_, index) => this.at(index));
    this.#slots = [...inOrder, ...Array.from({ length: this.#length }, () => undefined)];
    this.#head = 0;
  }
}

function bytesOf({ sent }: Pending): number {
  return sent?.bytes ?? 0;
}
