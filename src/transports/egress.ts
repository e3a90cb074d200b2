import type { Priority } from "../base/units.ts";
import type { Sink } from "../dispatch/sink.ts";
import type { LineAllowances } from "./lineAllowance.ts";

/**
 * What is sent that is no frame, and longer than a line: a page, a script, a list. The dispatcher sends it
 * when it is its turn, piece by piece.
 */
export interface DocumentQueue {
  /** Offers the next piece, of at least one byte. The one before must have begun to leave. */
  offer(piece: Uint8Array): void;
  /** The sink, which had answered `wait`, can take the next hand-over. */
  drained(): void;
  /** It goes on with another priority. Not to be called while it is handed over. */
  prioritize(priority: Priority): void;
  /** Gives everything back at once. May be called twice. */
  close(): void;
}

export type DocumentWish = {
  /** Whose it is: what that may be sent is one for all that it gets. */
  readonly client: object;
  readonly priority: Priority;
  readonly sink: Sink;
  /** The piece that was offered has begun to leave: another is welcome. */
  readonly wanted?: () => void;
};

/** How the budgets learn of what is sent beside frames. There is one where anything limits what is sent. */
export interface Egress {
  /** What all connections' lines may come to; undefined where the server itself has no budget. */
  readonly lines: LineAllowances | undefined;
  /** Lines of so many bytes went to a client. They waited for no budget, and are charged all the same. */
  charge(client: object, bytes: number): void;
  openDocument(wish: DocumentWish): DocumentQueue;
}
