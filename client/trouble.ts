import { backoff } from "./backoff.ts";
import { type MutoscopeError, broken } from "./error.ts";
import type { UnderWay } from "../src/wire/websocket/frameReader.ts";
import type { Host } from "./host.ts";

/**
 * An epoch that was open for so long, in milliseconds, shows that its server works though no frame was
 * due.
 */
const STEADY = 10_000;

/**
 * What goes wrong with one playback, and for how long: answers that do not come, refusals that may not be the
 * last word, connections that break again and again.
 */
export class Trouble {
  readonly #host: Host;
  readonly #again: () => void;
  #since: number | undefined;
  #startedAt: number | undefined;
  #refusals = 0;
  #stopWaiting: (() => void) | undefined;
  #stopRetry: (() => void) | undefined;

  /** @param again called when it is time to try again */
  constructor(host: Host, again: () => void) {
    this.#host = host;
    this.#again = again;
  }

  /** Whether a try is put off. */
  get isWaiting(): boolean {
    return this.#stopRetry !== undefined;
  }

  /** Whether it has gone on for longer than anybody wants to wait. */
  get isPastPatience(): boolean {
    return this.#since !== undefined && this.#now - this.#since >= this.#host.patience;
  }

  /**
   * Something was asked that has to be answered; the answer waits for the end of the frame that is under
   * way.
   */
  asked(what: string, underWay: () => UnderWay | undefined): void {
    this.answered();
    this.#await(what, underWay, undefined);
  }

  answered(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  /** An epoch is open. */
  started(): void {
    this.#startedAt = this.#now;
  }

  /** The connection broke. */
  began(): void {
    const wasSteady = this.#startedAt !== undefined && this.#now - this.#startedAt >= STEADY;
    if (wasSteady) this.#since = undefined;
    this.#startedAt = undefined;
    this.#since ??= this.#now;
  }

  /** Something came. */
  over(): void {
    this.#since = undefined;
    this.#refusals = 0;
  }

  /**
   * What was there before a connection broke is refused: tries again later, or elsewhere.
   * @returns why not, when it is of no use
   */
  refused(error: MutoscopeError): MutoscopeError | undefined {
    this.#since ??= this.#now;
    this.#refusals += 1;
    const { addresses, surroundings } = this.#host;
    if (this.isPastPatience || (!error.retry && this.#refusals >= addresses)) return error;
    if (addresses > 1) {
      this.#host.hop();
      return undefined;
    }
    const ms = backoff(this.#refusals - 1, () => surroundings.random());
    this.#stopRetry = surroundings.wake(ms, () => {
      this.#stopRetry = undefined;
      this.#again();
    });
    return undefined;
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.answered();
    this.over();
    this.#stopRetry?.();
    this.#stopRetry = undefined;
  }

  #await(what: string, underWay: () => UnderWay | undefined, before: UnderWay | undefined): void {
    const { patience, surroundings } = this.#host;
    this.#stopWaiting = surroundings.wake(patience, () => {
      const now = underWay();
      // A large frame on a slow link: as long as more of it comes. Behind it no other one may begin.
      const isSame = before === undefined || before.header === now?.header;
      if (now !== undefined && isSame && now.bytes > (before?.bytes ?? -1)) this.#await(what, underWay, now);
      else this.#host.fail(broken(`found no answer to ${what} in ${patience} ms, expected one`));
    });
  }

  get #now(): number {
    return this.#host.surroundings.now();
  }
}
