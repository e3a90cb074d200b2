import { present } from "../base/assert.ts";
import type { Queue } from "./queue.ts";

/**
 * The untimed queues of one priority that can go, taking turns in bytes: deficit round robin
 * (Shreedhar and Varghese, SIGCOMM 1995) in the form that sends while the deficit is positive and pays
 * afterwards, so that nobody needs to know the size of the next hand-over. A turn adds one quantum; as a
 * hand-over is never larger than a quantum, a debt is paid by one turn and choosing costs O(1).
 *
 *     first ─▶ second ─▶ … ─▶ last      the first has the turn; when its deficit is
 *       ▲                       │       used up it goes behind the last
 *       └───────────────────────┘
 */
export class RoundRobin {
  readonly #quantum: number;
  #first: Queue | undefined = undefined;

  /** @param quantum bytes a turn adds: at least the largest hand-over */
  constructor(quantum: number) {
    this.#quantum = quantum;
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** Puts a queue behind the others; one that is in keeps its place. */
  enter(queue: Queue): void {
    if (queue.roundNext !== undefined) return;
    if (this.#first === undefined) {
      queue.roundNext = queue;
      queue.roundPrevious = queue;
      this.#startTurn(queue);
      return;
    }
    const last = present(this.#first.roundPrevious, "a round is broken");
    link(last, queue);
    link(queue, this.#first);
  }

  /** Takes a queue out. What it had left of its turn is forfeited, what it owes is not. */
  leave(queue: Queue): void {
    const next = queue.roundNext;
    if (next === undefined) return;
    link(present(queue.roundPrevious, "a round is broken"), next);
    queue.roundNext = undefined;
    queue.roundPrevious = undefined;
    queue.deficit = Math.min(queue.deficit, 0);
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
    this.#startTurn(present(queue.roundNext, "a round is broken"));
  }

  // Whoever went out of turn may owe more than a quantum and is passed over until that is paid.
  #startTurn(queue: Queue): void {
    let turn = queue;
    turn.deficit += this.#quantum;
    while (turn.deficit <= 0) {
      turn = present(turn.roundNext, "a round is broken");
      turn.deficit += this.#quantum;
    }
    this.#first = turn;
  }
}

function link(before: Queue, behind: Queue): void {
  before.roundNext = behind;
  behind.roundPrevious = before;
}
