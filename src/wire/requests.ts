import { assert } from "../base/assert.ts";
import { fault } from "../base/errors.ts";
import type { Fault } from "../base/errors.ts";
import type { Bytes } from "../base/units.ts";

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;

const EMPTY = new Uint8Array(0);

/** How many times the limit a request may go on after it was refused, before its connection is given up. */
const OVERRUN = 16;

/**
 * Splits what a client sends into requests, at LF, CRLF, NUL and the end of input. NULs directly after an end
 * are ignored: old clients send buffers of a fixed size. A CR counts as part of an end only directly before
 * LF. Holds at most one request and the input that `next` has not been asked about, in at most twice its
 * bytes whatever pieces it came in; looks at each byte once.
 */
export class RequestSplitter {
  readonly #limit: Bytes;
  /** What was pushed and not looked at yet lies between `#at` and `#filled`. */
  #input = EMPTY;
  #at = 0;
  #filled = 0;
  /** Bytes of the unfinished request; the first of them are in `#held`, all unless it is refused. */
  #length = 0;
  #held = EMPTY;
  /** The unfinished request is too long and was said to be. */
  #refused = false;
  #taken = false;
  #finished = false;
  #sawEnd = false;
  #overrun = false;

  /** @param limit of one request, without its end: one byte more is REQUEST_TOO_LONG */
  constructor(limit: Bytes) {
    assert(limit > 0, "a request may have no bytes");
    this.#limit = limit;
  }

  /** The bytes of the unfinished request so far. To be read before the next call of any method. */
  get pending(): Uint8Array {
    return this.#held.subarray(0, this.#length);
  }

  /** Whether an LF or NUL has ended a request here. */
  get sawEnd(): boolean {
    return this.#sawEnd;
  }

  /** A refused request went on for more than 16 times the limit. What follows is not looked at. */
  get overrun(): boolean {
    return this.#overrun;
  }

  /** Takes input. Copies it: the chunk is the caller's again. */
  push(chunk: Uint8Array): void {
    assert(!this.#finished, "input after the end of input");
    if (chunk.length === 0 || this.#overrun) return;
    if (this.#filled + chunk.length > this.#input.length) this.#makeRoom(chunk.length);
    this.#input.set(chunk, this.#filled);
    this.#filled += chunk.length;
  }

  /** The input has ended: what is left, if anything, is the last request. May be called twice. */
  finish(): void {
    this.#finished = true;
  }

  /**
   * The next request without its end, which may be empty; REQUEST_TOO_LONG once for each that is longer than
   * the limit, as soon as that is known; undefined when more input is needed, or none will come.
   */
  next(): Uint8Array | Fault | undefined {
    const found = this.#scan(this.#input.subarray(0, this.#filled));
    if (found !== undefined) return found;
    // Given back: most connections are silent most of the time.
    this.#input = EMPTY;
    this.#at = 0;
    this.#filled = 0;
    return this.#finished && this.#length > 0 ? this.#release(this.#length) : undefined;
  }

  /**
   * Ends the unfinished request here, for clients that send no end at all, and gives its bytes. An end that
   * comes next all the same is the end of this request.
   */
  take(): Uint8Array {
    const request = this.pending.slice();
    this.#taken = true;
    this.#forget();
    return request;
  }

  // Many small pieces are joined: each by itself would cost more than its bytes. Twice as much room as is
  // needed for what waits, so that no byte is moved for each piece that follows it.
  #makeRoom(more: number): void {
    const waiting = this.#input.subarray(this.#at, this.#filled);
    const grown = new Uint8Array(Math.max(waiting.length + more, 2 * waiting.length));
    grown.set(waiting);
    this.#input = grown;
    this.#at = 0;
    this.#filled = waiting.length;
  }

  #scan(chunk: Uint8Array): Uint8Array | Fault | undefined {
    while (this.#at < chunk.length && !this.#overrun) {
      this.#skipPadding(chunk);
      const start = this.#at;
      this.#at = nextEnd(chunk, start);
      const tooLong = this.#add(chunk.subarray(start, this.#at));
      if (tooLong !== undefined) return tooLong;
      const end = this.#overrun ? undefined : chunk[this.#at];
      if (end === undefined) return undefined;
      this.#at++;
      const request = this.#end(end);
      if (request !== undefined) return request;
    }
    return undefined;
  }

  // Old clients send whole buffers of it.
  #skipPadding(chunk: Uint8Array): void {
    if (!this.#sawEnd || this.#length > 0 || this.#taken) return;
    while (chunk[this.#at] === NUL) this.#at++;
  }

  #add(piece: Uint8Array): Fault | undefined {
    if (piece.length === 0) return undefined;
    if (!this.#refused) this.#hold(piece);
    this.#length += piece.length;
    if (this.#refused) this.#overrun = this.#length > OVERRUN * this.#limit;
    return this.#refused || this.#mayFit() ? undefined : this.#refuse();
  }

  /** One byte above the limit is kept: it may turn out to be the CR of a CRLF. */
  #hold(piece: Uint8Array): void {
    const most = this.#limit + 1;
    const kept = piece.subarray(0, Math.max(most - this.#length, 0));
    const length = this.#length + kept.length;
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.min(Math.max(length, 2 * this.#held.length, 64), most));
      grown.set(this.pending);
      this.#held = grown;
    }
    this.#held.set(kept, this.#length);
  }

  #mayFit(): boolean {
    const excess = this.#length - this.#limit;
    return excess <= 0 || (excess === 1 && this.#held[this.#limit] === CR);
  }

  #refuse(): Fault {
    this.#refused = true;
    this.#held = EMPTY;
    this.#overrun = this.#length > OVERRUN * this.#limit;
    return fault(
      "REQUEST_TOO_LONG",
      `found more than ${this.#limit} bytes without an end, expected at most these`,
    );
  }

  #end(end: number): Uint8Array | Fault | undefined {
    const withCarriage = end === LF && !this.#refused && this.#held[this.#length - 1] === CR;
    const length = withCarriage ? this.#length - 1 : this.#length;
    const ofTaken = this.#taken && length === 0;
    const padding = this.#sawEnd && end === NUL && length === 0;
    this.#sawEnd = true;
    this.#taken = false;
    if (!ofTaken && !padding) return this.#release(length);
    this.#forget();
    return undefined;
  }

  /** The request that has just ended, unless it was refused before. */
  #release(length: number): Uint8Array | Fault | undefined {
    const wasRefused = this.#refused;
    const request = length > this.#limit && !wasRefused ? this.#refuse() : this.#held.slice(0, length);
    this.#forget();
    return wasRefused ? undefined : request;
  }

  #forget(): void {
    this.#length = 0;
    this.#refused = false;
  }
}

/** Where the next LF or NUL is; the chunk's length when there is none. */
function nextEnd(chunk: Uint8Array, start: number): number {
  let at = start;
  while (at < chunk.length && chunk[at] !== LF && chunk[at] !== NUL) at++;
  return at;
}
