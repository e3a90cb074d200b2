import { createServer, type Server, type Socket } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";
import { type Fault, fault } from "../../base/errors.ts";
import { events } from "../../base/events.ts";
import { after } from "../../base/units.ts";
import type { Catalogue } from "../../library/log.ts";
import type { Gate } from "../../playback/admittance.ts";
import { encodeError } from "../../wire/tag.ts";
import { BestPriority } from "../bestPriority.ts";
import type { Connections } from "../connections.ts";
import type { Egress } from "../egress.ts";
import { type Address, KEEP_ALIVE_MS, LOOK_EVERY, listenOn, REFUSALS } from "../listening.ts";
import type { Playbacks } from "../playbacks.ts";
import type { Turns } from "../turns.ts";
import type { OpenViewer } from "../viewer.ts";
import { Connection } from "./connection.ts";
import type { ClassicLimits } from "./limits.ts";

export type ClassicServerOptions = {
  readonly clock: Clock;
  /** Where requests of all connections, of all protocols, take their turns. */
  readonly turns: Turns;
  readonly catalogue: Catalogue;
  readonly limits: ClassicLimits;
  /** Numbers its connections, and says whether there is room for one more. */
  readonly places: Connections;
  readonly openViewer: OpenViewer;
  /** Where its playbacks are listed. */
  readonly playbacks: Playbacks;
  /** Where timed playbacks are admitted; all are, when undefined. */
  readonly gate: Gate | undefined;
  /** What counts lines; undefined when nothing limits what is sent. */
  readonly egress: Egress | undefined;
};

/** Clients that are named when a shutdown has to reset them; all are counted. */
const NAMED_PEERS = 5;

/** Serves the classic protocol on one address. Every connection it accepts has one owner. */
export class ClassicServer {
  readonly #options: ClassicServerOptions;
  readonly #server: Server;
  readonly #bestPriority: BestPriority;
  readonly #connections = new Set<Connection>();
  readonly #refused = new Set<Socket>();
  #look: Timer | undefined;
  #closing: Promise<void> | undefined;
  /** The last connection has been forgotten. */
  #isEmpty = (): void => undefined;
  #isDestroyed = false;

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

  /** Where it listens; undefined when it does not. */
  get port(): number | undefined {
    const address = this.#server.address();
    return typeof address === "object" ? address?.port : undefined;
  }

  /**
   * Starts to accept connections.
   * @throws ADDRESS_IN_USE or ADDRESS_UNAVAILABLE
   */
  async listen(address: Address): Promise<Address> {
    const found = await listenOn(this.#server, address);
    // A failed accept (no descriptor left, say) concerns one client, which sees its connection closed.
    this.#server.on("error", (error) => {
      const refusal = { peer: error.message, code: "CONNECTION_LIMIT" } as const;
      events.connectionRefused.publish({ transport: "classic", ...refusal });
    });
    return found;
  }

  /**
   * Accepts no more, ends every connection after the message in progress, and resolves when all are closed.
   */
  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    this.#closing = this.#leave();
    const reason = fault("SERVER_CLOSING", "the server is shutting down");
    for (const connection of this.#connections) connection.finish(reason);
    return this.#closing;
  }

  /** Closes every connection at once. May be called twice. */
  destroy(): void {
    this.#server.close();
    this.#tellOfReset();
    for (const connection of this.#connections) connection.destroy();
    for (const socket of this.#refused) socket.destroy();
  }

  // The runtime's server is closed when its last socket begins to be: that tells its owner a little later.
  async #leave(): Promise<void> {
    const forgotten = new Promise<void>((resolve) => (this.#isEmpty = resolve));
    if (this.#connections.size === 0) this.#isEmpty();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await forgotten;
  }

  // Whoever asks afterwards why a movie broke off finds its viewer's address, of the first few.
  #tellOfReset(): void {
    const connections = this.#connections.size;
    if (connections === 0 || this.#isDestroyed) return;
    this.#isDestroyed = true;
    const peers = [...this.#connections].slice(0, NAMED_PEERS).map(({ peer }) => peer);
    events.connectionsReset.publish({ connections, peers });
  }

  #accept(socket: Socket): void {
    const { places } = this.#options;
    const number = places.enter("classic");
    if (number === undefined) {
      const count = `${places.limit} connections are open, as many as the server allows`;
      this.#refuse(socket, fault("CONNECTION_LIMIT", count));
      return;
    }
    const connection = new Connection({
      ...this.#options,
      number,
      socket,
      bestPriority: this.#bestPriority.of(socket.remoteAddress),
      closed: (closed) => this.#forget(closed),
    });
    this.#connections.add(connection);
    this.#lookLater();
  }

  #refuse(socket: Socket, reason: Fault): void {
    const peer = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    events.connectionRefused.publish({ transport: "classic", peer, code: reason.code });
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
    this.#options.places.leave("classic");
    if (this.#connections.size > 0) return;
    this.#look?.cancel();
    this.#look = undefined;
    this.#isEmpty();
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
