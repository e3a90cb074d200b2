import { Heap } from "../base/heap.ts";
import type { MonotonicMs, Priority } from "../base/units.ts";
import { earliest } from "./alarm.ts";
import { ALWAYS, type Gate } from "./gate.ts";
import type { Message } from "./message.ts";
import type { Precedence } from "./precedence.ts";
import type { Queue } from "./queue.ts";
import type { Ranks } from "./ranks.ts";
import type { Ring } from "./ring.ts";

/** What decides from when on somebody can go. */
export type HoldFacts = {
  readonly gate: Gate;
  readonly ranks: Ranks;
  readonly ring: Ring;
  readonly precedence: Precedence;
};

/**
 * Who has to wait for a time: a queue for its due or for its client's bucket, a whole priority for its own
 * bucket, which is asked for whoever is first in it.
 */
export class Holds {
  readonly #facts: HoldFacts;
  readonly #held = new Heap<"heldSlot", Queue>("heldSlot", wakesBefore);

  constructor(facts: HoldFacts) {
    this.#facts = facts;
  }

  /** The earliest time at which somebody can go who cannot now. */
  get next(): MonotonicMs | undefined {
    return earliest(this.#held.peek()?.opens, this.#facts.ranks.nextOpen?.shutUntil);
  }

  /** Works out from when on the queue can go. @returns whether it lacks tokens of its own then */
  look(queue: Queue, now: MonotonicMs): boolean {
    const { gate } = this.#facts;
    const due = queue.period !== undefined && queue.started === undefined ? queue.due : ALWAYS;
    const tokensAt = gate.hasOwnLimits ? gate.clientReadyAt(queue, gate.need(queue)) : ALWAYS;
    const lacksTokens = tokensAt > due;
    queue.opens = lacksTokens ? tokensAt : due;
    queue.isHeld = queue.opens > now;
    return lacksTokens && queue.isHeld;
  }

  /** The queue's facts have changed: it is woken when its time comes, if it waits for one. */
  place(queue: Queue): void {
    if (queue.isHeld && !queue.setAside && (queue.hasWork || queue.refused)) this.#held.place(queue);
    else if (queue.heldSlot >= 0) this.#held.remove(queue);
  }

  remove(queue: Queue): void {
    this.#held.remove(queue);
  }

  /** From when on an offer can go: its due, and what its own limits say. */
  opensForOffer(queue: Queue, message: Message, due: MonotonicMs): MonotonicMs {
    const { gate, ranks } = this.#facts;
    if (!gate.hasOwnLimits) return due;
    const need = gate.needOf(message.bytes);
    let opens = due;
    if (!queue.hasWork) opens = later(opens, gate.clientReadyAt(queue, need));
    else if (queue.isHeld) opens = later(opens, queue.opens);
    const bucket = gate.bucketOf(queue.priority);
    if (bucket === undefined) return opens;
    // It may come to be the first of its priority, or wait for the one that is.
    const first = ranks.head(queue.priority);
    return later(opens, bucket.readyAt(first === undefined ? need : Math.max(need, gate.need(first))));
  }

  /**
   * Works out whether the priority's own bucket has what is needed by whoever is first in it, to go or to
   * have room. @returns whether the priority has ceased to be shut: others in it may need less
   */
  weigh(priority: Priority, now: MonotonicMs): boolean {
    const { gate, ranks, ring, precedence } = this.#facts;
    if (!gate.hasOwnLimits) return false;
    const bucket = gate.bucketOf(priority);
    if (bucket === undefined) return false;
    const first = ranks.head(priority) ?? ring.firstRefused(priority);
    const until = first && bucket.readyAt(gate.need(first));
    const wasShut = ranks.set.has(priority);
    const isShut = until !== undefined && until > now;
    if (!wasShut && !isShut) return false;
    ranks.shut(priority, isShut ? until : undefined);
    precedence.shut(priority, isShut, now);
    return !isShut;
  }

  /** Those whose time has come are let go: `place` puts a queue to where it belongs. */
  wake(now: MonotonicMs, place: (queue: Queue) => void): void {
    for (;;) {
      const queue = this.#held.peek();
      if (queue === undefined || queue.opens > now) break;
      this.#held.remove(queue);
      place(queue);
    }
    for (;;) {
      const rank = this.#facts.ranks.nextOpen;
      if (rank === undefined || rank.shutUntil > now) return;
      this.weigh(rank.priority, now);
    }
  }
}

/** Of those that wait for the same tokens, whoever went longest ago is let in first. */
function wakesBefore(a: Queue, b: Queue): boolean {
  if (a.opens !== b.opens) return a.opens < b.opens;
  return a.progressAt === b.progressAt ? a.id < b.id : a.progressAt < b.progressAt;
}

function later(a: MonotonicMs, b: MonotonicMs): MonotonicMs {
  return a > b ? a : b;
}
