import { present } from "../base/assert.ts";
import { NO_ROUND, type Queue } from "./queue.ts";

/**
 * The untimed queues of one priority that can go, taking turns in bytes: deficit round robin
 * (Shreedhar and Varghese, SIGCOMM 1995) in the form that sends while the deficit is positive and pays
 * afterwards, so that nobody needs to know the size of the next hand-over. A turn adds one quantum; as a
 * hand-over is never larger than a quantum, a debt is paid by one turn and choosing costs O(1).
 *
 *     [back … back] ─▶ first of the others ─▶ … ─▶ last     whoever is in front has the turn; when its
 *       ▲                                            │      deficit is used up it goes behind the last
 *       └────────────────────────────────────────────┘
 *
 * Everybody has one turn in a round. Whoever leaves for a moment, because its client takes each hand-over a
 * little later than it could, keeps its turn of the round, or the rest of it: it is back in time until the
 * whole of the next round has passed, and then goes before the others, also when one of them is in the
 * middle of its turn, which goes on later. So both get the same, and nobody saves up more than one turn.
 * Whoever is not back in time forfeits what it had and goes behind the last. What it owes it always keeps.
 */
export class RoundRobin {
  readonly #quantum: number;
  #first: Queue | undefined = undefined;
  /** The last of those in front that are back. */
  #lastBack: Queue | undefined = undefined;
  /** The number of the latest round in which somebody has had the turn. */
  #round = 0;

  /** @param quantum bytes a turn adds: at least the largest hand-over */
  constructor(quantum: number) {
    this.#quantum = quantum;
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** Puts a queue where it belongs; one that is in keeps its place. */
  enter(queue: Queue): void {
    if (queue.roundNext !== undefined) return;
    // Whoever shares a client's budget was kept by the others of that, and not by itself.
    if (sharesBudget(queue)) queue.round = Math.max(queue.round, this.#round - 1);
    const isInTime = queue.round + 1 >= this.#round;
    if (!isInTime) {
      queue.deficit = Math.min(queue.deficit, 0);
      queue.round = this.#round;
    }
    const first = this.#first;
    if (first === undefined) this.#enterAlone(queue);
    else if (isInTime && queue.round <= first.round) this.#enterBack(queue, first);
    else insert(queue, present(first.roundPrevious, "a round is broken"));
  }

  #enterAlone(queue: Queue): void {
    queue.roundNext = queue;
    queue.roundPrevious = queue;
    // The others of its budget come behind it, in the order in which they had their turns.
    if (sharesBudget(queue)) this.#lastBack = queue;
    this.#startTurn(queue);
  }

  #enterBack(queue: Queue, first: Queue): void {
    const before = this.#lastBack ?? present(first.roundPrevious, "a round is broken");
    insert(queue, before);
    const isInFront = this.#lastBack === undefined;
    this.#lastBack = queue;
    if (isInFront) this.#startTurn(queue);
  }

  /** Takes a queue out. */
  leave(queue: Queue): void {
    const next = queue.roundNext;
    if (next === undefined) return;
    const previous = present(queue.roundPrevious, "a round is broken");
    link(previous, next);
    queue.roundNext = undefined;
    queue.roundPrevious = undefined;
    if (queue === this.#lastBack) this.#lastBack = queue === this.#first ? undefined : previous;
    if (this.#first !== queue) return;
    this.#first = undefined;
    if (next !== queue) this.#startTurn(next);
  }

  /** Who has the turn. */
  peek(): Queue | undefined {
    return this.#first;
  }

  /** Charges a hand-over, and passes the turn on when it is used up. */
  charge(queue: Queue, bytes: number): void {
    queue.deficit -= bytes;
    if (queue !== this.#first || queue.deficit > 0) return;
    this.#startTurn(this.#endTurn(queue));
  }

  // Whoever went out of turn may owe more than a quantum and is passed over until that is paid.
  #startTurn(queue: Queue): void {
    let turn = queue;
    for (;;) {
      // Above 0 it is the rest of a turn that had begun: nothing is added to it.
      if (turn.deficit <= 0) turn.deficit += this.#quantum;
      if (turn.deficit > 0) break;
      turn = this.#endTurn(turn);
    }
    this.#first = turn;
    this.#round = Math.max(this.#round, turn.round);
  }

  /** @returns who is next */
  #endTurn(queue: Queue): Queue {
    if (queue === this.#lastBack) this.#lastBack = undefined;
    queue.round += 1;
    return present(queue.roundNext, "a round is broken");
  }
}

function sharesBudget({ account, round }: Queue): boolean {
  return account.queues !== undefined && account.queues.size > 1 && round !== NO_ROUND;
}

function insert(queue: Queue, before: Queue): void {
  const behind = present(before.roundNext, "a round is broken");
  link(before, queue);
  link(queue, behind);
}

function link(before: Queue, behind: Queue): void {
  before.roundNext = behind;
  behind.roundPrevious = before;
}
