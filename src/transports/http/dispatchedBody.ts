import { Readable } from "node:stream";
import type { Fault } from "../../base/errors.ts";
import type { Ms, Priority } from "../../base/units.ts";
import type { HandOver, Sink, SinkAnswer } from "../../dispatch/sink.ts";
import type { DocumentQueue, Egress } from "../egress.ts";
import { reset } from "../reset.ts";
import type { HttpClient } from "./client.ts";

export type DispatchedBodyOptions = {
  readonly client: HttpClient;
  readonly egress: Egress;
  readonly priority: Priority;
  /** How long a client may take nothing. */
  readonly stall: Ms;
  /** What is to be sent. It is destroyed with the body. */
  readonly pieces: Readable;
};

/**
 * The body of an answer that is no frame, as the framework reads it: each byte waits for its turn among the
 * frames. One piece is read ahead.
 *
 *     pieces ─▶ queue of the dispatcher ─▶ send ─▶ what the framework reads ─▶ response
 */
export class DispatchedBody extends Readable implements Sink {
  readonly #options: DispatchedBodyOptions;
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #queue: DocumentQueue;
  #isReadingAhead = false;
  #hasAllPieces = false;
  #hasEnded = false;
  /** Bytes that were offered and not yet handed over. */
  #waiting = 0;
  /** Whether more may be handed over; `giving` while something is. */
  #state: "welcome" | "giving" | "wait" = "welcome";

  constructor(options: DispatchedBodyOptions) {
    // What it is given goes on at once: one hand-over lies in the buffers of the response at most.
    super({ highWaterMark: 0 });
    const { egress, client, priority, pieces } = options;
    this.#options = options;
    this.#pieces = pieces[Symbol.asyncIterator]();
    const wanted = (): void => void this.#readAhead();
    this.#queue = egress.openDocument({ client, priority, sink: this, wanted });
    // Silence of a client means nothing before it was given something.
    client.socket.setTimeout(0);
    wanted();
  }

  send({ parts, bytes }: HandOver): SinkAnswer {
    const { client, stall } = this.#options;
    client.ledger?.handed(bytes, "about to be");
    this.#waiting -= bytes;
    this.#state = "giving";
    for (const part of parts) this.push(part);
    // Behind the turn, which counts this hand-over as that of a queue that is open.
    if (this.#isDone) queueMicrotask(() => this.#endIfDone());
    if (this.#isWelcome) return "more";
    this.#state = "wait";
    client.socket.setTimeout(stall);
    return "wait";
  }

  abandon({ code }: Fault): void {
    const { client } = this.#options;
    client.reason = code;
    reset(client.socket);
  }

  override _read(): void {
    const wasWaiting = this.#state === "wait";
    this.#state = "welcome";
    if (!wasWaiting || this.#isDone) return;
    this.#options.client.socket.setTimeout(0);
    this.#queue.drained();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#queue.close();
    this.#hasAllPieces = true;
    this.#options.pieces.destroy();
    done(error);
  }

  /** Whether the framework has asked for more meanwhile. */
  get #isWelcome(): boolean {
    return this.#state === "welcome";
  }

  get #isDone(): boolean {
    return this.#hasAllPieces && this.#waiting === 0;
  }

  async #readAhead(): Promise<void> {
    if (this.#isReadingAhead || this.#hasAllPieces) return;
    this.#isReadingAhead = true;
    try {
      const { value, done } = await this.#pieces.next();
      if (this.destroyed) return;
      if (done === true) this.#hasAllPieces = true;
      else {
        this.#waiting += value.byteLength;
        this.#queue.offer(value);
      }
      this.#endIfDone();
    } catch (error) {
      // What was destroyed ends its pieces in the middle.
      this.destroy(error as Error);
    } finally {
      this.#isReadingAhead = false;
    }
  }

  #endIfDone(): void {
    if (!this.#isDone || this.#hasEnded || this.destroyed) return;
    this.#hasEnded = true;
    this.#queue.close();
    this.push(null);
  }
}
