import type { Ms } from "../base/units.ts";
import { Latency } from "./latency.ts";

/** A frame that was aimed at may leave as late as this many times what those before it were late by. */
const GRACE = 2;

/**
 * Lets a playback of a busy server have a lower rate, and never nothing. When what was aimed at has to wait
 * for more than a period, for room, tokens or a turn of a busy machine, it is late as well; were it skipped,
 * nothing would ever leave.
 *
 *     due   │ skip: aims at the newest         turn: late again, but within its grace
 *     ──────┴──────────●───────────────────────────●──────────▶
 *                      └─ as long as it lately took, twice at most ─┘
 *
 * So the frame that a skip has aimed at may leave late, and as long as messages leave late, those after it
 * as well. How late is bounded by what is usual for those: a frame from before a long stop is
 * not shown after it. What is usual is learned at every turn, so that no two turns in a row are in vain
 * unless the wait doubles from one to the next.
 */
export class Grace {
  readonly #usual = new Latency();
  #isAimed = false;
  #isFirst = false;

  /** Whether the playback is behind: the next message is one that was aimed at. */
  get isAimed(): boolean {
    return this.#isAimed;
  }

  /** What waited was late: the next message, which takes its place, is the newest that could be had. */
  aim(): void {
    this.#isAimed = true;
    this.#isFirst = true;
  }

  /** A message left late: the next one is the newest that could be had, and waits for a turn of its own. */
  follow(): void {
    this.#isAimed = true;
    this.#isFirst = false;
  }

  /** Whether the next message may leave, late as it is. */
  covers(lateness: number): boolean {
    return this.#isAimed && lateness <= GRACE * this.#usual.ms;
  }

  /**
   * It was a message's turn, whether it left or not; `lateness` without what its client took. Only what took
   * the place of a late one teaches how long that takes: others wait for a round of their equals as well.
   */
  turn(lateness: Ms): void {
    if (this.#isFirst) this.#usual.measure(lateness);
    this.#isFirst = false;
  }

  /** A message left before the next one was due: the playback has caught up. */
  caughtUp(): void {
    this.#isAimed = false;
    this.#isFirst = false;
  }
}
