import { assert } from "../base/assert.ts";
import { Heap } from "../base/heap.ts";
import { Bytes, type MonotonicMs } from "../base/units.ts";
import type { Message } from "./message.ts";
import type { Queue } from "./queue.ts";

/** How many messages may wait, of each playback and of all. */
export type RingLimits = {
  /** Messages of all playbacks together. */
  readonly slots: number;
  /** Bytes of all playbacks together; one message that is larger may wait alone. */
  readonly bytes: Bytes;
  /** A playback may have this many messages waiting, and more of them while they are below `windowBytes`. */
  readonly windowMessages: number;
  readonly windowBytes: Bytes;
};

/** What an offer is measured by. */
type Offer = { readonly queue: Queue; readonly due: MonotonicMs };

/**
 * The messages that wait. When it is full, a better offer takes the place of a message that cannot go
 * or would go later: first those of set-aside clients, then those that are not due, then the worst
 * ranked. The evicted go back to their playback and keep their number.
 */
export class Ring {
  readonly limits: RingLimits;
  #messages = 0;
  #bytes = 0;
  // Whoever has messages here, the first to lose one on top.
  readonly #holders = new Heap<"holderSlot", Queue>("holderSlot", losesBefore);
  readonly #refused = new Heap<"refusedSlot", Queue>("refusedSlot", servedBefore);
  readonly #now: () => MonotonicMs;
  readonly #evicted: (queue: Queue) => void;
  #refusals = 0;
  /** Who is being asked because it was refused, and whether it has got room since. */
  #served: Queue | undefined;
  #hasServed = false;

  /** @param evicted is told that a queue has lost its last waiting message, after it has */
  constructor(limits: RingLimits, now: () => MonotonicMs, evicted: (queue: Queue) => void) {
    assert(limits.slots >= 1 && limits.windowMessages >= 1, "a ring without slots");
    this.limits = limits;
    this.#now = now;
    this.#evicted = evicted;
  }

  /** What waits. */
  get used(): { readonly messages: number; readonly bytes: Bytes } {
    return { messages: this.#messages, bytes: Bytes(this.#bytes) };
  }

  /** Whether the playback has its share of waiting messages. */
  windowIsFull(queue: Queue): boolean {
    const { windowMessages, windowBytes } = this.limits;
    return queue.waiting.length >= windowMessages && queue.waitingBytes >= windowBytes;
  }

  /**
   * Accepts a message, if need be in the place of others.
   * @returns whether there was room; if not, the queue is remembered as refused
   */
  admit(message: Message, offer: Offer): boolean {
    const { queue } = offer;
    if (this.#standsBehind(offer)) return this.#refuse(offer);
    while (!this.#hasRoom(message.bytes)) {
      const loser = this.#holders.peek();
      if (loser === undefined || loser === queue || !this.#givesWay(loser, offer)) return this.#refuse(offer);
      this.#evict(loser);
    }
    this.#messages += 1;
    this.#bytes += message.bytes;
    queue.push(message);
    this.#forget(queue);
    if (queue === this.#served) this.#hasServed = true;
    return true;
  }

  /** The queue's first message starts: its slot is free. */
  start(queue: Queue): Message {
    const message = queue.shift();
    this.#release(message);
    return message;
  }

  /** Drops all that the queue has waiting, and the memory of a refusal. */
  clear(queue: Queue): void {
    while (queue.waiting.length > 0) this.#release(queue.pop());
    this.#holders.remove(queue);
    this.#forget(queue);
  }

  /** What the queue has waiting, or its standing, has changed: moves it to where it now belongs. */
  rank(queue: Queue): void {
    if (queue.waiting.length === 0) this.#holders.remove(queue);
    else if (queue.period !== undefined || queue.holderSlot < 0 || queue.heldAside !== queue.setAside) {
      queue.heldAside = queue.setAside;
      this.#holders.place(queue);
    }
    // A set-aside client has no use for a slot: it is asked again when it drains. One that is not due is
    // asked again when it is: among those that could go it would stand in front, and take nothing.
    if (queue.refused && !queue.setAside && !queue.isUndue) this.#refused.place(queue);
    else this.#refused.remove(queue);
  }

  /**
   * Asks those who were refused, the one who deserves it most first, as long as there is room or somebody
   * gives way. Who has waited for room keeps its place until it has had some: a large message is not passed
   * over by small ones for ever.
   */
  serveRefused(): void {
    for (;;) {
      const queue = this.#refused.peek();
      if (queue === undefined || !this.#hasRoomFor(queue)) return;
      this.#forget(queue);
      this.#served = queue;
      this.#hasServed = false;
      queue.source.drain();
      this.#served = undefined;
      // Refused again, and still the one who deserves the next room.
      if (queue.refusedSlot >= 0) return;
    }
  }

  /** Whether the offer waits for one that was refused before and is no worse: room is given in turns. */
  #standsBehind({ queue, due }: Offer): boolean {
    const ahead = this.#refused.peek();
    if (ahead === undefined || ahead === queue || queue === this.#served) return false;
    if (queue.setAside || due > this.#now()) return true;
    if (queue.priority !== ahead.priority) return queue.priority > ahead.priority;
    return deadlineOf(queue, due) >= ahead.deadline;
  }

  #hasRoomFor(queue: Queue): boolean {
    if (this.#hasRoom(1)) return true;
    const loser = this.#holders.peek();
    return loser !== undefined && loser !== queue && this.#givesWay(loser, { queue, due: queue.due });
  }

  #hasRoom(bytes: number): boolean {
    if (this.#messages === 0) return true;
    return this.#messages < this.limits.slots && this.#bytes + bytes <= this.limits.bytes;
  }

  /** Whether a message of `loser` gives its slot to the offer: among equals, nobody does. */
  #givesWay(loser: Queue, { queue, due }: Offer): boolean {
    if (queue.setAside) return false;
    if (loser.setAside) return true;
    const isDue = due <= this.#now();
    if (loser.isUndue) return isDue || due < loser.due;
    if (!isDue) return false;
    if (queue.priority !== loser.priority) return queue.priority < loser.priority;
    return deadlineOf(queue, due) < loser.deadline;
  }

  #refuse({ queue, due }: Offer): false {
    if (!queue.hasWork) queue.due = due;
    this.#remember(queue);
    return false;
  }

  #remember(queue: Queue): void {
    // Who was asked and got nothing keeps its place.
    const keepsPlace = queue.refused || (queue === this.#served && !this.#hasServed);
    queue.refused = true;
    if (keepsPlace) return;
    queue.refusedAt = this.#refusals;
    this.#refusals += 1;
  }

  #forget(queue: Queue): void {
    queue.refused = false;
    this.#refused.remove(queue);
  }

  #evict(queue: Queue): void {
    this.#release(queue.pop());
    this.#remember(queue);
    this.#evicted(queue);
  }

  #release(message: Message): void {
    this.#messages -= 1;
    this.#bytes -= message.bytes;
    assert(this.#messages >= 0 && this.#bytes >= 0, "the ring gave back what it did not have");
  }
}

/** Whether `a` loses its messages before `b` does. */
function losesBefore(a: Queue, b: Queue): boolean {
  if (a.setAside !== b.setAside) return a.setAside;
  if (a.isUndue !== b.isUndue) return a.isUndue;
  if (a.isUndue && !a.setAside && a.due !== b.due) return a.due > b.due;
  return ranksBefore(b, a);
}

/** The order in which queues deserve slots: priority, deadline (untimed last), attachment. */
function ranksBefore(a: Queue, b: Queue): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority;
  if (a.deadline !== b.deadline) return a.deadline < b.deadline;
  return a.id < b.id;
}

function servedBefore(a: Queue, b: Queue): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority;
  if (a.deadline !== b.deadline) return a.deadline < b.deadline;
  return a.refusedAt < b.refusedAt;
}

function deadlineOf(queue: Queue, due: MonotonicMs): number {
  return queue.period === undefined ? Number.POSITIVE_INFINITY : due + queue.period;
}
