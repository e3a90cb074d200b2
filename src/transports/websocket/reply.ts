import type { Fault } from "../../base/errors.ts";
import type { Priority } from "../../base/units.ts";
import type { HandOver, Sink, SinkAnswer } from "../../dispatch/sink.ts";
import type { DocumentQueue, Egress } from "../egress.ts";
import type { Writer } from "./writer.ts";

export type ReplyOptions = {
  readonly egress: Egress;
  /** Whose it is: the same for all that a connection is sent. */
  readonly client: object;
  readonly priority: Priority;
  /** That it goes on with when it has begun. */
  readonly bestPriority: Priority;
  readonly writer: Writer;
  /** Its last part is written: other text may follow. */
  readonly written: () => void;
  /** It is over, and gives back what it holds. */
  readonly ended: () => void;
  /** The dispatcher gives this client up. */
  readonly abandoned: (reason: Fault) => void;
};

/**
 * A text message that is longer than a line, as a list of movies is: each part of it waits for its turn among
 * the frames. Once it has begun all else on its connection waits for its end, whatever that is worth: so it
 * goes on as the best of that could.
 */
export class Reply implements Sink {
  readonly #options: ReplyOptions;
  readonly #queue: DocumentQueue;
  #hasBegun = false;

  constructor(text: string, options: ReplyOptions) {
    const { egress, client, priority } = options;
    this.#options = options;
    this.#queue = egress.openDocument({ client, priority, sink: this });
    this.#queue.offer(Buffer.from(text));
  }

  get isBusy(): boolean {
    const { writer } = this.#options;
    return !writer.isEmpty || (writer.isInText && !this.#hasBegun);
  }

  send({ parts, bytes, continues }: HandOver): SinkAnswer {
    const { writer, written, ended, bestPriority } = this.#options;
    // Behind the turn, as all that follows from a hand-over.
    if (!this.#hasBegun) queueMicrotask(() => this.#queue.prioritize(bestPriority));
    this.#hasBegun = true;
    writer.textParts(parts, bytes, { isLast: !continues });
    if (!continues) {
      written();
      // Behind the turn, which counts this hand-over as that of a queue that is open.
      queueMicrotask(ended);
    }
    return writer.isEmpty ? "more" : "wait";
  }

  abandon(reason: Fault): void {
    this.#options.abandoned(reason);
  }

  /** The connection's buffer is empty, or a text has ended: the next part may come. */
  drained(): void {
    if (!this.isBusy) this.#queue.drained();
  }

  /** Gives everything back at once. May be called twice. */
  close(): void {
    this.#queue.close();
  }
}
