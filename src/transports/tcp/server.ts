import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";
import { type Fault, fault } from "../../base/errors.ts";
import { events } from "../../base/events.ts";
import { after, Ms } from "../../base/units.ts";
import type { Catalogue } from "../../library/log.ts";
import { encodeError } from "../../wire/tag.ts";
import type { Gate } from "../admittance.ts";
import { BestPriority } from "../bestPriority.ts";
import type { Playbacks } from "../playbacks.ts";
import type { OpenViewer } from "../viewer.ts";
import { Connection } from "./connection.ts";
import type { ClassicLimits } from "./limits.ts";

export type ClassicServerOptions = {
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly limits: ClassicLimits;
  readonly openViewer: OpenViewer;
  /** Where its playbacks are listed. */
  readonly playbacks: Playbacks;
  /** Where timed playbacks are admitted; all are, when undefined. */
  readonly gate: Gate | undefined;
};

/** Where a server listens. */
export type Address = { readonly host: string; readonly port: number };

/** How often the times of all connections are looked at: one timer for all, and only while there are any. */
const LOOK_EVERY = Ms(250);

/** Clients that are told that there is no room for them, at the same time; more are closed without a word. */
const REFUSALS = 64;

/** After this many milliseconds without sending, the kernel asks whether a silent peer is still there. */
const KEEP_ALIVE_MS = 60_000;

/** Serves the classic protocol on one address. Every connection it accepts has one owner. */
export class ClassicServer {
  readonly #options: ClassicServerOptions;
  readonly #server: Server;
  readonly #bestPriority: BestPriority;
  readonly #connections = new Set<Connection>();
  readonly #refused = new Set<Socket>();
  #accepted = 0;
  #look: Timer | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ClassicServerOptions) {
    this.#options = options;
    this.#bestPriority = new BestPriority(options.limits.bestPriority);
    this.#server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    this.#server.on("connection", (socket) => this.#accept(socket));
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Starts to accept connections.
   * @throws ADDRESS_IN_USE or ADDRESS_UNAVAILABLE
   */
  async listen({ host, port }: Address): Promise<Address> {
    this.#server.listen({ host, port, backlog: BACKLOG });
    try {
      await once(this.#server, "listening");
    } catch (error) {
      throw listenFault(error, { host, port });
    }
    // A failed accept (no descriptor left, say) concerns one client, which sees its connection closed.
    this.#server.on("error", (error) => {
      events.connectionRefused.publish({ peer: error.message, code: "CONNECTION_LIMIT" });
    });
    const address = this.#server.address();
    return address !== null && typeof address === "object" ? { host, port: address.port } : { host, port };
  }

  /**
   * Accepts no more, ends every connection after the message in progress, and resolves when all are closed.
   */
  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    this.#closing = new Promise((resolve) => this.#server.close(() => resolve()));
    const reason = fault("SERVER_CLOSING", "the server is shutting down");
    for (const connection of this.#connections) connection.finish(reason);
    return this.#closing;
  }

  /** Closes every connection at once. May be called twice. */
  destroy(): void {
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
    for (const socket of this.#refused) socket.destroy();
  }

  #accept(socket: Socket): void {
    const { limits } = this.#options;
    if (this.#connections.size >= limits.connections) {
      const count = `${limits.connections} connections are open, as many as the server allows`;
      this.#refuse(socket, fault("CONNECTION_LIMIT", count));
      return;
    }
    this.#accepted += 1;
    const connection = new Connection({
      ...this.#options,
      number: this.#accepted,
      socket,
      bestPriority: this.#bestPriority.of(socket.remoteAddress),
      closed: (closed) => this.#forget(closed),
    });
    this.#connections.add(connection);
    this.#lookLater();
  }

  #refuse(socket: Socket, reason: Fault): void {
    const peer = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    events.connectionRefused.publish({ peer, code: reason.code });
    socket.on("error", () => socket.destroy());
    if (this.#refused.size >= REFUSALS) {
      socket.destroy();
      return;
    }
    this.#refused.add(socket);
    const { clock } = this.#options;
    const timer = clock.at(after(clock.now(), LOOK_EVERY), () => socket.destroy());
    socket.on("close", () => {
      timer.cancel();
      this.#refused.delete(socket);
    });
    socket.resume();
    socket.end(encodeError(reason));
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    this.#look?.cancel();
    this.#look = undefined;
  }

  #lookLater(): void {
    const { clock } = this.#options;
    this.#look ??= clock.at(after(clock.now(), LOOK_EVERY), () => {
      this.#look = undefined;
      const now = clock.now();
      for (const connection of this.#connections) connection.checkTimes(now);
      if (this.#connections.size > 0) this.#lookLater();
    });
  }
}

/** Clients that may wait to be accepted: a burst of viewers must not be turned away by the kernel. */
const BACKLOG = 4096;

function listenFault(error: unknown, { host, port }: Address): Fault {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const place = `${host}:${port}`;
  if (code === "EADDRINUSE") {
    return fault("ADDRESS_IN_USE", `another program listens on ${place}`, error);
  }
  const why = error instanceof Error ? error.message : String(error);
  return fault("ADDRESS_UNAVAILABLE", `cannot listen on ${place}: ${why}`, error);
}
