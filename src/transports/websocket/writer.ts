import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { MonotonicMs } from "../../base/units.ts";
import type { Ledger } from "./client.ts";

/** What a writer tells the owner of its connection. */
export interface WriterOwner {
  now(): MonotonicMs;
  /** The kernel has all that was written. */
  emptied(): void;
  /** Counts what is written; undefined where nothing limits that. */
  readonly ledger: Pick<Ledger, "handed"> | undefined;
}

// Made once: there are two parts and more to every frame.
const TEXT = { binary: false, compress: false } as const;
const PART = { binary: true, compress: false, fin: false } as const;
const LAST_PART = { binary: true, compress: false, fin: true } as const;
const TEXT_PART = { binary: false, compress: false, fin: false } as const;

/** All that goes to one client: text and binary messages, in the order in which they are given. */
export class Writer {
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #owner: WriterOwner;
  #waitsSince: MonotonicMs | undefined;
  // Counted from when everything was last seen to be taken.
  #textBytes = 0;
  #isInText = false;

  constructor(ws: WebSocket, socket: Socket, owner: WriterOwner) {
    this.#ws = ws;
    this.#socket = socket;
    this.#owner = owner;
  }

  /** Whether a text message has been begun and not finished: nothing else may be written. */
  get isInText(): boolean {
    return this.#isInText;
  }

  /** Whether the kernel has all that was written. A socket that is gone takes nothing. */
  get isEmpty(): boolean {
    return this.#socket.writableLength === 0 && !this.#socket.destroyed;
  }

  /** Since when the client has taken nothing of what it was given; undefined while nothing waits for it. */
  get waitsSince(): MonotonicMs | undefined {
    return this.#waitsSince;
  }

  /** Bytes of text that the client has not taken, at most. */
  get textBytes(): number {
    return Math.min(this.#textBytes, this.#socket.writableLength);
  }

  /** One text message. */
  text(text: string): void {
    const bytes = Buffer.from(text);
    this.#countText(bytes);
    this.#ws.send(bytes, TEXT, this.#written);
    this.#noteWait();
  }

  /** The answer to a ping, which may stand in the middle of a message. */
  pong(data: Buffer): void {
    this.#countText(data);
    this.#ws.pong(data, false, this.#written);
    this.#noteWait();
  }

  /**
   * Parts of one text message of so many bytes that were handed over, which nothing else is written into.
   * `isLast`: it ends with them.
   */
  textParts(parts: readonly Uint8Array[], bytes: number, { isLast }: { readonly isLast: boolean }): void {
    const last = parts.length - 1;
    this.#socket.cork();
    for (const [index, part] of parts.entries())
      this.#ws.send(part, isLast && index === last ? TEXT : TEXT_PART, this.#written);
    this.#owner.ledger?.handed(bytes, "written");
    this.#socket.uncork();
    this.#isInText = !isLast;
    this.#noteWait();
  }

  /** One binary message with so many bytes that were handed over, as fragments: nothing is copied. */
  binary(parts: readonly Uint8Array[], bytes: number): void {
    const last = parts.length - 1;
    this.#socket.cork();
    for (let index = 0; index < last; index += 1) this.#ws.send(parts[index] ?? NOTHING, PART);
    this.#ws.send(parts[last] ?? NOTHING, LAST_PART, this.#written);
    this.#owner.ledger?.handed(bytes, "written");
    this.#socket.uncork();
    this.#noteWait();
  }

  /** Asks whether the client is there. */
  ping(): void {
    this.#ws.ping();
  }

  #countText({ byteLength }: Buffer): void {
    if (this.#socket.writableLength === 0) this.#textBytes = 0;
    this.#textBytes += byteLength;
  }

  #noteWait(): void {
    if (!this.isEmpty) this.#waitsSince ??= this.#owner.now();
  }

  // A write that the kernel took at once calls back too, perhaps after a later one has begun to wait.
  readonly #written = (error?: Error | null): void => {
    if (error instanceof Error) return;
    if (this.#socket.writableLength > 0) {
      // What was waited for has been taken in part: the client is alive.
      if (this.#waitsSince !== undefined) this.#waitsSince = this.#owner.now();
      return;
    }
    this.#textBytes = 0;
    if (this.#waitsSince === undefined) return;
    this.#waitsSince = undefined;
    this.#owner.emptied();
  };
}

const NOTHING = new Uint8Array(0);
