import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import type { ErrorCode } from "../../base/errors.ts";
import { events, type Transport } from "../../base/events.ts";
import { printable } from "../../base/printable.ts";
import type { Ms, Priority } from "../../base/units.ts";
import type { Egress } from "../egress.ts";
import type { LineAllowance } from "../lineAllowance.ts";
import type { House } from "../seat.ts";
import { Intake } from "./intake.ts";
import { Ledger } from "./ledger.ts";

/** What of a program's name for itself is kept: enough to tell one from another. */
const LABEL_CHARACTERS = 80;

export type HttpClientOptions = {
  readonly number: number;
  readonly socket: Socket;
  readonly bestPriority: Priority;
  readonly house: Pick<House, "clock" | "egress">;
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
  /** What it was sent beside frames, and the order of its requests; undefined where nothing limits them. */
  readonly counted: { readonly ledger: Ledger; readonly intake: Intake } | undefined;
  readonly #changed: () => void;
  #transport: Transport = "http";
  /** Why it was closed, where that was for a reason of ours. */
  reason: ErrorCode | undefined;
  /** Requests that have come. */
  requests = 0;
  /** Requests that have no whole answer yet. */
  unanswered = 0;

  constructor({ number, socket, bestPriority, house, stall, changed }: HttpClientOptions) {
    this.number = number;
    this.socket = socket;
    this.address = socket.remoteAddress;
    this.peer = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    this.bestPriority = bestPriority;
    this.#changed = changed;
    this.counted = house.egress && this.#count(house.clock, house.egress, stall);
  }

  /** What it speaks by now. */
  get transport(): Transport {
    return this.#transport;
  }

  /** What its lines may come to; undefined where the server has no budget. */
  get allowance(): LineAllowance | undefined {
    return this.counted?.ledger.allowance;
  }

  /** It speaks WebSocket from now on. */
  upgraded(): void {
    this.#transport = "websocket";
    // The answer to the handshake.
    this.counted?.ledger.told();
    this.#changed();
    events.connectionUpgraded.publish({ connection: this.number, peer: this.peer });
  }

  /** A response has ended, or its connection has. */
  answered(response: object): void {
    this.unanswered -= 1;
    this.counted?.ledger.told();
    this.counted?.intake.answered(response);
  }

  /** The connection has gone. */
  close(): void {
    this.counted?.intake.close();
    this.counted?.ledger.close();
  }

  /** What it calls itself, in this request. */
  readonly label = ({ headers }: Pick<IncomingMessage, "headers">): string =>
    printable((headers["user-agent"] ?? "").slice(0, LABEL_CHARACTERS));

  #count(clock: Clock, egress: Egress, stall: Ms): { readonly ledger: Ledger; readonly intake: Intake } {
    const ledger = new Ledger(this.socket, this, egress);
    const intake = new Intake(clock, {
      waitsUntil: () => ledger.waitsUntil,
      // Silence of a client that is kept waiting means nothing.
      holdsBack: (isHeldBack) => void this.socket.setTimeout(isHeldBack ? 0 : stall),
    });
    return { ledger, intake };
  }
}
