import type { Socket } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";
import type { MonotonicMs } from "../../base/units.ts";
import type { Egress } from "../egress.ts";
import type { LineAllowance } from "../lineAllowance.ts";

export type LedgerOptions = {
  readonly clock: Clock;
  readonly egress: Egress;
  readonly socket: Socket;
  /** Whose it is: the same for all that a connection is sent. */
  readonly client: object;
  /** The first answer has begun to wait for its allowance, or none waits any longer. */
  readonly holdsBack: (isHeldBack: boolean) => void;
};

type Answer = { readonly bytes: number; readonly go: () => void };

/**
 * What one connection of HTTP is sent beside hand-overs: heads, problems, short answers, events, and all
 * that WebSocket sends where it has become that. It is read off the socket, so that nothing is left out,
 * whoever wrote it. Answers wait until the connection's allowance has them, each in its order; frames do not.
 *
 *     written to the socket = handed over + charged already + what is to be charged now
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #allowance: LineAllowance | undefined;
  #handed = 0;
  #charged = 0;
  /** Bytes that were taken from the allowance and are not known to be written. */
  #paid = 0;
  #waiting: Answer[] = [];
  #timer: Timer | undefined;
  #isOver = false;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#allowance = options.egress.lines?.open();
  }

  /** When more may be told without being asked for; undefined when it may be now. */
  get waitsUntil(): MonotonicMs | undefined {
    return this.#allowance?.waitsUntil;
  }

  /**
   * Calls `go`, perhaps at once, when an answer of about so many bytes may be written; never, when the
   * connection goes before.
   */
  afford(bytes: number, go: () => void): void {
    if (this.#isOver) return;
    this.#waiting.push({ bytes, go });
    this.#goOn();
  }

  /** Whether an answer of about so many bytes may be written now: then it is paid for. */
  affords(bytes: number): boolean {
    return this.#waiting.length === 0 && this.#pay(bytes) === undefined;
  }

  /**
   * So many bytes that the dispatcher has handed over were written, or are about to be. With `written`, what
   * stands between them is charged now, and without an allowance: no hand-over follows before that is made up
   * for.
   */
  handed(bytes: number, when: "about to be" | "written"): void {
    this.#handed += bytes;
    if (when === "written") this.#charge();
  }

  /** What was written besides are lines. */
  told(): void {
    this.#allowance?.told(this.#charge() - this.#paid);
    this.#paid = 0;
  }

  /** The connection has gone. May be called twice. */
  close(): void {
    if (this.#isOver) return;
    this.told();
    this.#isOver = true;
    this.#waiting = [];
    this.#timer?.cancel();
    this.#allowance?.close();
  }

  #goOn(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#timer !== undefined) return;
    const until = this.#pay(next.bytes);
    this.#options.holdsBack(until !== undefined);
    if (until !== undefined) {
      this.#timer = this.#options.clock.at(until, () => {
        this.#timer = undefined;
        this.#goOn();
      });
      return;
    }
    this.#waiting.shift();
    next.go();
    this.#goOn();
  }

  /** Takes them from the allowance, or says when to ask again. */
  #pay(bytes: number): MonotonicMs | undefined {
    const until = this.#allowance?.take(bytes);
    if (until === undefined) this.#paid += bytes;
    return until;
  }

  /** @returns bytes */
  #charge(): number {
    const { socket, egress, client } = this.#options;
    const bytes = socket.bytesWritten - this.#handed - this.#charged;
    // What is about to be written has been counted before; of a socket that has gone nothing may be known.
    if (!(bytes > 0)) return 0;
    this.#charged += bytes;
    egress.charge(client, bytes);
    return bytes;
  }
}
