import { assert } from "../base/assert.ts";
import { Bytes, Epoch, MessageNumber, type MonotonicMs, type Priority } from "../base/units.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { ALWAYS } from "./gate.ts";
import type { Message } from "./message.ts";
import type { Account, Queue } from "./queue.ts";
import type { Sink } from "./sink.ts";
import type { Source } from "./source.ts";

export type DocumentOptions = {
  readonly sink: Sink;
  /** Its client's. */
  readonly account: Account;
  readonly priority: Priority;
  /** The piece that was offered has begun to leave: another is welcome. */
  readonly wanted?: () => void;
};

/**
 * What is sent that is no frame, and longer than a line: a page, a script, a list. It has a queue like
 * that of an untimed playback, and its pieces are the messages.
 */
export class SentDocument implements Source {
  readonly #queue: Queue;
  readonly #wanted: (() => void) | undefined;
  #number = 0;
  /** What was offered, until it begins to leave. */
  #piece: Message | undefined;
  #isInRing = false;

  constructor(dispatcher: Dispatcher, { sink, account, priority, wanted }: DocumentOptions) {
    this.#wanted = wanted;
    this.#queue = dispatcher.attach(sink, this, account);
    this.#queue.begin({ priority, period: undefined });
  }

  /** Offers the next piece, of at least one byte. The one before must have begun to leave. */
  offer(piece: Uint8Array): void {
    assert(this.#piece === undefined, "a piece was offered before the one before it had left");
    const bytes = Bytes(piece.byteLength);
    this.#piece = { epoch: Epoch(1), number: MessageNumber(this.#number), parts: [piece], bytes };
    this.#number += 1;
    this.#isInRing = this.#queue.offer(this.#piece);
  }

  /** The sink, which had answered `wait`, can take the next hand-over. */
  drained(): void {
    this.#queue.drained();
  }

  /** It goes on with another priority. Not to be called while it is handed over. */
  prioritize(priority: Priority): void {
    this.#queue.rerank(priority);
  }

  /** Gives everything back at once. May be called twice. */
  close(): void {
    this.#queue.close();
  }

  drain(): void {
    if (this.#piece === undefined) this.#wanted?.();
    else if (!this.#isInRing) this.#isInRing = this.#queue.offer(this.#piece);
  }

  returned(): void {
    this.#isInRing = false;
  }

  started(): void {
    this.#piece = undefined;
    this.#isInRing = false;
  }

  finished(): void {
    // Its pieces end where the sink says so.
  }

  due(): MonotonicMs {
    return ALWAYS;
  }

  isLate(): boolean {
    return false;
  }

  skip(): void {
    assert(false, "a document has no times that it could be late for");
  }
}
