import { Heap } from "../base/heap.ts";
import type { FrameWish } from "../library/frame.ts";
import type { FrameOutcome, Urgency } from "../playback/frames.ts";

/** One who waits for a frame. */
export type Waiter = {
  readonly urgency: Urgency;
  readonly settle: (outcome: FrameOutcome) => void;
  slot: number;
};

/** What names a frame: its entry, which a log has once for each revision; a substitute's words. */
export type FrameKey = FrameWish["entry"] | string;

/** A frame that is being made, once for all who wait for it. */
export class Job {
  readonly key: FrameKey;
  readonly wish: FrameWish;
  /** Breaks ties: the job that was asked for first goes first. */
  readonly order: number;
  /** Its place among those that wait for a worker; −1 when it has one. */
  queueSlot = -1;
  /** In the order in which they came, which is the order in which they are told. */
  readonly #waiters = new Set<Waiter>();
  readonly #byUrgency = new Heap<"slot", Waiter>("slot", (a, b) => isMoreUrgent(a.urgency, b.urgency));

  constructor(key: FrameKey, wish: FrameWish, order: number) {
    this.key = key;
    this.wish = wish;
    this.order = order;
  }

  get waiters(): number {
    return this.#waiters.size;
  }

  /** Whether it goes before another: the most urgent of its waiters counts. Both have waiters. */
  isBefore(other: Job): boolean {
    const mine = this.#byUrgency.peek()?.urgency;
    const others = other.#byUrgency.peek()?.urgency;
    if (mine === undefined || others === undefined) return this.order < other.order;
    if (isMoreUrgent(mine, others)) return true;
    return !isMoreUrgent(others, mine) && this.order < other.order;
  }

  add(waiter: Waiter): void {
    this.#waiters.add(waiter);
    this.#byUrgency.place(waiter);
  }

  /** Nobody tells this one any more. May be called twice. */
  remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    this.#byUrgency.remove(waiter);
  }

  /** One who leaves while others are told is not told. */
  tell(outcome: FrameOutcome): void {
    for (const waiter of this.#waiters) {
      this.remove(waiter);
      waiter.settle(outcome);
    }
  }
}

function isMoreUrgent(a: Urgency, b: Urgency): boolean {
  return a.priority === b.priority ? a.deadline < b.deadline : a.priority < b.priority;
}
