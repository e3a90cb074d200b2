import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { present } from "../../base/assert.ts";
import { type Fault, fault } from "../../base/errors.ts";
import { events } from "../../base/events.ts";
import type { Catalogue } from "../../library/log.ts";
import { BestPriority } from "../bestPriority.ts";
import type { Connections } from "../connections.ts";
import { type Address, KEEP_ALIVE_MS, listenOn, REFUSALS } from "../listening.ts";
import type { Looks } from "../looks.ts";
import type { News } from "../news.ts";
import type { House } from "../seat.ts";
import { makeApp } from "./app.ts";
import { HttpClient } from "./client.ts";
import type { App, Context, Metrics } from "./context.ts";
import { Feeds } from "./feeds.ts";
import type { Inspector } from "./inspector.ts";
import type { HttpLimits } from "./limits.ts";
import { rawProblem } from "./problems.ts";
import { sayAndClose } from "./refusals.ts";
import { reset } from "../reset.ts";
import { Showings } from "./showings.ts";

/** Who takes over connections that ask for WebSocket. */
export interface Upgrades {
  /** Whatever comes of it, its socket's end is the connection's. */
  accept(request: IncomingMessage, socket: Socket, head: Buffer, client: HttpClient): void;
  /** Takes no more, and ends those there are in order. */
  finish(reason: Fault): void;
}

export type HttpServerOptions = {
  readonly house: House;
  readonly catalogue: Catalogue;
  readonly limits: HttpLimits;
  /** Numbers its connections, and says whether there is room for one more. */
  readonly places: Connections;
  /** Origins of web pages that may read answers. */
  readonly cors: readonly string[];
  /** What `/metrics` says; there is no such path when undefined. */
  readonly metrics: Metrics | undefined;
  /** Where connections go that ask for WebSocket; it is not spoken when undefined. */
  readonly upgrades?: Upgrades | undefined;
  /** What happens in the library, and what its pictures look like. */
  readonly news: News;
  readonly looks: Looks;
  /** Who looks into frames as their files have them. */
  readonly inspector: Inspector;
  /** Where the classic protocol is spoken, for whoever asks here first. */
  readonly classicPort: () => number | undefined;
};

/**
 * Serves HTTP on one address. Every connection it accepts is one of the server's, as those of other
 * protocols are.
 */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #bestPriority: BestPriority;
  readonly #clients = new Map<Socket, HttpClient>();
  /** Also those that are gone: what was asked for before may be refused only then. */
  readonly #known = new WeakMap<Socket, HttpClient>();
  readonly #refused = new Set<Socket>();
  readonly #context: Context;
  #app: App | undefined;
  #isClosing = false;
  #closed: Promise<void> | undefined;

  constructor(options: HttpServerOptions) {
    const { house, catalogue, limits, metrics, news, looks, inspector, classicPort } = options;
    this.#options = options;
    this.#bestPriority = new BestPriority(limits.bestPriority);
    const clientOf = (socket: Socket): HttpClient =>
      present(this.#known.get(socket), "a request came from nowhere");
    this.#context = {
      house,
      catalogue,
      limits,
      metrics,
      news,
      looks,
      inspector,
      classicPort,
      feeds: new Feeds({
        clock: house.clock,
        stall: limits.stall,
        linesOf: (socket) => clientOf(socket).ledger,
      }),
      showings: new Showings({ house, stall: limits.stall, clientOf }),
      clientOf,
      isClosing: () => this.#isClosing,
    };
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#clients.size;
  }

  /** Responses that show frames or tell of events. */
  get responses(): number {
    return this.#context.showings.count + this.#context.feeds.count;
  }

  /** What `/openapi.json` says. */
  get description(): object {
    return present(this.#app, "the server has not been started").swagger();
  }

  /**
   * Starts to accept connections.
   * @throws ADDRESS_IN_USE or ADDRESS_UNAVAILABLE
   */
  async listen(address: Address): Promise<Address> {
    const isAnswering = (socket: Socket): boolean =>
      (this.#clients.get(socket)?.pipeline.unanswered ?? 0) > 0;
    const { cors, upgrades } = this.#options;
    const takesUpgrades = upgrades !== undefined;
    this.#app = await makeApp({ context: this.#context, cors, takesUpgrades, isAnswering });
    const { server } = this.#app;
    this.#own(server);
    const found = await listenOn(server, address);
    // A failed accept (no descriptor left, say) concerns one client, which sees its connection closed.
    server.on("error", (error) => {
      const refusal = { peer: error.message, code: "CONNECTION_LIMIT" } as const;
      events.connectionRefused.publish({ transport: "http", ...refusal });
    });
    return found;
  }

  /**
   * Accepts no more, ends every playback after the message in progress and every feed, and resolves when all
   * connections are closed.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Closes every connection at once. May be called twice. */
  destroy(): void {
    void this.close();
    for (const socket of this.#clients.keys()) reset(socket);
    for (const socket of this.#refused) socket.destroy();
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    const { showings, feeds, news } = this.#context;
    news.close();
    const reason = fault("SERVER_CLOSING", "the server is shutting down");
    showings.finish(reason);
    this.#options.upgrades?.finish(reason);
    feeds.end();
    feeds.close();
    const server = this.#app?.server;
    // The framework waits for its connections only where it has made the server listen itself.
    if (server?.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
    await this.#app?.close();
    // Sockets tell of their end a little later than the server does.
    await Promise.all(Array.from(this.#clients.keys(), closed));
  }

  /**
   * Between the platform and the framework stands whoever says how many connections there may be, and how
   * many requests are looked at before others get their turn.
   */
  #own(server: Server): void {
    // A client that has said all it wants may close its half, and be answered all the same.
    Object.assign(server, { httpAllowHalfOpen: true });
    const [accept] = server.listeners("connection");
    server.removeAllListeners("connection");
    server.on("connection", (socket: Socket) => {
      const client = this.#admit(socket);
      if (client !== undefined) accept?.call(server, socket);
    });
    const { upgrades } = this.#options;
    if (upgrades !== undefined)
      server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) =>
        upgrades.accept(request, socket, head, this.#context.clientOf(socket)),
      );
    const [handle] = server.listeners("request");
    server.removeAllListeners("request");
    const take = (request: IncomingMessage, response: ServerResponse): void => {
      const client = this.#clients.get(request.socket);
      if (client === undefined) return;
      if (client.pipeline.take(() => handle?.call(server, request, response)))
        response.on("close", () => this.#answered(client));
      else this.#overwhelmed(client);
    };
    server.on("request", take);
    // What is expected and not known may be ignored (RFC 9110, section 10.1.1). The platform would refuse it
    // by itself, past everything that counts.
    server.on("checkExpectation", take);
  }

  #admit(socket: Socket): HttpClient | undefined {
    const { places, house, limits } = this.#options;
    const number = places.enter("http");
    if (number === undefined) {
      const count = `${places.limit} connections are open, as many as the server allows`;
      this.#refuse(socket, fault("CONNECTION_LIMIT", count));
      return undefined;
    }
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const bestPriority = this.#bestPriority.of(socket.remoteAddress);
    const changed = (): void => places.change("http", "websocket");
    const { stall } = limits;
    const client = new HttpClient({ number, socket, bestPriority, house, stall, changed });
    this.#clients.set(socket, client);
    this.#known.set(socket, client);
    socket.once("close", () => this.#forget(client));
    events.connectionOpened.publish({ connection: number, transport: client.transport, peer: client.peer });
    return client;
  }

  // Told, and closed as soon as it has been told.
  #refuse(socket: Socket, reason: Fault): void {
    const peer = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    events.connectionRefused.publish({ transport: "http", peer, code: reason.code });
    if (this.#refused.size >= REFUSALS) {
      socket.destroy();
      return;
    }
    this.#refused.add(socket);
    socket.on("close", () => this.#refused.delete(socket));
    sayAndClose(socket, rawProblem(reason));
  }

  #overwhelmed(client: HttpClient): void {
    client.reason = "REQUEST_TOO_LONG";
    reset(client.socket);
  }

  #answered(client: HttpClient): void {
    client.answered();
    // Nobody waits for the next request of a server that takes no more.
    if (this.#isClosing && client.pipeline.unanswered === 0) client.socket.destroySoon();
  }

  #forget(client: HttpClient): void {
    this.#clients.delete(client.socket);
    client.close();
    const { number: connection, transport, peer, reason } = client;
    this.#options.places.leave(transport);
    events.connectionClosed.publish({ connection, transport, peer, reason });
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once("close", () => resolve())));
}
