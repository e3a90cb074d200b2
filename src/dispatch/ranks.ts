import { Heap } from "../base/heap.ts";
import type { MonotonicMs, Priority } from "../base/units.ts";
import type { Floors } from "./floors.ts";
import { ALWAYS } from "./gate.ts";
import { PRIORITIES, PrioritySet } from "./prioritySet.ts";
import type { Queue } from "./queue.ts";
import { RoundRobin } from "./roundRobin.ts";

/** Those of one priority that can go: timed ones by deadline, and untimed ones that take turns. */
class Rank {
  readonly priority: Priority;
  readonly timed = new Heap<"deadlineSlot", Queue>("deadlineSlot", earlierDeadline);
  readonly untimed: RoundRobin;
  /** Until when its own limit keeps it from going. */
  shutUntil: MonotonicMs = ALWAYS;
  shutSlot = -1;

  constructor(priority: Priority, quantum: number) {
    this.priority = priority;
    this.untimed = new RoundRobin(quantum);
  }

  get head(): Queue | undefined {
    return this.timed.peek() ?? this.untimed.peek();
  }
}

/**
 * The priorities that are passed over because their own limit has too few bytes for whoever is first there.
 */
export interface ShutPriorities {
  readonly set: PrioritySet;
  /** Until when; a time that is over for one that is not shut. */
  until(priority: Priority): MonotonicMs;
}

/**
 * The queues that can go right now, and which of them goes next: what a floor demands, then the best
 * priority; inside it timed before untimed, timed by deadline, untimed in turns. Choosing and changing cost
 * O(log n) at most.
 */
export class Ranks implements ShutPriorities {
  readonly set = new PrioritySet();
  readonly #quantum: number;
  readonly #floors: Floors | undefined;
  readonly #ranks: (Rank | undefined)[] = Array.from<Rank | undefined>({ length: PRIORITIES });
  /** The priorities that have somebody and are not shut. */
  readonly #open = new PrioritySet();
  readonly #shut = new Heap<"shutSlot", Rank>("shutSlot", (a, b) => a.shutUntil < b.shutUntil);

  /**
   * @param quantum bytes an untimed queue may send in a turn @param floors none: the policy is `strict`
   */
  constructor(quantum: number, floors?: Floors) {
    this.#quantum = quantum;
    this.#floors = floors;
  }

  /** The queue can go: puts it in, or moves it to where its deadline now belongs. */
  enter(queue: Queue): void {
    const rank = this.#rank(queue.priority);
    if (queue.period === undefined) rank.untimed.enter(queue);
    else rank.timed.place(queue);
    this.#settle(rank);
  }

  /** The queue cannot go. */
  leave(queue: Queue): void {
    const rank = this.#ranks[queue.priority];
    if (rank === undefined) return;
    rank.timed.remove(queue);
    rank.untimed.leave(queue);
    this.#settle(rank);
  }

  /** Who goes next. */
  best(): Queue | undefined {
    const priority = this.#floors?.choose() ?? this.#open.best();
    return priority === undefined ? undefined : this.#ranks[priority]?.head;
  }

  /** Who would go next if there were no floors. */
  first(): Queue | undefined {
    const priority = this.#open.best();
    return priority === undefined ? undefined : this.#ranks[priority]?.head;
  }

  /** Who is first in a priority, shut or not. */
  head(priority: Priority): Queue | undefined {
    return this.#ranks[priority]?.head;
  }

  /** Charges what was handed over, where turns and shares are counted in bytes. */
  charge(queue: Queue, bytes: number): void {
    this.#floors?.charge(queue.priority, bytes);
    if (queue.roundNext !== undefined) this.#rank(queue.priority).untimed.charge(queue, bytes);
  }

  /** The priority is passed over until then; undefined: it is not. */
  shut(priority: Priority, until: MonotonicMs | undefined): void {
    const rank = this.#rank(priority);
    rank.shutUntil = until ?? ALWAYS;
    if (until === undefined) this.#shut.remove(rank);
    else this.#shut.place(rank);
    this.set.set(priority, until !== undefined);
    this.#settle(rank);
  }

  until(priority: Priority): MonotonicMs {
    return this.#ranks[priority]?.shutUntil ?? ALWAYS;
  }

  /** The priority that is the first to open again. */
  get nextOpen(): { readonly priority: Priority; readonly shutUntil: MonotonicMs } | undefined {
    return this.#shut.peek();
  }

  #rank(priority: Priority): Rank {
    const rank = this.#ranks[priority] ?? new Rank(priority, this.#quantum);
    this.#ranks[priority] = rank;
    return rank;
  }

  #settle(rank: Rank): void {
    const isOpen = rank.shutSlot < 0 && (rank.timed.size > 0 || !rank.untimed.isEmpty);
    this.#open.set(rank.priority, isOpen);
    this.#floors?.able(rank.priority, isOpen);
  }
}

function earlierDeadline(a: Queue, b: Queue): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.id < b.id);
}
