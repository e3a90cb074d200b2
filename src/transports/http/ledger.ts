import type { Socket } from "node:net";
import type { MonotonicMs } from "../../base/units.ts";
import type { Egress } from "../egress.ts";
import type { LineAllowance } from "../lineAllowance.ts";

/**
 * What one connection of HTTP was sent beside hand-overs: heads, problems, short answers, events. It is read
 * off the socket, so that nothing is left out, whoever wrote it.
 *
 *     written to the socket = handed over + charged already + what is to be charged now
 */
export class Ledger {
  readonly #socket: Socket;
  readonly #client: object;
  readonly #egress: Egress;
  /** What its lines may come to; undefined where the server has no budget. */
  readonly allowance: LineAllowance | undefined;
  #handed = 0;
  #charged = 0;

  constructor(socket: Socket, client: object, egress: Egress) {
    this.#socket = socket;
    this.#client = client;
    this.#egress = egress;
    this.allowance = egress.lines?.open();
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

  /** What was written besides are lines: they take from the connection's allowance. */
  told(): void {
    this.allowance?.told(this.#charge());
  }

  /** When its next request may be looked at; undefined when it may be now. */
  get waitsUntil(): MonotonicMs | undefined {
    return this.allowance?.waitsUntil;
  }

  /** The connection has gone. May be called twice. */
  close(): void {
    this.allowance?.close();
  }

  /** @returns bytes */
  #charge(): number {
    const bytes = this.#socket.bytesWritten - this.#handed - this.#charged;
    // What is about to be written has been counted before.
    if (bytes <= 0) return 0;
    this.#charged += bytes;
    this.#egress.charge(this.#client, bytes);
    return bytes;
  }
}
