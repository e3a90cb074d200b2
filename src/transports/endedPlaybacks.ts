import type { Receipt } from "../base/events.ts";
import { after, type MonotonicMs, Ms } from "../base/units.ts";

/** What is left of a playback that has ended. */
export type EndedPlayback = { readonly receipt: Receipt; readonly endedAt: MonotonicMs };

/** A client that lost its connection comes back within this time, and asks what it was sent. */
const KEPT_FOR = Ms(600_000);

/** Receipts take about a kilobyte each. A hundred playbacks a minute are all remembered for their ten. */
const MOST_KEPT = 1000;

/** The last receipts of playbacks that have ended, by id: for ten minutes, and the oldest go first. */
export class EndedPlaybacks {
  readonly #now: () => MonotonicMs;
  /** The oldest first. */
  readonly #kept = new Map<string, EndedPlayback>();

  constructor(now: () => MonotonicMs) {
    this.#now = now;
  }

  get(id: string): EndedPlayback | undefined {
    this.#tidy();
    return this.#kept.get(id);
  }

  add(id: string, receipt: Receipt): void {
    this.#kept.delete(id);
    this.#kept.set(id, { receipt, endedAt: this.#now() });
    this.#tidy();
  }

  /** It plays again: what counts is what it sends now. */
  remove(id: string): void {
    this.#kept.delete(id);
  }

  #tidy(): void {
    const now = this.#now();
    for (const [id, { endedAt }] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT && now < after(endedAt, KEPT_FOR)) return;
      this.#kept.delete(id);
    }
  }
}
