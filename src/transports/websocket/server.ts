import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer as Handshakes, type ServerOptions } from "ws";
import type { Timer } from "../../base/clock.ts";
import type { Fault } from "../../base/errors.ts";
import { events } from "../../base/events.ts";
import { after } from "../../base/units.ts";
import { MOST_CONTROL, SUBPROTOCOL } from "../../wire/websocket/protocol.ts";
import { LOOK_EVERY } from "../listening.ts";
import type { House } from "../seat.ts";
import type { WebClient } from "./client.ts";
import { Connection } from "./connection.ts";
import { type Refusal, refusalOf } from "./handshake.ts";
import { CLOSING, REFUSED_FOR, type WebSocketLimits } from "./limits.ts";
import type { Library } from "./lookups.ts";

export type WebSocketServerOptions = {
  readonly house: House;
  readonly library: Library;
  readonly limits: WebSocketLimits;
  /** Origins of web pages that may connect, besides the server's own; `*` is all. */
  readonly origins: readonly string[];
  /** The product and its version. */
  readonly server: string;
  /** A whole response of HTTP that says why there is no WebSocket. */
  readonly refusal: (reason: Fault, status: number, headers: Refusal["headers"]) => string;
};

/** Speaks `mutoscope.v1` on connections of an HTTP server that ask for it. */
export class WebSocketServer {
  readonly #options: WebSocketServerOptions;
  readonly #handshakes: Handshakes;
  readonly #connections = new Set<Connection>();
  #look: Timer | undefined;
  #closing: Fault | undefined;

  constructor(options: WebSocketServerOptions) {
    this.#options = options;
    // The types do not know the last of them yet.
    const rules: ServerOptions & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      // One message of each connection in a turn: what one has sent at once is not read at once.
      allowSynchronousEvents: false,
      maxPayload: MOST_CONTROL,
      // Each connection answers as far as it may be told something.
      autoPong: false,
      handleProtocols: () => SUBPROTOCOL,
      closeTimeout: CLOSING,
    };
    this.#handshakes = new Handshakes(rules);
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Takes a connection over: whatever comes of it, it ends with its socket. */
  accept(request: IncomingMessage, socket: Socket, head: Buffer, client: WebClient): void {
    const { origins } = this.#options;
    const refusal = refusalOf(request, { origins, isClosing: this.#closing !== undefined });
    if (refusal !== undefined) return this.#refuse(refusal, socket, client);
    this.#handshakes.handleUpgrade(request, socket, head, (ws) => {
      client.upgraded();
      const { house, library, limits, server } = this.#options;
      const label = client.label(request);
      const closed = (connection: Connection): void => this.#forget(connection);
      const connection = new Connection({
        ws,
        socket,
        client,
        label,
        house,
        library,
        limits,
        server,
        closed,
      });
      this.#connections.add(connection);
      this.#lookLater();
    });
  }

  /** Takes no more, and ends every connection after its frames in progress. */
  finish(reason: Fault): void {
    this.#closing = reason;
    for (const connection of this.#connections) connection.finish(reason);
  }

  // Told, where it may be told anything, and closed as soon as it has been told.
  #refuse({ status, reason, headers }: Refusal, socket: Socket, client: WebClient): void {
    const { code, message: detail } = reason;
    events.requestRefused.publish({ connection: client.number, transport: "http", code, detail });
    client.reason = reason.code;
    socket.on("error", () => socket.destroy());
    const answer = this.#options.refusal(reason, status, headers);
    if (client.ledger?.affords(Buffer.byteLength(answer)) === false) {
      socket.destroy();
      return;
    }
    socket.setTimeout(REFUSED_FOR, () => socket.destroy());
    socket.resume();
    socket.end(answer, () => socket.destroySoon());
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    this.#look?.cancel();
    this.#look = undefined;
  }

  #lookLater(): void {
    const { clock } = this.#options.house;
    this.#look ??= clock.at(after(clock.now(), LOOK_EVERY), () => {
      this.#look = undefined;
      const now = clock.now();
      for (const connection of this.#connections) connection.checkTimes(now);
      if (this.#connections.size > 0) this.#lookLater();
    });
  }
}
