/** Ends a subscription. May be called twice. */
export type Unsubscribe = () => void;

/**
 * One kind of event that the stages publish for logs and metrics. Nothing flows back: a stage
 * does not know who listens, and publishing to nobody costs one comparison.
 */
export class Channel<T> {
  #listeners: readonly ((event: T) => void)[] = [];

  /** Whether anyone listens: ask before building a costly event. */
  get hasListeners(): boolean {
    return this.#listeners.length > 0;
  }

  publish(event: T): void {
    for (const listener of this.#listeners) listener(event);
  }

  subscribe(listener: (event: T) => void): Unsubscribe {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }
}
