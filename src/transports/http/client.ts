import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { ErrorCode } from "../../base/errors.ts";
import { events, type Transport } from "../../base/events.ts";
import { printable } from "../../base/printable.ts";
import type { Priority } from "../../base/units.ts";

/** What of a program's name for itself is kept: enough to tell one from another. */
const LABEL_CHARACTERS = 80;

/** One accepted connection of HTTP: who it is, and what it may have. */
export class HttpClient {
  /** Among the connections of all transports. */
  readonly number: number;
  readonly socket: Socket;
  /** Of the peer, as its socket names it; undefined when it is gone already. */
  readonly address: string | undefined;
  readonly peer: string;
  readonly bestPriority: Priority;
  readonly #changed: () => void;
  #transport: Transport = "http";
  /** Why it was closed, where that was for a reason of ours. */
  reason: ErrorCode | undefined;
  /** Requests that have come. */
  requests = 0;
  /** Requests that have no whole answer yet. */
  unanswered = 0;

  /** @param changed it speaks WebSocket from now on */
  constructor(number: number, socket: Socket, bestPriority: Priority, changed: () => void) {
    this.number = number;
    this.socket = socket;
    this.address = socket.remoteAddress;
    this.peer = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    this.bestPriority = bestPriority;
    this.#changed = changed;
  }

  /** What it speaks by now. */
  get transport(): Transport {
    return this.#transport;
  }

  /** It speaks WebSocket from now on. */
  upgraded(): void {
    this.#transport = "websocket";
    this.#changed();
    events.connectionUpgraded.publish({ connection: this.number, peer: this.peer });
  }

  /** What it calls itself, in this request. */
  readonly label = ({ headers }: Pick<IncomingMessage, "headers">): string =>
    printable((headers["user-agent"] ?? "").slice(0, LABEL_CHARACTERS));
}
