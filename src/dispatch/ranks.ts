import { Heap } from "../base/heap.ts";
import type { Priority } from "../base/units.ts";
import type { Queue } from "./queue.ts";
import { RoundRobin } from "./roundRobin.ts";

/** Those of one priority that can go: timed ones by deadline, and untimed ones that take turns. */
type Rank = { readonly timed: Heap<"deadlineSlot", Queue>; readonly untimed: RoundRobin };

const earlierDeadline = (a: Queue, b: Queue): boolean =>
  a.deadline < b.deadline || (a.deadline === b.deadline && a.id < b.id);

const PRIORITIES = 256;
const WORD = 32;

/**
 * The queues that can go right now, and which of them goes next under the policy `strict`: the best
 * priority; inside it timed before untimed, timed by deadline, untimed in turns. Choosing and changing
 * cost O(log n) at most.
 */
export class Ranks {
  readonly #quantum: number;
  readonly #ranks: (Rank | undefined)[] = Array.from<Rank | undefined>({ length: PRIORITIES });
  // One bit for each priority that has somebody, so that the best is found in eight steps at most.
  readonly #live = new Uint32Array(PRIORITIES / WORD);

  /** @param quantum bytes an untimed queue may send in a turn */
  constructor(quantum: number) {
    this.#quantum = quantum;
  }

  /** The queue can go: puts it in, or moves it to where its deadline now belongs. */
  enter(queue: Queue): void {
    const rank = this.#rank(queue.priority);
    if (queue.period === undefined) rank.untimed.enter(queue);
    else rank.timed.place(queue);
    this.#setLive(queue.priority, true);
  }

  /** The queue cannot go. */
  leave(queue: Queue): void {
    const rank = this.#ranks[queue.priority];
    if (rank === undefined) return;
    rank.timed.remove(queue);
    rank.untimed.leave(queue);
    this.#setLive(queue.priority, rank.timed.size > 0 || !rank.untimed.isEmpty);
  }

  /** Who goes next. */
  best(): Queue | undefined {
    for (let word = 0; word < this.#live.length; word += 1) {
      const bits = this.#live[word] ?? 0;
      if (bits === 0) continue;
      const lowest = WORD - 1 - Math.clz32(bits & -bits);
      const rank = this.#ranks[word * WORD + lowest];
      return rank?.timed.peek() ?? rank?.untimed.peek();
    }
    return undefined;
  }

  /** Charges what was handed over, where turns are counted in bytes. */
  charge(queue: Queue, bytes: number): void {
    if (queue.roundNext !== undefined) this.#rank(queue.priority).untimed.charge(queue, bytes);
  }

  #rank(priority: Priority): Rank {
    const rank = this.#ranks[priority] ?? {
      timed: new Heap<"deadlineSlot", Queue>("deadlineSlot", earlierDeadline),
      untimed: new RoundRobin(this.#quantum),
    };
    this.#ranks[priority] = rank;
    return rank;
  }

  #setLive(priority: Priority, isLive: boolean): void {
    const word = priority >>> 5;
    const bit = 1 << (priority & (WORD - 1));
    const bits = this.#live[word] ?? 0;
    this.#live[word] = isLive ? bits | bit : bits & ~bit;
  }
}
