import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { ErrorCode } from "../../base/errors.ts";
import { events, type Transport } from "../../base/events.ts";
import { printable } from "../../base/printable.ts";
import type { Ms, Priority } from "../../base/units.ts";
import type { House } from "../seat.ts";
import { Ledger } from "./ledger.ts";
import { HEAD_BYTES } from "./limits.ts";
import { Pipeline } from "./pipeline.ts";

/** What of a program's name for itself is kept: enough to tell one from another. */
const LABEL_CHARACTERS = 80;

export type HttpClientOptions = {
  readonly number: number;
  readonly socket: Socket;
  readonly bestPriority: Priority;
  readonly house: Pick<House, "clock" | "turns" | "egress">;
  /** How long it may take nothing of what it was given. */
  readonly stall: Ms;
  /** It speaks WebSocket from now on. */
  readonly changed: () => void;
};

/** One accepted connection of HTTP: who it is, and what it may have. */
export class HttpClient {
  /** Among the connections of all transports. */
  readonly number: number;
  readonly socket: Socket;
  /** Of the peer, as its socket names it; undefined when it is gone already. */
  readonly address: string | undefined;
  readonly peer: string;
  readonly bestPriority: Priority;
  readonly pipeline: Pipeline;
  /** What it is sent, whatever it speaks; undefined where nothing limits that. */
  readonly ledger: Ledger | undefined;
  readonly #changed: () => void;
  #transport: Transport = "http";
  /** Why it was closed, where that was for a reason of ours. */
  reason: ErrorCode | undefined;
  /** Requests that have come. */
  requests = 0;

  constructor({ number, socket, bestPriority, house, stall, changed }: HttpClientOptions) {
    this.number = number;
    this.socket = socket;
    this.address = socket.remoteAddress;
    this.peer = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    this.bestPriority = bestPriority;
    this.#changed = changed;
    const { clock, turns, egress } = house;
    this.pipeline = new Pipeline(turns);
    // Silence of a client that is kept waiting means nothing.
    const holdsBack = (isHeldBack: boolean): void => void socket.setTimeout(isHeldBack ? 0 : stall);
    this.ledger = egress && new Ledger({ clock, egress, socket, client: this, holdsBack });
  }

  /** What it speaks by now. */
  get transport(): Transport {
    return this.#transport;
  }

  /** It speaks WebSocket from now on. */
  upgraded(): void {
    this.#transport = "websocket";
    // The answer to the handshake.
    this.ledger?.told();
    this.#changed();
    events.connectionUpgraded.publish({ connection: this.number, peer: this.peer });
  }

  /** A response has ended, or its connection has. */
  answered(): void {
    this.ledger?.told();
    this.pipeline.answered();
  }

  /** The connection has gone. */
  close(): void {
    this.pipeline.close();
    this.ledger?.close();
  }

  /** Calls `go`, perhaps at once, when an answer may be written whose body has so many bytes. */
  afford(bytes: number, go: () => void): void {
    if (this.ledger === undefined) go();
    else this.ledger.afford(HEAD_BYTES + bytes, go);
  }

  /** What it calls itself, in this request. */
  readonly label = ({ headers }: Pick<IncomingMessage, "headers">): string =>
    printable((headers["user-agent"] ?? "").slice(0, LABEL_CHARACTERS));
}
