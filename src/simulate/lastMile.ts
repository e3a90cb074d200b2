import { present } from "../base/assert.ts";
import { MonotonicMs } from "../base/units.ts";
import { Fifo } from "./fifo.ts";

/** When a client takes nothing, in milliseconds; `to` may be Infinity. */
export type Stall = { readonly from: number; readonly to: number };

/** Bytes on their way: they end at `end` of all that was sent, and leave between `begin` and `done`. */
type Passage = { readonly end: number; readonly begin: number; readonly done: number };

/** A client's own link: bytes leave it in their order, at its rate, and not while the client stalls. */
export class LastMile {
  readonly #rate: number;
  readonly #stalls: readonly Stall[];
  readonly #passages = new Fifo<Passage>();
  #entered = 0;
  #taken = 0;
  #doneAt = 0;

  /**
   * @param rate bytes per millisecond; 0 for a client that never reads, Infinity for no limit
   * @param stalls in ascending order, none overlapping
   */
  constructor(rate: number, stalls: readonly Stall[]) {
    this.#rate = rate;
    this.#stalls = stalls;
  }

  /** How many bytes of all that was sent the client has taken. */
  taken(now: MonotonicMs): number {
    let next = this.#passages.first;
    for (; next !== undefined && next.done <= now; next = this.#passages.first) {
      this.#taken = next.end;
      this.#passages.shift();
    }
    if (next === undefined || next.begin >= now || this.#rate === 0) return this.#taken;
    const { begin, end } = next;
    const active = now - begin - this.#stalledBetween(begin, now);
    return Math.min(this.#taken + Math.max(active, 0) * this.#rate, end);
  }

  /** Bytes begin to come at `from`, the last of them at `now`. @returns when the client has all of them */
  enter(bytes: number, from: MonotonicMs, now: MonotonicMs): MonotonicMs {
    this.taken(now);
    const begin = Math.max(from, this.#doneAt);
    const done = this.#notStalled(Math.max(this.#end(begin, bytes), now));
    this.#entered += bytes;
    this.#doneAt = done;
    this.#passages.push({ end: this.#entered, begin, done });
    return MonotonicMs(done);
  }

  /** When the client will have taken so many of all bytes; undefined when these have not all entered. */
  whenTaken(count: number): MonotonicMs | undefined {
    if (count <= this.#taken) return MonotonicMs(Number.NEGATIVE_INFINITY);
    let before = this.#taken;
    for (let index = 0; index < this.#passages.length; index += 1) {
      const { begin, end } = present(this.#passages.at(index), "a passage got lost");
      if (count <= end) return MonotonicMs(this.#end(begin, count - before));
      before = end;
    }
    return undefined;
  }

  /** When `bytes` have gone that begin at `begin`. */
  #end(begin: number, bytes: number): number {
    if (bytes <= 0) return begin;
    if (this.#rate === 0) return Number.POSITIVE_INFINITY;
    let end = begin + bytes / this.#rate;
    for (const { from, to } of this.#stalls) {
      if (from < end && to > begin) end += to - Math.max(from, begin);
    }
    return end;
  }

  #notStalled(time: number): number {
    const stall = this.#stalls.find(({ from, to }) => from < time && time < to);
    return stall?.to ?? time;
  }

  #stalledBetween(from: number, to: number): number {
    let sum = 0;
    for (const stall of this.#stalls) {
      sum += Math.max(Math.min(stall.to, to) - Math.max(stall.from, from), 0);
    }
    return sum;
  }
}
