/**
 * Asks for what is looked at now: at most one question is under way, of which another wish makes nothing, and
 * between two there is a pause.
 */
export class Latest<Wish, Answer> {
  readonly #pause: number;
  readonly #ask: (wish: Wish, signal: AbortSignal) => Promise<Answer>;
  readonly #told: (answer: Answer) => void;
  readonly #failed: (error: unknown) => void;
  #wish: { readonly wish: Wish } | undefined;
  #asking: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param pause in milliseconds, from one question to the next */
  constructor(
    pause: number,
    ask: (wish: Wish, signal: AbortSignal) => Promise<Answer>,
    listener: { told(answer: Answer): void; failed(error: unknown): void },
  ) {
    this.#pause = pause;
    this.#ask = ask;
    this.#told = (answer) => listener.told(answer);
    this.#failed = (error) => listener.failed(error);
  }

  /** What is under way is given up. */
  want(wish: Wish): void {
    this.#asking?.abort();
    this.#wish = { wish };
    if (this.#timer === undefined) this.#turn();
  }

  /** Nothing is wanted any more, and nothing is told. */
  drop(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    this.#wish = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #turn(): void {
    this.#timer = undefined;
    const wanted = this.#wish;
    this.#wish = undefined;
    if (wanted === undefined) return;
    this.#timer = setTimeout(() => this.#turn(), this.#pause);
    void this.#run(wanted.wish);
  }

  async #run(wish: Wish): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const answer = await this.#ask(wish, asking.signal);
      if (!asking.signal.aborted) this.#told(answer);
    } catch (error) {
      if (!asking.signal.aborted) this.#failed(error);
    }
  }
}
