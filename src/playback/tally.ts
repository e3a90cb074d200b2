import { createHash } from "node:crypto";
import type { EpochEnd, Receipt } from "../base/events.ts";
import type { Bytes, FrameNumber } from "../base/units.ts";
import type { Passed } from "./cursor.ts";

/** What a message adds to its epoch's receipt. */
export type SentFrame = {
  readonly number: FrameNumber;
  readonly bytes: Bytes;
  /** 32 bytes. */
  readonly digest: Uint8Array;
  readonly isSubstitute: boolean;
};

const NUMBER_BYTES = 8;
const ENTRY_BYTES = NUMBER_BYTES + 32;
/** Entries gathered before they are hashed: a call for each message would cost as much as choosing it. */
const GATHERED = 64;

/** Counts one epoch, and gives its receipt. */
export class Tally {
  readonly #hash = createHash("sha256");
  readonly #gathered = new Uint8Array(GATHERED * ENTRY_BYTES);
  readonly #view = new DataView(this.#gathered.buffer);
  #gatheredBytes = 0;
  #first: FrameNumber | undefined;
  #last: FrameNumber | undefined;
  #sent = 0;
  #bytes = 0;
  #skipped = 0;
  #missing = 0;
  #substituted = 0;
  #late = 0;

  /** Messages that have started. The next one has this number. */
  get sent(): number {
    return this.#sent;
  }

  get missing(): number {
    return this.#missing;
  }

  /** A message has started. */
  send(frame: SentFrame): void {
    this.#first ??= frame.number;
    this.#last = frame.number;
    this.#sent += 1;
    this.#bytes += frame.bytes;
    if (frame.isSubstitute) this.#substituted += 1;
    this.#gather(frame);
  }

  /** The message that has just started did so after its deadline. */
  late(): void {
    this.#late += 1;
  }

  /** Frames were passed over because they were late. Holes among them are missing, not late. */
  skip(passed: Passed): void {
    this.#skipped += passed.frames;
    this.#missing += passed.holes;
  }

  /** Frames are not there, or cannot be read. */
  miss(frames: number): void {
    this.#missing += frames;
  }

  /** The receipt. Ends the tally: nothing may be counted after it. */
  receipt(movie: string, epoch: number, end: EpochEnd): Receipt {
    this.#flush();
    return {
      movie,
      epoch,
      end,
      first: this.#first,
      last: this.#last,
      sent: this.#sent,
      skipped: this.#skipped,
      missing: this.#missing,
      substituted: this.#substituted,
      late: this.#late,
      bytes: this.#bytes,
      digest: this.#hash.digest("hex"),
    };
  }

  // An entry is the frame number as a signed 64-bit integer, most significant byte first, and the frame
  // digest.
  #gather({ number, digest }: SentFrame): void {
    this.#view.setInt32(this.#gatheredBytes, Math.floor(number / 2 ** 32));
    this.#view.setUint32(this.#gatheredBytes + 4, number >>> 0);
    this.#gathered.set(digest, this.#gatheredBytes + NUMBER_BYTES);
    this.#gatheredBytes += ENTRY_BYTES;
    if (this.#gatheredBytes === this.#gathered.byteLength) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#gathered.subarray(0, this.#gatheredBytes));
    this.#gatheredBytes = 0;
  }
}
