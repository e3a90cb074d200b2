import type { Socket } from "node:net";
import type { Fault } from "../../base/errors.ts";
import type { MonotonicMs } from "../../base/units.ts";
import type { HandOver, Sink, SinkAnswer } from "../../dispatch/sink.ts";

/** What a sink tells the owner of its connection. */
export interface SinkOwner {
  now(): MonotonicMs;
  /** Everything that was sent has been taken: the next hand-over is welcome. */
  drained(): void;
  /** The kernel has all that was written. */
  emptied(): void;
  /** A message of so many bytes has been handed over to its end: lines may follow it. */
  atBoundary(bytes: number): void;
  /** The dispatcher gives this client up. */
  abandoned(reason: Fault): void;
}

/**
 * Hands bytes to one socket. At most one hand-over lies in this process's own buffers: the next is refused
 * until the kernel has all of it. Lines (errors, receipts) go before everything that waits, but never into
 * a message.
 */
export class SocketSink implements Sink {
  readonly #socket: Socket;
  readonly #owner: SinkOwner;
  #isInMessage = false;
  /** Of the message in progress, or of those that went together. */
  #messageBytes = 0;
  #waitsSince: MonotonicMs | undefined;
  // Lines that wait for the end of the message in progress.
  #lines: Uint8Array[] = [];
  #lineBytes = 0;
  // Bytes of lines in the socket's buffer, at most: counted from when it was last seen empty.
  #writtenLineBytes = 0;

  constructor(socket: Socket, owner: SinkOwner) {
    this.#socket = socket;
    this.#owner = owner;
  }

  /** Whether a message has been begun and not finished. */
  get isInMessage(): boolean {
    return this.#isInMessage;
  }

  /** Since when the client has taken nothing of what it was given; undefined while nothing waits for it. */
  get waitsSince(): MonotonicMs | undefined {
    return this.#waitsSince;
  }

  /** Bytes of lines that the client has not taken. */
  get lineBytes(): number {
    return this.#lineBytes + Math.min(this.#writtenLineBytes, this.#socket.writableLength);
  }

  send(handOver: HandOver): SinkAnswer {
    this.#write(handOver.parts);
    this.#isInMessage = handOver.continues;
    this.#messageBytes += handOver.bytes;
    if (!handOver.continues) this.#endMessage();
    // A socket that has been destroyed takes nothing, and its `close` is about to come.
    if (this.#socket.writableLength === 0 && !this.#socket.destroyed) return "more";
    this.#waitsSince = this.#owner.now();
    return "wait";
  }

  /** Sends a line as soon as no message is in progress. */
  sendLine(line: Uint8Array): void {
    this.#lines.push(line);
    this.#lineBytes += line.byteLength;
    if (!this.#isInMessage) this.#flushLines();
  }

  abandon(reason: Fault): void {
    this.#owner.abandoned(reason);
  }

  #endMessage(): void {
    const bytes = this.#messageBytes;
    this.#messageBytes = 0;
    this.#flushLines();
    this.#owner.atBoundary(bytes);
  }

  #flushLines(): void {
    if (this.#lines.length === 0) return;
    const before = this.#socket.writableLength === 0 ? 0 : this.#writtenLineBytes;
    this.#writtenLineBytes = before + this.#lineBytes;
    this.#write(this.#lines);
    this.#lines = [];
    this.#lineBytes = 0;
  }

  // One gathered write, and one callback for all of it.
  #write(parts: readonly Uint8Array[]): void {
    const isGathered = parts.length > 1;
    let left = parts.length;
    if (isGathered) this.#socket.cork();
    for (const part of parts) {
      left -= 1;
      if (left === 0) this.#socket.write(part, this.#written);
      else this.#socket.write(part);
    }
    if (isGathered) this.#socket.uncork();
  }

  // A write that the kernel took at once calls back too, perhaps after a later one has begun to wait.
  readonly #written = (error?: Error | null): void => {
    if (this.#socket.writableLength > 0 || error instanceof Error) return;
    this.#writtenLineBytes = 0;
    if (this.#waitsSince !== undefined) {
      this.#waitsSince = undefined;
      this.#owner.drained();
    }
    this.#owner.emptied();
  };
}
