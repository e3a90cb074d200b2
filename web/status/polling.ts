/** Does one thing again and again: never twice at once, and not while it is stopped. */
export class Polling {
  readonly #look: (signal: AbortSignal) => Promise<void>;
  readonly #pause: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;

  /** @param look must not fail; @param pause milliseconds from the beginning of one to that of the next */
  constructor(look: (signal: AbortSignal) => Promise<void>, pause: () => number) {
    this.#look = look;
    this.#pause = pause;
  }

  /** At once, and from then on. */
  start(): void {
    this.stop();
    const running = new AbortController();
    this.#running = running;
    void this.#go(running.signal);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = undefined;
  }

  async #go(signal: AbortSignal): Promise<void> {
    const began = performance.now();
    await this.#look(signal);
    if (signal.aborted) return;
    const rest = Math.max(this.#pause() - (performance.now() - began), 0);
    this.#timer = setTimeout(() => void this.#go(signal), rest);
  }
}
