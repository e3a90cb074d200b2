import type { FrameNumber } from "../src/base/units.ts";
import type { FrameHeader } from "../src/wire/websocket/frameHeader.ts";
import type { ServerMessageOf } from "../src/wire/websocket/serverMessages.ts";
import { broken } from "./error.ts";
import type { LostPart, Part } from "./receipt.ts";

type Counts = {
  first: FrameNumber | undefined;
  last: FrameNumber | undefined;
  sent: number;
  substituted: number;
  bytes: number;
};

function noCounts(): Counts {
  return { first: undefined, last: undefined, sent: 0, substituted: 0, bytes: 0 };
}

/** A playback on one connection, under one number: holds the server to what the protocol says of it. */
export class Run {
  readonly number: number;
  /** Of what was asked last. */
  #request: number;
  #isAsked = true;
  /** Frames that were granted and have not come. */
  outstanding: number;
  #epoch: number | undefined;
  #lastEpoch = -1;
  #counts = noCounts();

  constructor(number: number, request: number, outstanding: number) {
    this.number = number;
    this.#request = request;
    this.outstanding = outstanding;
  }

  /** Whether an epoch is open. */
  get isPlaying(): boolean {
    return this.#epoch !== undefined;
  }

  get request(): number {
    return this.#request;
  }

  /** Whether an answer is due. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** A command is sent, and will be answered. */
  ask(request: number): void {
    this.#request = request;
    this.#isAsked = true;
  }

  answered(): void {
    this.#isAsked = false;
  }

  started({ epoch, request }: ServerMessageOf<"started">): void {
    if (!this.#isAsked || request !== this.#request)
      throw broken(`found epoch ${epoch} begun for request ${request}, expected ${this.#request}, once`);
    this.#isAsked = false;
    if (this.#epoch !== undefined)
      throw broken(`found epoch ${epoch} begun before the receipt of epoch ${this.#epoch}`);
    if (epoch <= this.#lastEpoch) throw broken(`found epoch ${epoch} after epoch ${this.#lastEpoch}`);
    this.#epoch = epoch;
    this.#lastEpoch = epoch;
    this.#counts = noCounts();
  }

  /** A frame has come to its end. */
  took({ epoch, message, frame, length, isSubstitute }: FrameHeader): void {
    if (epoch !== this.#epoch)
      throw broken(`found a frame of epoch ${epoch}, expected ${this.#epoch ?? "none before it is started"}`);
    const counts = this.#counts;
    if (message !== counts.sent) throw broken(`found message number ${message}, expected ${counts.sent}`);
    if (this.outstanding === 0) throw broken(`found a frame of playback ${this.number} that was not granted`);
    this.outstanding -= 1;
    counts.first ??= frame;
    counts.last = frame;
    counts.sent += 1;
    counts.substituted += isSubstitute ? 1 : 0;
    counts.bytes += length;
  }

  /** The epoch has ended. */
  ended({ epoch, receipt }: ServerMessageOf<"receipt">): Part {
    if (epoch !== this.#epoch || receipt.epoch !== epoch)
      throw broken(`found a receipt of epoch ${receipt.epoch}, expected ${this.#epoch ?? "none"}`);
    const { sent, bytes } = this.#counts;
    if (receipt.sent !== sent || receipt.bytes !== bytes) {
      const said = `${receipt.sent} frames of ${receipt.bytes} bytes`;
      throw broken(`found a receipt of ${said}, expected the ${sent} of ${bytes} bytes that came`);
    }
    if (receipt.end === "replaced" && !this.#isAsked) throw broken(`found epoch ${epoch} replaced unasked`);
    this.#epoch = undefined;
    return receipt;
  }

  /** What has come of an epoch that has no receipt; undefined when nothing has. */
  lost(): LostPart | undefined {
    const isEmpty = this.#epoch === undefined || this.#counts.sent === 0;
    return isEmpty ? undefined : { end: "lost", ...this.#counts };
  }
}
