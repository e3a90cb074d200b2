import { Heap } from "../base/heap.ts";
import type { MonotonicMs, Priority } from "../base/units.ts";
import { PriorityHeaps } from "./priorityHeaps.ts";
import type { Queue } from "./queue.ts";
import type { ShutPriorities } from "./ranks.ts";

/**
 * Whoever has messages in the ring, and who of them loses one first: set-aside clients, then those that
 * cannot go yet (the latest first), then the worst ranked.
 */
export class Holders {
  readonly #aside = new Heap<"holderSlot", Queue>("holderSlot", (a, b) => ranksBefore(b, a));
  readonly #held = new Heap<"holderSlot", Queue>("holderSlot", (a, b) =>
    a.opens === b.opens ? ranksBefore(b, a) : a.opens > b.opens,
  );
  readonly #ranked = new PriorityHeaps<"holderSlot", Queue>("holderSlot", (a, b) => ranksBefore(b, a));
  readonly #shut: ShutPriorities;
  readonly #keepsLast: (priority: Priority) => boolean;

  /** @param keepsLast whether what a priority has must be left to it, as long as it can go */
  constructor(shut: ShutPriorities, keepsLast: (priority: Priority) => boolean) {
    this.#shut = shut;
    this.#keepsLast = keepsLast;
  }

  /** Puts a queue in, or moves it to where it now belongs. */
  place(queue: Queue): void {
    const place = queue.setAside ? "aside" : queue.isHeld ? "held" : "ranked";
    // The rank of an untimed queue that can go never changes.
    if (place === "ranked" && queue.holderPlace === place && queue.period === undefined) return;
    if (queue.holderPlace !== undefined && queue.holderPlace !== place) this.remove(queue);
    queue.holderPlace = place;
    if (place === "ranked") this.#ranked.place(queue);
    else (place === "held" ? this.#held : this.#aside).place(queue);
  }

  remove(queue: Queue): void {
    if (queue.holderPlace === "ranked") this.#ranked.remove(queue);
    else (queue.holderPlace === "held" ? this.#held : this.#aside).remove(queue);
    queue.holderPlace = undefined;
  }

  /** Who loses a message first. */
  first(): Queue | undefined {
    return this.#aside.peek() ?? this.#latest() ?? this.#worst();
  }

  /** When the queue can go, as far as dues and own limits tell. */
  opensAt(queue: Queue): MonotonicMs {
    const shut = this.#shut.until(queue.priority);
    return queue.isHeld && queue.opens > shut ? queue.opens : shut;
  }

  #latest(): Queue | undefined {
    let latest = this.#held.peek();
    let opens = latest?.opens;
    for (let priority = this.#shut.set.best(); priority !== undefined;) {
      const until = this.#shut.until(priority);
      const queue = this.#ranked.peek(priority);
      if (queue !== undefined && (opens === undefined || until > opens)) {
        latest = queue;
        opens = until;
      }
      priority = this.#shut.set.after(priority);
    }
    return latest;
  }

  #worst(): Queue | undefined {
    const { live } = this.#ranked;
    let priority = live.worst();
    while (priority !== undefined && this.#keepsLast(priority)) priority = live.before(priority);
    return priority === undefined ? undefined : this.#ranked.peek(priority);
  }
}

/** The order in which queues deserve slots: priority, deadline (untimed last), attachment. */
function ranksBefore(a: Queue, b: Queue): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority;
  if (a.deadline !== b.deadline) return a.deadline < b.deadline;
  return a.id < b.id;
}
