import { fault } from "../base/errors.ts";
import { HASH, isEndOfLine } from "./netpbmScan.ts";
import { quote } from "./quote.ts";

const ZERO = 0x30;

/**
 * Reads samples written as decimal numbers (P2, P3), or as the digits 0 and 1 (P1), with whitespace and
 * comments between them, out of bytes that come in pieces of any size. A number ends with what follows it:
 * one that the file ends with may have lost digits. What follows the last sample is not looked at.
 */
export class TextRaster {
  readonly #samples: Uint8Array | Uint16Array;
  readonly #maxval: number;
  readonly #isBits: boolean;
  #filled = 0;
  /** The number that has begun; −1 between two. */
  #number = -1;
  #isComment = false;

  /** Fills `samples`, whole numbers up to `maxval`; as bits, with 0 for a 1, and with maxval for a 0. */
  constructor(
    samples: Uint8Array | Uint16Array,
    { maxval, isBits }: { readonly maxval: number; readonly isBits: boolean },
  ) {
    this.#samples = samples;
    this.#maxval = maxval;
    this.#isBits = isBits;
  }

  /** How many samples there are so far. */
  get filled(): number {
    return this.#filled;
  }

  get isFull(): boolean {
    return this.#filled === this.#samples.length;
  }

  /** @throws FRAME_CORRUPT at what is no digit, whitespace or comment, and at a number above maxval */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.isFull; at++) this.#take(bytes[at] ?? 0);
  }

  #take(byte: number): void {
    if (this.#isComment) {
      this.#isComment = !isEndOfLine(byte);
      return;
    }
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) this.#takeDigit(digit);
    else if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) this.#endNumber();
    else if (byte === HASH) this.#startComment();
    else throw this.#unexpected(quote(String.fromCharCode(byte)));
  }

  #takeDigit(digit: number): void {
    if (this.#isBits) {
      if (digit > 1) throw this.#unexpected(String(digit));
      this.#samples[this.#filled++] = digit === 1 ? 0 : this.#maxval;
      return;
    }
    this.#number = Math.max(this.#number, 0) * 10 + digit;
    if (this.#number > this.#maxval) throw this.#unexpected(String(this.#number));
  }

  #startComment(): void {
    this.#endNumber();
    this.#isComment = true;
  }

  #endNumber(): void {
    if (this.#number < 0) return;
    this.#samples[this.#filled++] = this.#number;
    this.#number = -1;
  }

  #unexpected(found: string): Error {
    const expected = this.#isBits ? "0 or 1" : `a number up to ${this.#maxval}`;
    return fault("FRAME_CORRUPT", `found ${found} as sample ${this.#filled + 1}, expected ${expected}`);
  }
}
