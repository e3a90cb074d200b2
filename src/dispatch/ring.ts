import { assert } from "../base/assert.ts";
import { Bytes, type MonotonicMs, type Priority } from "../base/units.ts";
import { Holders } from "./holders.ts";
import type { Message } from "./message.ts";
import { PriorityHeaps } from "./priorityHeaps.ts";
import { PRIORITIES, PrioritySet } from "./prioritySet.ts";
import type { Queue } from "./queue.ts";
import type { ShutPriorities } from "./ranks.ts";

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

/** How much a queue has: of equals that were refused, whoever has less is served first. */
const [NOTHING, SOMETHING, ENOUGH] = [0, 1, 2];

/** What an offer is measured by: `opens` is when it can go, as its due and own limits say. */
type Offer = { readonly queue: Queue; readonly due: MonotonicMs; readonly opens: MonotonicMs };

/** What a ring asks of its owner. */
export type RingOwner = {
  readonly now: () => MonotonicMs;
  readonly shut: ShutPriorities;
  /** What a playback may send in its turn: with as much it needs nothing more for now. */
  readonly turnBytes: number;
  /** Priorities with a floor: each may always have one message here that can go. */
  readonly floors: readonly Priority[];
  /** A queue has lost its last waiting message. */
  readonly evicted: (queue: Queue) => void;
};

/**
 * The messages that wait. When it is full, a better offer takes the place of a message that cannot go
 * or would go later: first those of set-aside clients, then those that are not due or lack tokens of their
 * own, then the worst ranked, but for the only message of a priority with a floor. The evicted go back to
 * their playback and keep their number.
 */
export class Ring {
  readonly limits: RingLimits;
  readonly #floored = new PrioritySet();
  /** Messages by priority. */
  readonly #counts = new Uint32Array(PRIORITIES);
  #messages = 0;
  #bytes = 0;
  readonly #owner: RingOwner;
  readonly #holders: Holders;
  readonly #refused = new PriorityHeaps<"refusedSlot", Queue>("refusedSlot", (a, b) =>
    this.#servedBefore(a, b),
  );
  #refusals = 0;
  /** Who is being asked because it was refused, and whether it has got room since. */
  #served: Queue | undefined;
  #hasServed = false;
  /** Whether a priority has changed. */
  #hasMoved = false;

  constructor(limits: RingLimits, owner: RingOwner) {
    assert(limits.slots >= 1 && limits.windowMessages >= 1, "a ring without slots");
    this.limits = limits;
    this.#owner = owner;
    this.#holders = new Holders(owner.shut, (priority) => this.#keepsLast(priority));
    for (const priority of owner.floors) this.#floored.set(priority, true);
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
    if (this.#standsBehind(offer)) return this.#refuse(message, offer);
    while (!this.#hasRoom(message.bytes)) {
      const loser = this.#holders.first();
      if (loser === undefined || loser === queue || !this.#givesWay(loser, offer))
        return this.#refuse(message, offer);
      this.#evict(loser);
    }
    this.#count(queue, message, 1);
    queue.push(message);
    this.#forget(queue);
    if (queue === this.#served) this.#hasServed = true;
    return true;
  }

  /** The queue's first message starts: its slot is free. */
  start(queue: Queue): Message {
    const message = queue.shift();
    this.#count(queue, message, -1);
    return message;
  }

  /** Drops all that the queue has waiting, and the memory of a refusal. */
  clear(queue: Queue): void {
    while (queue.waiting.length > 0) this.#count(queue, queue.pop(), -1);
    this.#holders.remove(queue);
    this.#forget(queue);
  }

  /** The queue is about to have another priority. `rank` follows when it has it. */
  move(queue: Queue, priority: Priority): void {
    this.#holders.remove(queue);
    this.#refused.remove(queue);
    this.#hasMoved = true;
    // What it is asked for now, it was asked for in its old priority.
    if (queue === this.#served) this.#served = undefined;
    const { length } = queue.waiting;
    this.#counts[queue.priority] = (this.#counts[queue.priority] ?? 0) - length;
    this.#counts[priority] = (this.#counts[priority] ?? 0) + length;
  }

  /** What the queue has waiting, or its standing, has changed: moves it to where it now belongs. */
  rank(queue: Queue): void {
    if (queue.waiting.length > 0) this.#holders.place(queue);
    else if (queue.holderPlace !== undefined) this.#holders.remove(queue);
    // A set-aside client has no use for a slot: it is asked again when it drains. One that cannot go yet is
    // asked again when it can: among the others it would stand in front, and take nothing.
    if (queue.refused && !queue.setAside && !queue.isHeld) this.#refused.place(queue);
    else if (queue.refusedSlot >= 0) this.#refused.remove(queue);
  }

  /** Who of a priority deserves room first among those that were refused. */
  firstRefused(priority: Priority): Queue | undefined {
    return this.#refused.peek(priority);
  }

  /**
   * Asks those who were refused, the one who deserves it most first, as long as there is room or somebody
   * gives way. Who has waited for room keeps its place until it has had some: a large message is not passed
   * over by small ones for ever.
   */
  serveRefused(): void {
    for (let next = this.#nextRefused(); next !== undefined; next = this.#nextRefused()) {
      this.#hasMoved = false;
      // While it was asked, somebody may have been given another priority, and be in front now.
      if (!this.#serve(next) && !this.#hasMoved) return;
    }
  }

  /** The same, as long as the first has not enough for a turn. */
  serveNeedy(): void {
    for (let next = this.#nextRefused(); next !== undefined; next = this.#nextRefused()) {
      if (this.#supplyOf(next) === ENOUGH || !this.#serve(next)) return;
    }
  }

  /** @returns whether somebody else may be served */
  #serve(queue: Queue): boolean {
    if (!this.#hasRoomFor(queue)) return false;
    this.#forget(queue);
    this.#served = queue;
    this.#hasServed = false;
    queue.source.drain();
    this.#served = undefined;
    // Refused again, it is still the one who deserves the next room.
    return queue.refusedSlot < 0;
  }

  /** Who deserves room first; those of a priority that lacks tokens are asked when it has them. */
  #nextRefused(): Queue | undefined {
    const { live } = this.#refused;
    if (live.isEmpty) return undefined;
    const { floors, shut } = this.#owner;
    const { set } = shut;
    for (const floor of floors)
      if (live.has(floor) && this.#lacksFirst(floor) && !set.has(floor)) return this.#refused.peek(floor);
    let priority = live.best();
    while (priority !== undefined && set.has(priority)) priority = live.after(priority);
    return priority === undefined ? undefined : this.#refused.peek(priority);
  }

  /** Whether the offer waits for one that was refused before and is no worse: room is given in turns. */
  #standsBehind({ queue, due, opens }: Offer): boolean {
    const ahead = this.#nextRefused();
    if (ahead === undefined || ahead === queue || queue === this.#served) return false;
    if (queue.setAside || opens > this.#owner.now()) return true;
    if (this.#lacksFirst(queue.priority) && queue.priority !== ahead.priority) return false;
    if (queue.priority !== ahead.priority) return queue.priority > ahead.priority;
    const deadline = deadlineOf(queue, due);
    if (deadline !== ahead.deadline) return deadline > ahead.deadline;
    return this.#supplyOf(queue) >= this.#supplyOf(ahead);
  }

  /** Whether the priority has a floor and nothing here: the floor would be of no use to it. */
  #lacksFirst(priority: Priority): boolean {
    return this.#floored.has(priority) && this.#counts[priority] === 0;
  }

  #keepsLast(priority: Priority): boolean {
    return this.#floored.has(priority) && this.#counts[priority] === 1;
  }

  #hasRoomFor(queue: Queue): boolean {
    if (this.#hasRoom(1)) return true;
    const loser = this.#holders.first();
    if (loser === undefined || loser === queue) return false;
    return this.#givesWay(loser, { queue, due: queue.due, opens: queue.opens });
  }

  #hasRoom(bytes: number): boolean {
    if (this.#messages === 0) return true;
    return this.#messages < this.limits.slots && this.#bytes + bytes <= this.limits.bytes;
  }

  /** Whether a message of `loser` gives its slot to the offer. */
  #givesWay(loser: Queue, { queue, due, opens }: Offer): boolean {
    if (queue.setAside) return false;
    if (loser.setAside) return true;
    const now = this.#owner.now();
    const canGo = opens <= now;
    const loserOpens = this.#holders.opensAt(loser);
    if (loser.isHeld || loserOpens > now) return canGo || opens < loserOpens;
    if (!canGo) return false;
    if (this.#lacksFirst(queue.priority)) return true;
    if (queue.priority !== loser.priority) return queue.priority < loser.priority;
    const deadline = deadlineOf(queue, due);
    return deadline < loser.deadline || (deadline === loser.deadline && this.#canShare(loser, queue));
  }

  /** Among equals only whoever has more than it needs gives way, and only to one that has nothing. */
  #canShare(loser: Queue, queue: Queue): boolean {
    if (queue.hasWork) return false;
    return bytesOf(loser) - (loser.waiting.at(-1)?.bytes ?? 0) >= this.#owner.turnBytes;
  }

  /** The order among refused queues of one priority: deadline, what they have to send, refusal. */
  #servedBefore(a: Queue, b: Queue): boolean {
    if (a.deadline !== b.deadline) return a.deadline < b.deadline;
    const difference = this.#supplyOf(a) - this.#supplyOf(b);
    return difference === 0 ? a.refusedAt < b.refusedAt : difference < 0;
  }

  /** What the queue has to send: nothing, something, or enough for a turn. */
  #supplyOf(queue: Queue): number {
    if (!queue.hasWork) return NOTHING;
    return bytesOf(queue) >= this.#owner.turnBytes ? ENOUGH : SOMETHING;
  }

  #refuse(message: Message, { queue, due }: Offer): false {
    if (!queue.hasWork) queue.due = due;
    queue.refusedBytes = message.bytes;
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
    if (queue.refusedSlot >= 0) this.#refused.remove(queue);
  }

  #evict(queue: Queue): void {
    const message = queue.pop();
    queue.refusedBytes = message.bytes;
    this.#count(queue, message, -1);
    this.#remember(queue);
    this.#owner.evicted(queue);
  }

  #count({ priority }: Queue, { bytes }: Message, messages: 1 | -1): void {
    this.#messages += messages;
    this.#bytes += messages * bytes;
    this.#counts[priority] = (this.#counts[priority] ?? 0) + messages;
    assert(this.#messages >= 0 && this.#bytes >= 0, "the ring gave back what it did not have");
  }
}

/** What the queue has to send. */
function bytesOf(queue: Queue): number {
  return queue.waitingBytes + (queue.started?.left ?? 0);
}

function deadlineOf(queue: Queue, due: MonotonicMs): number {
  return queue.period === undefined ? Number.POSITIVE_INFINITY : due + queue.period;
}
