import { createHash, hash, type Hash } from "node:crypto";
import { present } from "../base/assert.ts";
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
/** Where they are put together, whosever they are: hashed before anybody else comes. */
const entries = Buffer.alloc(GATHERED * ENTRY_BYTES);

/** Counts one epoch, and gives its receipt. */
export class Tally {
  readonly #contract: Contract;
  /** The best that was ever wished for. */
  #wish: Priority;
  #priority: Priority;
  /** Of all that is not gathered any more. Most playbacks over HTTP are of one frame, and need none. */
  #hash: Hash | undefined;
  // Of what has been gathered. Digests are those of the frames, which are there in any case.
  readonly #numbers: FrameNumber[] = [];
  readonly #digests: Uint8Array[] = [];
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
    if (frames + holes === 0) return;
    this.#skipped += frames;
    this.#missing += holes;
    this.#publishPassed(frames, holes);
  }

  /** Frames are not there, or cannot be read. */
  miss(frames: number): void {
    if (frames === 0) return;
    this.#missing += frames;
    this.#publishPassed(0, frames);
  }

  /** What has been counted until now, without the digest. Counting may go on. */
  progress(movie: string, epoch: number): Omit<ReceiptSoFar, "digest"> {
    return { movie, epoch, ...this.#counts() };
  }

  /** What has been counted until now. Counting may go on. */
  receiptSoFar(movie: string, epoch: number): ReceiptSoFar {
    const digest = this.#digest((begun) => begun.copy());
    return { movie, epoch, ...this.#counts(), digest };
  }

  /** The receipt. Ends the tally: nothing may be counted after it. */
  receipt(movie: string, epoch: number, end: EpochEnd): Receipt {
    return { movie, epoch, end, ...this.#counts(), digest: this.#digest((begun) => begun) };
  }

  #counts(): Omit<ReceiptSoFar, "movie" | "epoch" | "digest"> {
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
    };
  }

  #latenessSeen(): Lateness | undefined {
    const median = this.#lateness?.at(1 / 2);
    return median === undefined ? undefined : { median, worst: this.#lateness?.worst ?? 0 };
  }

  #gather({ number, digest }: SentFrame): void {
    this.#numbers.push(number);
    this.#digests.push(digest);
    if (this.#numbers.length < GATHERED) return;
    this.#hash ??= createHash("sha256");
    this.#hash.update(this.#entries());
    this.#numbers.length = 0;
    this.#digests.length = 0;
  }

  /** @param of what is gone on with: what was begun, or a copy of it */
  #digest(of: (begun: Hash) => Hash): string {
    const rest = this.#entries();
    if (this.#hash === undefined) return hash("sha256", rest, "hex");
    return of(this.#hash).update(rest).digest("hex");
  }

  // An entry is the frame number as a signed 64-bit integer, most significant byte first, and the frame
  // digest.
  #entries(): Uint8Array {
    let at = 0;
    for (const [index, number] of this.#numbers.entries()) {
      entries.writeInt32BE(Math.floor(number / 2 ** 32), at);
      entries.writeUInt32BE(number >>> 0, at + 4);
      entries.set(present(this.#digests[index], "a digest got lost"), at + NUMBER_BYTES);
      at += ENTRY_BYTES;
    }
    return entries.subarray(0, at);
  }

  #publishPassed(skipped: number, missing: number): void {
    if (!events.framesPassed.hasListeners) return;
    events.framesPassed.publish({
      priority: this.#priority,
      contract: this.#contract,
      skipped,
      missing,
    });
  }
}
