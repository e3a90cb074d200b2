import { createHash, type Hash } from "node:crypto";
import type { Contract } from "../base/contract.ts";
import {
  type EpochEnd,
  events,
  type Lateness,
  type Receipt,
  type ReceiptSoFar,
  type Waits,
} from "../base/events.ts";
import { Quantiles } from "../base/quantiles.ts";
import type { Bytes, FrameNumber, Ms, Priority } from "../base/units.ts";
import type { Passed } from "./cursor.ts";

/** What a receipt repeats of its epoch's plan. */
export type Standing = {
  readonly priority: Priority;
  readonly wished?: Priority | undefined;
  readonly contract: Contract;
};

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
  readonly #contract: Contract;
  /** The best that was ever wished for. */
  #wish: Priority;
  #priority: Priority;
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
  /** Made for the first timed message: most of those that ask for everything have none. */
  #lateness: Quantiles | undefined;
  readonly #waits: { -readonly [Reason in keyof Waits]: number } = {
    production: 0,
    ring: 0,
    client: 0,
    budget: 0,
    better: 0,
    turn: 0,
  };

  constructor(standing: Standing) {
    this.#contract = standing.contract;
    this.#priority = standing.priority;
    this.#wish = standing.wished ?? standing.priority;
  }

  /** Messages that have started. The next one has this number. */
  get sent(): number {
    return this.#sent;
  }

  get missing(): number {
    return this.#missing;
  }

  /** A message has started, after it had waited so. */
  send(frame: SentFrame, waits: Waits): void {
    this.#first ??= frame.number;
    this.#last = frame.number;
    this.#sent += 1;
    this.#bytes += frame.bytes;
    if (frame.isSubstitute) this.#substituted += 1;
    this.#gather(frame);
    this.wait(waits);
  }

  /** Its epoch has another priority from now on; and its client another wish, where that asked for it. */
  prioritize(priority: Priority, wish?: Priority): void {
    this.#priority = priority;
    if (wish !== undefined) this.#wish = wish;
  }

  /** A timed message has left to its last byte, so long after it was due. */
  timed(lateness: Ms, { isLate }: { readonly isLate: boolean }): void {
    this.#lateness ??= new Quantiles();
    this.#lateness.add(lateness);
    if (isLate) this.#late += 1;
  }

  /** A message has waited, and left or was given up. The record is the caller's again. */
  wait(waits: Waits): void {
    const sum = this.#waits;
    // One by one: a loop over names takes four times as long as all else that is counted for a message.
    sum.production += waits.production;
    sum.ring += waits.ring;
    sum.client += waits.client;
    sum.budget += waits.budget;
    sum.better += waits.better;
    sum.turn += waits.turn;
  }

  /** Frames were passed over because they were late. Holes among them are missing, not late. */
  skip({ frames, holes }: Passed): void {
    this.#skipped += frames;
    this.#missing += holes;
    this.#publishPassed(frames, holes);
  }

  /** Frames are not there, or cannot be read. */
  miss(frames: number): void {
    this.#missing += frames;
    this.#publishPassed(0, frames);
  }

  /** What has been counted until now. Counting may go on. */
  receiptSoFar(movie: string, epoch: number): ReceiptSoFar {
    this.#flush();
    return { movie, epoch, ...this.#counted(this.#hash.copy()) };
  }

  /** The receipt. Ends the tally: nothing may be counted after it. */
  receipt(movie: string, epoch: number, end: EpochEnd): Receipt {
    this.#flush();
    return { movie, epoch, end, ...this.#counted(this.#hash) };
  }

  #counted(hash: Hash): Omit<ReceiptSoFar, "movie" | "epoch"> {
    const priority = this.#priority;
    const wish = this.#wish;
    return {
      contract: this.#contract,
      first: this.#first,
      last: this.#last,
      sent: this.#sent,
      priority,
      wished: wish < priority ? wish : undefined,
      skipped: this.#skipped,
      missing: this.#missing,
      substituted: this.#substituted,
      late: this.#late,
      lateness: this.#latenessSeen(),
      waits: { ...this.#waits },
      bytes: this.#bytes,
      digest: hash.digest("hex"),
    };
  }

  #latenessSeen(): Lateness | undefined {
    const median = this.#lateness?.at(1 / 2);
    return median === undefined ? undefined : { median, worst: this.#lateness?.worst ?? 0 };
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

  #publishPassed(skipped: number, missing: number): void {
    if (skipped + missing === 0 || !events.framesPassed.hasListeners) return;
    events.framesPassed.publish({
      priority: this.#priority,
      contract: this.#contract,
      skipped,
      missing,
    });
  }

  #flush(): void {
    this.#hash.update(this.#gathered.subarray(0, this.#gatheredBytes));
    this.#gatheredBytes = 0;
  }
}
