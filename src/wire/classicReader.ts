import { assert } from "../base/assert.ts";
import { Fault, fault } from "../base/errors.ts";
import { KiB, MiB } from "../base/units.ts";
import type { Bytes } from "../base/units.ts";
import { parseHeader } from "./netpbm.ts";
import type { NetpbmHeader } from "./netpbm.ts";
import { quote } from "./quote.ts";
import { decodeLine } from "./tag.ts";
import type { ClassicLine, Tag } from "./tag.ts";

/** What a classic client receives, in order. */
export type ClassicItem =
  | {
      readonly kind: "frame";
      readonly header: NetpbmHeader;
      /** Header and raster. The reader keeps no hold of them. */
      readonly bytes: Uint8Array;
      /** Of a tagged playback. */
      readonly tag: Tag | undefined;
    }
  | Exclude<ClassicLine, { kind: "tag" }>;

/** A request's bytes may stand in a tag line as four characters each. */
const LONGEST_LINE = 64 * KiB;

/** Above this a frame is refused before memory is taken for it. */
const LARGEST_FRAME = (512 * MiB) as Bytes;

/** What a line begins with that is no tag. */
const WORDS = ["END ", "ERR ", "RECEIPT "];
const LONGEST_WORD = Math.max(...WORDS.map((word) => word.length));

const LF = 0x0a;
const P = 0x50;

/** The line comes from a server: what is not UTF-8 in it makes it none of ours. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads what a classic client receives, tagged or not. No byte may stand outside of a frame or a line: the
 * first that does is FRAME_CORRUPT, and ends the reading.
 */
export class ClassicReader {
  readonly #largestFrame: Bytes;
  /** Received and not looked at, but for the unfinished line or header at its start. */
  #input: Uint8Array = new Uint8Array(0);
  #frame: { readonly header: NetpbmHeader; readonly bytes: Uint8Array } | undefined;
  #filled = 0;
  #tag: Tag | undefined;

  /**
   * @param options.largestFrame header and raster, 512 MiB unless said otherwise; a larger one is
   * FRAME_TOO_LARGE
   */
  constructor(options: { readonly largestFrame?: Bytes } = {}) {
    this.#largestFrame = options.largestFrame ?? LARGEST_FRAME;
  }

  /** Whether nothing is begun: the input may end here. */
  get idle(): boolean {
    return this.#input.length === 0 && this.#frame === undefined && this.#tag === undefined;
  }

  /** Takes input. Copies it: the chunk is the caller's again. Ask `next` for all before pushing more. */
  push(chunk: Uint8Array): void {
    const input = new Uint8Array(this.#input.length + chunk.length);
    input.set(this.#input);
    input.set(chunk, this.#input.length);
    this.#input = input;
  }

  /**
   * The next frame or line; undefined when more input is needed.
   * @throws FRAME_CORRUPT for anything that is neither, FRAME_TOO_LARGE
   */
  next(): ClassicItem | undefined {
    while (this.#input.length > 0) {
      const line = this.#frame === undefined && this.#input[0] !== P ? this.#takeLine() : undefined;
      if (line !== undefined) {
        if (line.kind !== "tag") return line;
        continue;
      }
      if (this.#frame === undefined && !this.#begin()) return undefined;
      return this.#fill();
    }
    return undefined;
  }

  /** A whole line, if the input begins with one; a tag is kept for its frame. */
  #takeLine(): ClassicLine | undefined {
    this.#checkStart();
    const end = this.#input.indexOf(LF);
    if (end < 0) return undefined;
    const line = decodeLine(this.#decode(this.#input.subarray(0, end)));
    if (line === undefined || this.#tag !== undefined) throw this.#corrupt();
    if (line.kind === "tag") this.#tag = line;
    this.#input = this.#input.subarray(end + 1);
    return line;
  }

  /** A line that is not complete must at least begin as one of ours, and be short. */
  #checkStart(): void {
    const [first = 0] = this.#input;
    const isDigit = first >= 0x30 && first <= 0x39;
    const begin = String.fromCharCode(...this.#input.subarray(0, LONGEST_WORD));
    const mayBeLine = isDigit || WORDS.some((word) => word.startsWith(begin.slice(0, word.length)));
    if (
      !mayBeLine ||
      (this.#input.length > LONGEST_LINE && !this.#input.subarray(0, LONGEST_LINE).includes(LF))
    ) {
      throw this.#corrupt();
    }
  }

  #decode(bytes: Uint8Array): string {
    try {
      return decoder.decode(bytes);
    } catch {
      throw this.#corrupt();
    }
  }

  /** Whether a frame has begun: its header is complete. */
  #begin(): boolean {
    if (this.#input[0] !== P) return false;
    const header = this.#parseHeader();
    if (header === undefined) return false;
    const bytes = header.headerBytes + header.rasterBytes;
    if (bytes > this.#largestFrame) {
      throw fault(
        "FRAME_TOO_LARGE",
        `found a frame of ${bytes} bytes, expected at most ${this.#largestFrame}`,
      );
    }
    if (this.#tag !== undefined && this.#tag.bytes !== bytes) {
      throw fault(
        "FRAME_CORRUPT",
        `found a frame of ${bytes} bytes, expected ${this.#tag.bytes} as its line says`,
      );
    }
    this.#frame = { header, bytes: new Uint8Array(bytes) };
    this.#filled = 0;
    return true;
  }

  #parseHeader(): NetpbmHeader | undefined {
    try {
      return parseHeader(this.#input);
    } catch (cause) {
      if (cause instanceof Fault && cause.code === "FRAME_TOO_LARGE") throw cause;
      throw this.#corrupt(cause);
    }
  }

  #fill(): ClassicItem | undefined {
    assert(this.#frame !== undefined, "a frame is filled that has not begun");
    const { header, bytes } = this.#frame;
    const piece = this.#input.subarray(0, bytes.length - this.#filled);
    bytes.set(piece, this.#filled);
    this.#filled += piece.length;
    this.#input = this.#input.subarray(piece.length);
    if (this.#filled < bytes.length) return undefined;
    const tag = this.#tag;
    this.#frame = undefined;
    this.#tag = undefined;
    return { kind: "frame", header, bytes, tag };
  }

  #corrupt(cause?: unknown): Fault {
    const found = quote(String.fromCharCode(...this.#input.subarray(0, 100)));
    return fault(
      "FRAME_CORRUPT",
      `found ${found}, expected a frame, or a line of a tag, an end, an error or a receipt`,
      cause,
    );
  }
}
