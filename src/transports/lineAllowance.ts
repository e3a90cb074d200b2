import type { Clock } from "../base/clock.ts";
import { type BitRate, bytesPerMs, KiB, MonotonicMs } from "../base/units.ts";

/** All connections' lines together may have one part in so many of the server's budget. */
export const LINE_PART = 8;

/**
 * Bytes of lines that a connection may be sent at once: some twenty errors, or six receipts. Whoever sends
 * requests by hand or by program, and not in a flood, never has more coming.
 */
export const LINE_BURST = 4 * KiB;

/** A connection that has had too much goes on when it has so much again: a few requests, not one. */
const RESUMES_AT = LINE_BURST / 2;

/**
 * What connections are sent before they were given as much comes out of one store, which holds what all lines
 * may be in so many milliseconds. Whoever comes when it is empty is answered once, and waits for its share.
 */
const STORED_MS = 2000;

/** What comes into the store: one part in so many of the server's budget. */
const STORE_PART = 64;

/** Milliseconds after which it is looked at anew, because others have left and its share has grown. */
const LOOKS_AGAIN = 1000;

/**
 * How many bytes of lines (errors, receipts, replies) the connections may cause. Lines never wait; whoever
 * was sent more than its allowance is not read on until it has some again. Open connections share a rate in
 * equal parts, which change whenever one comes or goes, for all at once: `given` is what a connection that
 * was always open would have been given. Whoever comes again and again finds the store of first allowances
 * empty.
 *
 *     given ╱╱╱──── two are open ──── three ──     level of each: what it had + given since − bytes told
 */
export class LineAllowances {
  readonly #clock: Clock;
  readonly #perMs: number;
  readonly #store: { readonly most: number; readonly perMs: number; level: number };
  #open = 0;
  #given = 0;
  #givenAt: MonotonicMs;

  /** @param egress the server's budget */
  constructor(clock: Clock, egress: BitRate) {
    this.#clock = clock;
    this.#perMs = bytesPerMs(egress) / LINE_PART;
    const most = Math.max(this.#perMs * STORED_MS, LINE_BURST);
    this.#store = { most, perMs: bytesPerMs(egress) / STORE_PART, level: most };
    this.#givenAt = clock.now();
  }

  /** A connection comes. `close` gives its share back to the others. */
  open(): LineAllowance {
    this.#give();
    this.#open += 1;
    return new LineAllowance(this);
  }

  /** Takes bytes of a first allowance out of the store. @returns how many of them there were */
  take(bytes: number): number {
    this.#give();
    const taken = Math.min(bytes, this.#store.level);
    this.#store.level -= taken;
    return taken;
  }

  /** What `take` would find. */
  get stored(): number {
    this.#give();
    return this.#store.level;
  }

  /** Bytes that each has been given until now. */
  get given(): number {
    return this.#give();
  }

  /** When each will have been given so many bytes more, as far as is known. */
  timeOf(bytes: number): MonotonicMs {
    const time = (bytes * this.#open) / this.#perMs;
    return MonotonicMs(this.#clock.now() + Math.min(time, LOOKS_AGAIN));
  }

  /** A connection has gone. */
  left(): void {
    this.#give();
    this.#open -= 1;
  }

  #give(): number {
    const now = this.#clock.now();
    const time = now - this.#givenAt;
    if (this.#open > 0) this.#given += (time * this.#perMs) / this.#open;
    this.#store.level = Math.min(this.#store.level + time * this.#store.perMs, this.#store.most);
    this.#givenAt = now;
    return this.#given;
  }
}

/** What one connection may still be sent in lines. */
export class LineAllowance {
  readonly #all: LineAllowances;
  /** What it may have out of the store before it was given as much. */
  #first = LINE_BURST;
  #level = 0;
  #givenBefore: number;
  #isOpen = true;
  #isOver = false;

  constructor(all: LineAllowances) {
    this.#all = all;
    this.#givenBefore = all.given;
  }

  /** Lines of so many bytes went to the client. */
  told(bytes: number): void {
    this.#refill();
    const ahead = Math.min(Math.max(bytes - this.#level, 0), this.#first);
    this.#first -= ahead;
    this.#level += this.#all.take(ahead) - bytes;
  }

  /**
   * Takes so many bytes, or as many as it ever has, before they go to the client; where they are not there,
   * says when to ask again.
   */
  take(bytes: number): MonotonicMs | undefined {
    this.#refill();
    const needed = Math.min(bytes, LINE_BURST);
    const lacking = needed - this.#level - Math.min(this.#first, this.#all.stored);
    if (lacking > 0) return this.#all.timeOf(lacking);
    this.told(bytes);
    return undefined;
  }

  /** When its requests may be looked at again; undefined when they may be now. */
  get waitsUntil(): MonotonicMs | undefined {
    this.#refill();
    this.#isOver = this.#level < (this.#isOver ? RESUMES_AT : 0);
    return this.#isOver ? this.#all.timeOf(RESUMES_AT - this.#level) : undefined;
  }

  /** The connection has gone. May be called twice. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#all.left();
  }

  #refill(): void {
    const { given } = this.#all;
    this.#level = Math.min(this.#level + given - this.#givenBefore, LINE_BURST);
    this.#first = Math.min(this.#first, LINE_BURST - Math.max(this.#level, 0));
    this.#givenBefore = given;
  }
}
