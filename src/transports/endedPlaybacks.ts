import type { Receipt } from "../base/events.ts";
import { Register } from "../base/register.ts";
import { after, type MonotonicMs, Ms } from "../base/units.ts";

/** What is left of a playback that has ended. */
export type EndedPlayback = { readonly receipt: Receipt; readonly endedAt: MonotonicMs };

/** A client that lost its connection comes back within this time, and asks what it was sent. */
const KEPT_FOR = Ms(600_000);

/** Receipts take about a kilobyte each. A hundred playbacks a minute are all remembered for their ten. */
const MOST_KEPT = 1000;

/** Single frames come by the thousand each second: they must not push out what people watched. */
const MOST_SINGLES = 200;

/** The last receipts of playbacks that have ended, by id: for ten minutes, and the oldest go first. */
export class EndedPlaybacks {
  readonly #now: () => MonotonicMs;
  /** The oldest first; those of at most one message apart from the others. */
  readonly #kept = new Register<string, EndedPlayback>();
  readonly #singles = new Register<string, EndedPlayback>();

  constructor(now: () => MonotonicMs) {
    this.#now = now;
  }

  get(id: string): EndedPlayback | undefined {
    this.#tidy();
    return this.#kept.get(id) ?? this.#singles.get(id);
  }

  add(id: string, receipt: Receipt): void {
    this.remove(id);
    const room = receipt.sent > 1 ? this.#kept : this.#singles;
    room.set(id, { receipt, endedAt: this.#now() });
    this.#tidy();
  }

  /** It plays again: what counts is what it sends now. */
  remove(id: string): void {
    this.#kept.delete(id);
    this.#singles.delete(id);
  }

  #tidy(): void {
    const now = this.#now();
    dropOld(this.#kept, MOST_KEPT, now);
    dropOld(this.#singles, MOST_SINGLES, now);
  }
}

function dropOld(room: Register<string, EndedPlayback>, most: number, now: MonotonicMs): void {
  for (const [id, { endedAt }] of room.entries()) {
    if (room.size <= most && now < after(endedAt, KEPT_FOR)) return;
    room.delete(id);
  }
}
