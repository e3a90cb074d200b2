import type { Changes, FramePlace } from "../src/wire/websocket/wish.ts";
import { Deferred } from "./deferred.ts";
import type { PlaybackReceipt } from "./receipt.ts";

/** What a program may ask of a playback. */
export type Command =
  | { readonly kind: "seek"; readonly frame: FramePlace }
  | { readonly kind: "change"; readonly changes: Changes }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" };

/** What a command comes to: the receipt of the epoch that it ended, if it ended one. */
export type Outcome = PlaybackReceipt | undefined;

/** A command and whoever waits for it. */
export class Order extends Deferred<Outcome> {
  readonly command: Command;

  constructor(command: Command) {
    super();
    this.command = command;
    // Who asks and does not wait is not to be ended by an answer that nobody reads.
    this.promise.catch(() => undefined);
  }
}

/** Commands of one playback: one is carried out at a time, and of seeks that wait only the last. */
export class Orders {
  #current: Order | undefined;
  readonly #waiting: Order[] = [];

  /** The one that is being carried out. */
  get current(): Order | undefined {
    return this.#current;
  }

  add(command: Command): Order {
    const order = new Order(command);
    const last = this.#waiting.at(-1);
    if (command.kind === "seek" && last?.command.kind === "seek") {
      // Whoever waits for a place that was left again waits for the one that counts.
      this.#waiting.pop();
      last.resolve(order.promise);
    }
    this.#waiting.push(order);
    return order;
  }

  /** Takes the next one up, when none is being carried out. */
  next(): Order | undefined {
    if (this.#current !== undefined) return undefined;
    this.#current = this.#waiting.shift();
    return this.#current;
  }

  carriedOut(outcome: Outcome): void {
    const order = this.#current;
    this.#current = undefined;
    order?.resolve(outcome);
  }

  refused(error: Error): void {
    const order = this.#current;
    this.#current = undefined;
    order?.reject(error);
  }

  /** None of them will be carried out. */
  close(error: Error): void {
    this.refused(error);
    for (const order of this.#waiting.splice(0)) order.reject(error);
  }
}
