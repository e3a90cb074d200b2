import { Bytes, after, type MonotonicMs, Ms } from "../base/units.ts";
import type { Queue } from "./queue.ts";

/**
 * A client that took a hand-over this recently is slow, not stuck: it is not closed to make room. Progress is
 * seen when all of a hand-over has been taken: a slice of 256 KiB in five seconds is 0.4 Mbit/s.
 */
const PATIENCE = Ms(5000);

/** The messages under way: from the moment one starts until its last write has completed. */
export class InFlight {
  readonly #bound: Bytes;
  #bytes = 0;
  // Whoever has bytes under way, longest without progress first.
  readonly #queues = new Set<Queue>();

  constructor(bound: Bytes) {
    this.#bound = bound;
  }

  get bytes(): Bytes {
    return Bytes(this.#bytes);
  }

  /** Whose messages are under way, longest without progress first. */
  get queues(): Iterable<Queue> {
    return this.#queues;
  }

  /** Whether `bytes` more may start. A message larger than the bound goes alone. */
  hasRoom(bytes: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= this.#bound;
  }

  /** The queue's client took something: of what it was given, `bytes` are still under way. */
  progress(queue: Queue, bytes: number, now: MonotonicMs): void {
    queue.progressAt = now;
    if (bytes === 0 && queue.inFlight === 0) return;
    this.#bytes += bytes - queue.inFlight;
    queue.inFlight = Bytes(bytes);
    this.#queues.delete(queue);
    if (bytes > 0) this.#queues.add(queue);
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

  // Whoever is not set aside waits for the dispatcher, not for its client: it is not to blame.
  #longest(): Queue | undefined {
    for (const queue of this.#queues) if (queue.setAside) return queue;
    return undefined;
  }
}
