import type { LibraryChange } from "../src/wire/websocket/serverMessages.ts";
import type { MutoscopeError } from "./error.ts";

/** Events that may wait for the program: beyond, they become one that says that some were missed. */
const WAITING_EVENTS = 1000;

const MISSED: LibraryChange = {
  kind: "missed",
  movie: undefined,
  landed: "",
  revised: "",
  removed: "",
  partial: false,
  revision: undefined,
};

type Result = IteratorResult<LibraryChange, undefined>;
type Waiter = { readonly resolve: (result: Result) => void; readonly reject: (error: Error) => void };

/** What happens in the library, or to one movie, until the loop over it is left. */
export class Watch implements AsyncIterableIterator<LibraryChange, undefined, void> {
  /** Undefined for all. */
  readonly movie: string | undefined;
  readonly #left: (watch: Watch) => void;
  #changes: LibraryChange[] = [];
  readonly #waiters: Waiter[] = [];
  #error: MutoscopeError | undefined;
  #isOver = false;

  /** Made by `Client.watch`. @param left called once, when the program wants no more */
  constructor(movie: string | undefined, left: (watch: Watch) => void) {
    this.movie = movie;
    this.#left = left;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    return new Promise((resolve, reject) => {
      const change = this.#changes.shift();
      if (change !== undefined) resolve({ done: false, value: change });
      else if (this.#isOver) this.#tellEnd({ resolve, reject });
      else this.#waiters.push({ resolve, reject });
    });
  }

  async return(): Promise<Result> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Watches no more; what has come is thrown away. May be called twice. */
  close(): void {
    if (!this.#isOver) this.#left(this);
    this.#changes = [];
    this.end(undefined);
  }

  /** Something happened. */
  tell(change: LibraryChange): void {
    if (this.#isOver) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) waiter.resolve({ done: false, value: change });
    else if (this.#changes.length >= WAITING_EVENTS) this.#changes = [MISSED];
    else this.#changes.push(change);
  }

  /** Nobody knows what happened meanwhile: look at everything anew. */
  tellMissed(): void {
    if (this.#changes.at(-1)?.kind !== "missed") this.tell(MISSED);
  }

  /** Nothing more will come. */
  end(error: MutoscopeError | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#error = error;
    for (const waiter of this.#waiters.splice(0)) this.#tellEnd(waiter);
  }

  #tellEnd({ resolve, reject }: Waiter): void {
    const error = this.#error;
    this.#error = undefined;
    if (error === undefined) resolve({ done: true, value: undefined });
    else reject(error);
  }
}
