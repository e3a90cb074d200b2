import { Heap } from "../base/heap.ts";
import type { Priority } from "../base/units.ts";
import type { Floors as Shares } from "./egress.ts";

/** What is known of one priority with a floor. Time is counted in bytes of all that was handed over. */
class Floor {
  readonly priority: Priority;
  readonly share: number;
  /** From when on the floor puts its next hand-over before the strict order. */
  release = 0;
  isAble = false;
  laterSlot = -1;
  entitledSlot = -1;

  constructor(priority: Priority, share: number) {
    this.priority = priority;
    this.share = share;
  }
}

/**
 * The policy `weighted`: which priority goes before the strict order because its floor says so. Earliest
 * deadline first without preemption (Jeffay, Stanat and Martel, RTSS 1991), in a time that is counted in
 * bytes: T, all that was handed over. A priority with share φ has a release r; from r ≤ T on it is entitled,
 * with the deadline r + L/φ, and the earliest deadline among the entitled that can go is chosen.
 *
 * A hand-over of b bytes puts r off by b/φ. What it got by the strict order counts as well, but puts r at
 * most to T + L/φ: bytes that were free are no debt. When it becomes able to go again r is at least T:
 * nobody saves up while away.
 *
 * As releases are b/φ apart and the shares are together at most 1, every hand-over that is entitled has
 * been made when T is r + L/φ + L: the last L is the hand-over that cannot be taken back. r ≤ T + L/φ after
 * each hand-over, so between two of a priority that can always go there are less than 2L/φ + L bytes of
 * others; and while it gets B bytes, less than (B + 2L)/φ + L.
 */
export class Floors {
  readonly #largest: number;
  readonly #floors: ReadonlyMap<Priority, Floor>;
  readonly #later = new Heap<"laterSlot", Floor>("laterSlot", (a, b) => a.release < b.release);
  readonly #entitled = new Heap<"entitledSlot", Floor>("entitledSlot", (a, b) => this.#isSooner(a, b));
  /** T. */
  #total = 0;

  /** @param largest L, the largest hand-over */
  constructor(shares: Shares, largest: number) {
    this.#largest = largest;
    this.#floors = new Map([...shares].map(([priority, share]) => [priority, new Floor(priority, share)]));
  }

  /** Whether the priority has somebody that can go has changed, or may have. */
  able(priority: Priority, isAble: boolean): void {
    const floor = this.#floors.get(priority);
    if (floor === undefined || floor.isAble === isAble) return;
    floor.isAble = isAble;
    if (isAble) {
      floor.release = Math.max(floor.release, this.#total);
      this.#later.place(floor);
    } else {
      this.#later.remove(floor);
      this.#entitled.remove(floor);
    }
  }

  /** The priority whose floor goes before the strict order now. */
  choose(): Priority | undefined {
    for (;;) {
      const next = this.#later.peek();
      if (next === undefined || next.release > this.#total) break;
      this.#later.remove(next);
      this.#entitled.place(next);
    }
    return this.#entitled.peek()?.priority;
  }

  /** A hand-over was made, by a floor or not. */
  charge(priority: Priority, bytes: number): void {
    const before = this.#total;
    this.#total += bytes;
    const floor = this.#floors.get(priority);
    if (floor === undefined) return;
    const next = floor.release + bytes / floor.share;
    // Entitled, it stays below the other bound by itself.
    floor.release = Math.min(next, before + this.#largest / floor.share);
    if (!floor.isAble) return;
    this.#entitled.remove(floor);
    this.#later.place(floor);
  }

  #isSooner(a: Floor, b: Floor): boolean {
    const difference = a.release + this.#largest / a.share - (b.release + this.#largest / b.share);
    return difference < 0 || (difference === 0 && a.priority < b.priority);
  }
}
