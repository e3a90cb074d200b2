import type { ClientMessageOf } from "../src/wire/websocket/clientMessages.ts";
import type { ServerMessage } from "../src/wire/websocket/serverMessages.ts";
import { type MutoscopeError, broken, toldError } from "./error.ts";
import type { Host } from "./host.ts";

/** What may be asked twice and is the same: a question goes again to the next connection. */
type Question = ClientMessageOf<"movies"> | ClientMessageOf<"movie"> | ClientMessageOf<"watch">;

/** What each is answered with. */
const ANSWERS = { movies: "movies", movie: "movie", watch: "watching" } as const;
type AnswerOf<Type extends Question["type"]> = Extract<
  ServerMessage,
  { readonly type: (typeof ANSWERS)[Type] }
>;

type Open = {
  readonly question: Question;
  readonly resolve: (answer: ServerMessage) => void;
  readonly reject: (error: Error) => void;
  readonly cancel: () => void;
};

/** Questions that are not about a playback, and who waits for their answers. */
export class Questions {
  readonly #host: Host;
  readonly #open = new Map<number, Open>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** @param question gets the number of the request, which it is to carry */
  ask<Type extends Question["type"]>(
    question: (request: number) => ClientMessageOf<Type> & Question,
  ): Promise<AnswerOf<Type>> {
    const request = this.#host.request();
    const { patience, surroundings } = this.#host;
    const asked = question(request);
    return new Promise((resolve, reject) => {
      const cancel = surroundings.wake(patience, () =>
        this.#host.fail(broken(`found no answer to ${asked.type} in ${patience} ms, expected one`)),
      );
      // `answered` has looked that it is of the type that belongs to the question.
      const take = (answer: ServerMessage): void => resolve(answer as AnswerOf<Type>);
      this.#open.set(request, { question: asked, resolve: take, reject, cancel });
      this.#host.say(asked);
    });
  }

  /** Asks again what had no answer on the connection before. */
  opened(): void {
    for (const { question } of this.#open.values()) this.#host.say(question);
  }

  /** @returns whether it was the answer to a question */
  answered(message: ServerMessage & { readonly request: number | undefined }): boolean {
    const { request } = message;
    const open = request === undefined ? undefined : this.#open.get(request);
    if (request === undefined || open === undefined) return false;
    this.#open.delete(request);
    open.cancel();
    if (message.type === "error") open.reject(toldError(message));
    else if (message.type === ANSWERS[open.question.type]) open.resolve(message);
    else throw broken(`found ${message.type} as the answer to ${open.question.type}`);
    return true;
  }

  /** Nobody will answer. */
  close(error: MutoscopeError): void {
    for (const { reject, cancel } of this.#open.values()) {
      cancel();
      reject(error);
    }
    this.#open.clear();
  }
}
