import type { ServerResponse } from "node:http";
import type { Fault } from "../../base/errors.ts";
import type { MonotonicMs } from "../../base/units.ts";
import type { HandOver, Sink, SinkAnswer } from "../../dispatch/sink.ts";
import { type ByteRange, cutRange } from "./byteRange.ts";

/** What a sink asks and tells the owner of its response. */
export interface ResponseOwner {
  now(): MonotonicMs;
  /**
   * The first bytes are about to leave: writes the head. Says which of the bytes follow it; all, when
   * undefined.
   */
  begin(): ByteRange | undefined;
  /** So many bytes of what was handed over have been written, with what goes before and between them. */
  wrote(bytes: number): void;
  /** Everything that was sent has been taken: the next hand-over is welcome. */
  drained(): void;
  /** A message of so many bytes has been handed over to its end. */
  atBoundary(bytes: number): void;
  /** The dispatcher gives this client up. */
  abandoned(reason: Fault): void;
}

/**
 * Hands bytes to one HTTP response. At most one hand-over lies in this process's own buffers: the next is
 * refused until the kernel has all of it. The first one is held to the end of the turn, because the head that
 * goes before it says what it waited for, and only then that is known.
 */
export class ResponseSink implements Sink {
  readonly #response: ServerResponse;
  readonly #owner: ResponseOwner;
  #isInMessage = false;
  /** Of the message in progress, or of those that went together. */
  #messageBytes = 0;
  #waitsSince: MonotonicMs | undefined;
  #state: "empty" | "held" | "begun" | "ended" = "empty";
  #held: readonly Uint8Array[] = [];
  /** What may leave, when that is not everything. */
  #range: ByteRange | undefined;
  /** Bytes that were handed over, whether they were in the range or not. */
  #at = 0;

  constructor(response: ServerResponse, owner: ResponseOwner) {
    this.#response = response;
    this.#owner = owner;
  }

  /** Whether a message has been begun and not finished. */
  get isInMessage(): boolean {
    return this.#isInMessage;
  }

  /** Whether something has been handed over: what goes wrong from now on can only be told by a cut. */
  get hasStarted(): boolean {
    return this.#state !== "empty";
  }

  /** Since when the client has taken nothing of what it was given; undefined while nothing waits for it. */
  get waitsSince(): MonotonicMs | undefined {
    return this.#waitsSince;
  }

  send(handOver: HandOver): SinkAnswer {
    const isFirst = this.#state === "empty";
    if (isFirst) this.#hold(handOver.parts);
    else this.#write(handOver.parts);
    this.#isInMessage = handOver.continues;
    this.#messageBytes += handOver.bytes;
    if (!handOver.continues) this.#endMessage();
    if (!isFirst && this.#isTaken()) return "more";
    this.#waitsSince = this.#owner.now();
    return "wait";
  }

  abandon(reason: Fault): void {
    this.#owner.abandoned(reason);
  }

  /** Nothing more will be sent: the response is ended behind what was, and these bytes. */
  end(last?: Uint8Array): void {
    const { socket } = this.#response;
    socket?.cork();
    if (this.#state === "held" || this.#state === "empty") this.#flush();
    this.#state = "ended";
    this.#response.end(last);
    socket?.uncork();
    if (!this.#isTaken()) this.#waitsSince ??= this.#owner.now();
  }

  /** What was handed over is not wanted after all: the response is answered without it. */
  discard(): void {
    this.#state = "ended";
    this.#held = [];
  }

  /** What is held back leaves now. */
  release(): void {
    if (this.#state !== "held") return;
    this.#flush();
    if (this.#isTaken()) this.#drained();
  }

  #hold(parts: readonly Uint8Array[]): void {
    this.#state = "held";
    this.#held = parts;
    queueMicrotask(() => this.release());
  }

  #flush(): void {
    const parts = this.#held;
    this.#held = [];
    this.#state = "begun";
    const { socket } = this.#response;
    socket?.cork();
    this.#range = this.#owner.begin();
    this.#write(parts);
    socket?.uncork();
  }

  #endMessage(): void {
    const bytes = this.#messageBytes;
    this.#messageBytes = 0;
    this.#owner.atBoundary(bytes);
  }

  // A response that has been destroyed takes nothing, and its `close` is about to come.
  #isTaken(): boolean {
    return this.#response.writableLength === 0 && !this.#response.destroyed;
  }

  /** One gathered write, which is one chunk of the body, and one callback for all of it. */
  #write(all: readonly Uint8Array[]): void {
    const parts = this.#range === undefined ? all : cutRange(all, this.#at, this.#range);
    for (const part of all) this.#at += part.byteLength;
    const response = this.#response;
    const { socket } = response;
    const last = parts.length - 1;
    if (socket === null || last < 0) return;
    // A response would hold its bytes back to the next tick, unless its socket is corked already.
    socket.cork();
    response.cork();
    let bytes = 0;
    for (const [index, part] of parts.entries()) {
      bytes += part.byteLength;
      if (index === last) response.write(part, this.#written);
      else response.write(part);
    }
    response.uncork();
    this.#owner.wrote(bytes);
    socket.uncork();
  }

  // A write that the kernel took at once calls back too, perhaps after a later one has begun to wait.
  readonly #written = (error?: Error | null): void => {
    if (this.#response.writableLength > 0 || error instanceof Error) return;
    this.#drained();
  };

  #drained(): void {
    if (this.#waitsSince === undefined || this.#state === "ended") return;
    this.#waitsSince = undefined;
    this.#owner.drained();
  }
}
