import type { ServerMessageOf } from "../src/wire/websocket/serverMessages.ts";
import type { MutoscopeError } from "./error.ts";
import type { Host } from "./host.ts";
import type { Questions } from "./questions.ts";
import { Watch } from "./watch.ts";

type Entry = {
  readonly watch: Watch;
  /** Its question has no answer yet, and goes to every new connection until it has one. */
  isAsked: boolean;
};

/** What a client watches in the library, over as many connections as it takes. */
export class Watches {
  readonly #host: Host;
  readonly #questions: Questions;
  readonly #entries = new Map<number, Entry>();

  constructor(host: Host, questions: Questions) {
    this.#host = host;
    this.#questions = questions;
  }

  /** @returns when the server tells of everything from then on */
  async add(movie: string | undefined): Promise<Watch> {
    const number = this.#host.request();
    const watch = new Watch(movie, () => {
      this.#entries.delete(number);
      this.#host.say({ type: "unwatch", watch: number });
    });
    const entry = { watch, isAsked: false };
    // Before the answer: events may come right behind it.
    this.#entries.set(number, entry);
    try {
      await this.#ask(number, entry);
    } catch (error) {
      this.#entries.delete(number);
      throw error;
    }
    return watch;
  }

  tell({ watch, ...change }: ServerMessageOf<"event">): void {
    const { type: _, ...told } = change;
    this.#entries.get(watch)?.watch.tell(told);
  }

  /** What a new connection is asked for; what happened meanwhile nobody knows. */
  opened(): void {
    for (const [number, entry] of this.#entries) {
      if (entry.isAsked) continue;
      entry.watch.tellMissed();
      this.#ask(number, entry).catch((error: MutoscopeError) => {
        this.#entries.delete(number);
        entry.watch.end(error);
      });
    }
  }

  close(error: MutoscopeError): void {
    for (const { watch } of this.#entries.values()) watch.end(error);
    this.#entries.clear();
  }

  async #ask(number: number, entry: Entry): Promise<void> {
    entry.isAsked = true;
    const { movie } = entry.watch;
    await this.#questions.ask<"watch">((request) => ({ type: "watch", request, watch: number, movie }));
    entry.isAsked = false;
  }
}
