import { assert } from "../../base/assert.ts";
import type { Fault } from "../../base/errors.ts";
import type { HandOver, Sink, SinkAnswer } from "../../dispatch/sink.ts";
import { encodeContinuation } from "../../wire/websocket/frameHeader.ts";
import type { Writer } from "./writer.ts";

/** What a sink tells the owner of its playback. */
export interface FrameSinkOwner {
  /** A frame of so many bytes, with what stands before it, has been handed over to its end. */
  atBoundary(bytes: number): void;
  /** The dispatcher gives this client up. */
  abandoned(reason: Fault): void;
}

/**
 * Hands the frames of one playback to a connection that it shares with others: one hand-over is one binary
 * message. It is busy while the connection's own buffer holds anything, whoever filled it, and while a frame
 * would have to begin that the client has not granted.
 */
export class FrameSink implements Sink {
  readonly #writer: Writer;
  readonly #owner: FrameSinkOwner;
  readonly #continuation: Uint8Array;
  #credit = 0;
  #isInMessage = false;
  /** Of the frame in progress, or of those that went together. */
  #messageBytes = 0;

  /** @param playback the client's number of it */
  constructor(writer: Writer, playback: number, owner: FrameSinkOwner) {
    this.#writer = writer;
    this.#owner = owner;
    this.#continuation = encodeContinuation(playback);
  }

  /** Whether a frame has been begun and not finished. */
  get isInMessage(): boolean {
    return this.#isInMessage;
  }

  /** Frames that may still begin. */
  get room(): number {
    return this.#credit;
  }

  get isBusy(): boolean {
    return !this.#writer.isEmpty || this.#writer.isInText || (this.#credit === 0 && !this.#isInMessage);
  }

  /** The client grants so many frames more. @returns how many are outstanding then */
  grant(frames: number): number {
    this.#credit += frames;
    return this.#credit;
  }

  send({ parts, bytes, starts, continues }: HandOver): SinkAnswer {
    assert(starts <= this.#credit, "a frame began that was not granted");
    this.#credit -= starts;
    // Only the rest of a frame goes without a beginning.
    this.#writer.binary(starts === 0 ? [this.#continuation, ...parts] : parts, bytes);
    this.#isInMessage = continues;
    this.#messageBytes += bytes;
    if (!continues) this.#endMessage();
    return this.#writer.isEmpty ? "more" : "wait";
  }

  abandon(reason: Fault): void {
    this.#owner.abandoned(reason);
  }

  #endMessage(): void {
    const bytes = this.#messageBytes;
    this.#messageBytes = 0;
    this.#owner.atBoundary(bytes);
  }
}
