import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "../../base/errors.ts";
import type { MonotonicMs, Priority } from "../../base/units.ts";

/** Counts what a connection is sent, as its socket has it. */
export interface Ledger {
  /** When more may be told; undefined when it may be now. */
  readonly waitsUntil: MonotonicMs | undefined;
  /** Whether an answer of about so many bytes may be written now: then it is paid for. */
  affords(bytes: number): boolean;
  /** So many bytes that the dispatcher has handed over were written, with what stands between them. */
  handed(bytes: number, when: "written"): void;
  /** What was written besides are lines. */
  told(): void;
}

/** One accepted connection that asks for WebSocket, as whoever accepted it knows it. */
export interface WebClient {
  /** Among the connections of all transports. */
  readonly number: number;
  /** Of the peer; undefined when its socket had lost it already. */
  readonly address: string | undefined;
  readonly peer: string;
  /** The best priority that this client may have. */
  readonly bestPriority: Priority;
  /** Why it was closed, where that was for a reason of ours. */
  reason: ErrorCode | undefined;
  /** What it is sent; undefined where nothing limits that. */
  readonly ledger: Ledger | undefined;
  /** It speaks WebSocket from now on. */
  upgraded(): void;
  /** What it calls itself in a request. */
  label(request: Pick<IncomingMessage, "headers">): string;
}
