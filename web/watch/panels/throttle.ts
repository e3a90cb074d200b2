/**
 * Lets something happen at once, and again at most every so many milliseconds; of what is wished meanwhile
 * the last counts.
 */
export class Throttle<Wish> {
  readonly #ms: number;
  readonly #act: (wish: Wish) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: { readonly wish: Wish } | undefined;

  constructor(ms: number, act: (wish: Wish) => void) {
    this.#ms = ms;
    this.#act = act;
  }

  wish(wish: Wish): void {
    if (this.#timer === undefined) this.#go(wish);
    else this.#waiting = { wish };
  }

  /** What waits does not happen any more. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
  }

  #go(wish: Wish): void {
    this.#timer = setTimeout(() => this.#turn(), this.#ms);
    this.#act(wish);
  }

  #turn(): void {
    const waiting = this.#waiting;
    this.drop();
    if (waiting !== undefined) this.#go(waiting.wish);
  }
}
