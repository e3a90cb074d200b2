import type { IncomingMessage } from "node:http";
import type { ErrorCode } from "../../base/errors.ts";
import type { Priority } from "../../base/units.ts";
import type { LineAllowance } from "../lineAllowance.ts";

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
  /** What its lines may come to; undefined where the server has no budget. Closed with its socket. */
  readonly allowance: LineAllowance | undefined;
  /** It speaks WebSocket from now on. */
  upgraded(): void;
  /** What it calls itself in a request. */
  label(request: Pick<IncomingMessage, "headers">): string;
}
