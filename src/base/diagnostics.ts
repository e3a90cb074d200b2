/** Ends a subscription. May be called twice. */
export type Unsubscribe = () => void;

/** Where events go on to, as long as somebody listens there. */
export interface Relay<T> {
  readonly hasSubscribers: boolean;
  publish(event: T): void;
}

/**
 * One kind of event that the stages publish for logs and metrics. Nothing flows back: a stage
 * does not know who listens, and publishing to nobody costs one comparison.
 *
 * Listeners hear an event in the order in which they came. One that comes meanwhile hears the next one first,
 * and one that leaves hears no more.
 */
export class Channel<T> {
  /**
   * By the subscription's own number, ascending: coming and leaving cost the same however many there are. Who
   * leaves leaves an empty place, for the reason that `Register` gives.
   */
  readonly #places = new Map<number, { listener: ((event: T) => void) | undefined }>();
  #subscriptions = 0;
  #relay: Relay<T> | undefined;
  /** How many have asked for it, and not given it back. */
  #relayed = 0;

  /** Whether anyone listens: ask before building a costly event. */
  get hasListeners(): boolean {
    return this.#places.size > 0 || this.#relay?.hasSubscribers === true;
  }

  publish(event: T): void {
    if (this.#places.size > 0) this.#tell(event);
    if (this.#relay?.hasSubscribers === true) this.#relay.publish(event);
  }

  subscribe(listener: (event: T) => void): Unsubscribe {
    this.#subscriptions += 1;
    const number = this.#subscriptions;
    const place: { listener: ((event: T) => void) | undefined } = { listener };
    this.#places.set(number, place);
    return () => {
      place.listener = undefined;
      this.#places.delete(number);
    };
  }

  /** Has events go on to a place, the same for all who ask, until all of them have ended it. */
  relay(to: Relay<T>): Unsubscribe {
    this.#relay = to;
    this.#relayed += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#relayed -= 1;
      if (this.#relayed === 0) this.#relay = undefined;
    };
  }

  #tell(event: T): void {
    const last = this.#subscriptions;
    for (const [number, { listener }] of this.#places) {
      // From here on they came during this event. One that leaves and comes at each would hear it for ever.
      if (number > last) return;
      listener?.(event);
    }
  }
}
