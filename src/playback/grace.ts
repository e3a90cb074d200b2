import { Ms } from "../base/units.ts";
import { Latency } from "./latency.ts";

/** A frame that was aimed at may leave as late as this many times what messages were lately late by. */
const GRACE = 2;

/**
 * Lets a playback of a busy server have a lower rate, and never nothing. When turns come more than a period
 * apart every frame is late in its turn, also the one that took the place of a late one; were that skipped
 * as well, nothing would ever leave.
 *
 *     due   │ skip: aims at the newest         turn: late again, but within its grace
 *     ──────┴──────────●───────────────────────────●──────────▶
 *                      └─ as long as turns lately took, twice at most ─┘
 *
 * So the frame that a skip has aimed at may leave late, and as long as messages leave late, those after it
 * as well: each the newest at the time when the one before it left. How late is bounded by what is usual: a
 * frame from before a long stop is not shown after it. What is usual is learned at every turn, so that no
 * two turns in a row are in vain unless the wait doubles from one to the next.
 */
export class Grace {
  readonly #usual = new Latency();
  #isAimed = false;

  /** Whether the playback is behind: the next message is one that was aimed at. */
  get isAimed(): boolean {
    return this.#isAimed;
  }

  /** What waited was late: the next message is the newest there was. */
  aim(): void {
    this.#isAimed = true;
  }

  /** Whether the next message may leave, late as it is. */
  covers(lateness: number): boolean {
    return this.#isAimed && lateness <= GRACE * this.#usual.ms;
  }

  /** It was a message's turn, whether it left or not; `lateness` without what its client took. */
  turn(lateness: number): void {
    this.#usual.measure(Ms(lateness));
  }

  /** A message left before the next one was due: the playback has caught up. */
  caughtUp(): void {
    this.#isAimed = false;
  }
}
