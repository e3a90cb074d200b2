import { Bytes, after, type MonotonicMs, Ms, type Priority } from "../base/units.ts";
import { PRIORITIES } from "./prioritySet.ts";
import type { Queue } from "./queue.ts";

/**
 * A client that took a hand-over this recently is slow, not stuck: it is not closed to make room. Progress is
 * seen when all of a hand-over has been taken: a slice of 256 KiB in five seconds is 0.4 Mbit/s.
 */
const PATIENCE = Ms(5000);

/** Of the room that worse ones leave it, a priority leaves one part in so many to better ones. */
const PARTS = 4;

/**
 * The messages under way: from the moment one starts until its last write has completed.
 *
 *     0 ├── those of 5: ¾ of all ──┼ of 3: ¾ of the rest ┼ … ┤ bound     whoever fills it, for whoever is
 *                                                                        better there is room
 */
export class InFlight {
  readonly #bound: Bytes;
  /** What is under way by priority. */
  readonly #byPriority = new Float64Array(PRIORITIES);
  #bytes = 0;
  // Whoever has bytes under way, longest without progress first: linked by the queues themselves, as each
  // hand-over moves one.
  #first: Queue | undefined;
  #last: Queue | undefined;

  constructor(bound: Bytes) {
    this.#bound = bound;
  }

  get bytes(): Bytes {
    return Bytes(this.#bytes);
  }

  /** Whose messages are under way, longest without progress first. */
  *queues(): Generator<Queue> {
    for (let queue = this.#first; queue !== undefined; queue = queue.flightNext) yield queue;
  }

  /**
   * Whether `bytes` more of the priority may start. A message that is larger than there is ever room for goes
   * alone.
   */
  hasRoom(bytes: number, priority: Priority): boolean {
    if (this.#bytes === 0) return true;
    const left = this.#bound - this.#bytes - bytes;
    // Rarely more than the first comparison.
    return left * PARTS >= this.#bound || left * PARTS >= this.#bound - this.#worse(priority);
  }

  /** The queue is about to have another priority. */
  move(queue: Queue, priority: Priority): void {
    if (queue.inFlight === 0) return;
    this.#add(queue.priority, 0 - queue.inFlight);
    this.#add(priority, queue.inFlight);
  }

  /** The queue's client took something: of what it was given, `bytes` are still under way. */
  progress(queue: Queue, bytes: number, now: MonotonicMs): void {
    queue.progressAt = now;
    if (bytes === 0 && queue.inFlight === 0) return;
    this.#bytes += bytes - queue.inFlight;
    this.#add(queue.priority, bytes - queue.inFlight);
    queue.inFlight = Bytes(bytes);
    this.#leave(queue);
    if (bytes > 0) this.#enter(queue);
  }

  /** Whose connection has to make room: the one longest without progress, once its patience is over. */
  stuck(now: MonotonicMs): Queue | undefined {
    const queue = this.#longest();
    return queue !== undefined && now >= after(queue.progressAt, PATIENCE) ? queue : undefined;
  }

  /** When somebody will count as stuck, if nothing moves until then. */
  nextStuckAt(): MonotonicMs | undefined {
    const queue = this.#longest();
    return queue === undefined ? undefined : after(queue.progressAt, PATIENCE);
  }

  #enter(queue: Queue): void {
    const last = this.#last;
    queue.flightPrevious = last;
    if (last === undefined) this.#first = queue;
    else last.flightNext = queue;
    this.#last = queue;
  }

  #leave(queue: Queue): void {
    const { flightPrevious: previous, flightNext: next } = queue;
    if (this.#first === queue) this.#first = next;
    else if (previous !== undefined) previous.flightNext = next;
    if (this.#last === queue) this.#last = previous;
    else if (next !== undefined) next.flightPrevious = previous;
    queue.flightPrevious = undefined;
    queue.flightNext = undefined;
  }

  #add(priority: Priority, bytes: number): void {
    this.#byPriority[priority] = (this.#byPriority[priority] ?? 0) + bytes;
  }

  #worse(priority: Priority): number {
    let bytes = 0;
    for (let worse = priority + 1; worse < PRIORITIES; worse += 1) bytes += this.#byPriority[worse] ?? 0;
    return bytes;
  }

  // Whoever is not set aside waits for the dispatcher, not for its client: it is not to blame.
  #longest(): Queue | undefined {
    let queue = this.#first;
    while (queue !== undefined && !queue.setAside) queue = queue.flightNext;
    return queue;
  }
}
