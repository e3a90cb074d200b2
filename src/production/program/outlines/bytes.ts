import { fault } from "../../../base/errors.ts";

/** Numbers at places of a file, in one byte order. A place beyond the end is a fault of the file. */
export class FileBytes {
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, order: "little" | "big") {
    this.length = bytes.byteLength;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = order === "little";
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#inside(at, 1));
  }

  u16(at: number): number {
    return this.#view.getUint16(this.#inside(at, 2), this.#little);
  }

  u32(at: number): number {
    return this.#view.getUint32(this.#inside(at, 4), this.#little);
  }

  i32(at: number): number {
    return this.#view.getInt32(this.#inside(at, 4), this.#little);
  }

  /** Beyond 2^53 it is inexact, and beyond any file's end. */
  u64(at: number): number {
    return Number(this.#view.getBigUint64(this.#inside(at, 8), this.#little));
  }

  /** `length` bytes as characters of their own. */
  text(at: number, length: number): string {
    this.#inside(at, length);
    return String.fromCharCode(...this.#bytes.subarray(at, at + length));
  }

  /** The characters up to a byte 0, which must come within `most`. */
  name(at: number, most: number): string {
    const end = this.#bytes.subarray(at, at + most + 1).indexOf(0);
    if (end >= 0) return this.text(at, end);
    this.#inside(at, most + 1);
    throw fault("FRAME_CORRUPT", `found a name of more than ${most} characters in the header`);
  }

  /** That the file has `length` bytes from here on. @throws FRAME_TRUNCATED */
  require(at: number, length: number): void {
    this.#inside(at, length);
  }

  #inside(at: number, length: number): number {
    if (at + length > this.length) {
      const expected = Number.isSafeInteger(at + length) ? at + length : "far more";
      throw fault("FRAME_TRUNCATED", `found ${this.length} bytes, expected ${expected} at least`);
    }
    return at;
  }
}
