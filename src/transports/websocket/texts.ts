import type { Fault } from "../../base/errors.ts";
import { DEFAULT_PRIORITY } from "../../base/units.ts";
import { LINE_BURST } from "../lineAllowance.ts";
import { granted } from "../movies.ts";
import type { House } from "../seat.ts";
import type { WebClient } from "./client.ts";
import { Reply } from "./reply.ts";
import type { Writer } from "./writer.ts";

export type TextsOptions = {
  readonly writer: Writer;
  readonly client: Pick<WebClient, "bestPriority" | "ledger">;
  readonly house: Pick<House, "egress">;
  /** A long text has ended: what waited for that may go on. */
  readonly freed: () => void;
  /** The dispatcher gives the client up. */
  readonly abandoned: (reason: Fault) => void;
};

/**
 * All text that goes to one client. Lines go at once, and are charged to its budgets; where there are any,
 * what is longer than a line goes through the dispatcher.
 */
export class Texts {
  readonly #options: TextsOptions;
  readonly #replies = new Set<Reply>();
  /** What came while a long text was under way. */
  #waiting: string[] = [];

  constructor(options: TextsOptions) {
    this.#options = options;
  }

  /** Tells it as soon as no long text is under way. */
  tell(text: string): void {
    if (this.#options.writer.isInText) this.#waiting.push(text);
    else this.#say(text);
  }

  /** Tells what may be long. @param ended called when the last of it has left */
  reply(text: string, ended: () => void): void {
    const { house, client, writer, abandoned } = this.#options;
    const { egress } = house;
    if (egress === undefined || Buffer.byteLength(text) <= LINE_BURST) {
      this.tell(text);
      ended();
      return;
    }
    const { bestPriority } = client;
    const { priority } = granted(DEFAULT_PRIORITY, bestPriority);
    const reply = new Reply(text, {
      egress,
      client,
      priority,
      bestPriority,
      writer,
      written: () => this.#sayWaiting(),
      ended: () => {
        this.#forget(reply);
        ended();
      },
      abandoned,
    });
    this.#replies.add(reply);
  }

  /** The connection's buffer is empty, or a long text has ended. */
  drained(): void {
    for (const reply of this.#replies) reply.drained();
  }

  /** Tells nothing any more. May be called twice. */
  close(): void {
    for (const reply of this.#replies) reply.close();
    this.#replies.clear();
    this.#waiting = [];
  }

  #say(text: string): void {
    const { writer, client } = this.#options;
    writer.text(text);
    client.ledger?.told();
  }

  // Before anything else can go: a frame must not overtake what says that its playback has begun.
  #sayWaiting(): void {
    const texts = this.#waiting;
    this.#waiting = [];
    for (const text of texts) this.#say(text);
  }

  #forget(reply: Reply): void {
    reply.close();
    this.#replies.delete(reply);
    this.#options.freed();
  }
}
