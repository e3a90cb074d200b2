import { setFlagsFromString } from "node:v8";
import { present } from "./base/assert.ts";
import { systemClock } from "./base/systemClock.ts";
import { after, Bytes, DEFAULT_PRIORITY, MonotonicMs, type Ms } from "./base/units.ts";
import { configured, lookAheadOf } from "./dispatch/configured.ts";
import { Dispatcher } from "./dispatch/dispatcher.ts";
import { SentDocument } from "./dispatch/document.ts";
import { type Account, openAccount, type Queue } from "./dispatch/queue.ts";
import type { FrameWish, ProducedFrame } from "./library/frame.ts";
import { type LiveLibrary, openLibrary } from "./library/live/open.ts";
import type { Catalogue, FrameLog } from "./library/log.ts";
import type { LibraryTarget } from "./library/target.ts";
import { type Logs, startLogs } from "./observe/logs.ts";
import type { Metrics } from "./observe/metrics.ts";
import type { Stages } from "./observe/metrics/stages.ts";
import { type Outside, tellOutside } from "./observe/outside.ts";
import { Admission, admissionLimits } from "./playback/admission.ts";
import type { Gate } from "./playback/admittance.ts";
import type { OutletSource } from "./playback/outlet.ts";
import { Playback } from "./playback/playback.ts";
import { Inspection } from "./production/inspection.ts";
import { Production } from "./production/production.ts";
import type { Settings } from "./settings.ts";
import { productVersion } from "./settings/version.ts";
import { Access } from "./transports/access.ts";
import { Connections } from "./transports/connections.ts";
import type { HttpServer } from "./transports/http/server.ts";
import { LineAllowances } from "./transports/lineAllowance.ts";
import type { Egress } from "./transports/egress.ts";
import type { Address } from "./transports/listening.ts";
import { Looks } from "./transports/looks.ts";
import { News } from "./transports/news.ts";
import { Playbacks } from "./transports/playbacks.ts";
import type { House } from "./transports/seat.ts";
import { allowedConnections } from "./transports/tcp/descriptors.ts";
import type { ClassicLimits } from "./transports/tcp/limits.ts";
import { ClassicServer } from "./transports/tcp/server.ts";
import { Turns } from "./transports/turns.ts";
import type { OpenViewer } from "./transports/viewer.ts";
import { encodeMovieName } from "./wire/movieName.ts";

export { allowedConnections } from "./transports/tcp/descriptors.ts";
export { type KernelBuffers, kernelBuffers } from "./transports/tcp/kernelBuffers.ts";
export type { Catalogue, FrameEntry, FrameLog } from "./library/log.ts";
export { writeDemoMovie } from "./library/demo.ts";
export { type LiveLibrary, openLibrary, readLibrary } from "./library/live/open.ts";
export { isPicture } from "./library/formats.ts";
export { looksLikeRange, parseFrameRange } from "./library/frameRange.ts";
export { findSequences } from "./library/names.ts";
export { nearMovie } from "./library/nearMovie.ts";
export { isPattern, parsePattern, type PatternTarget } from "./library/pattern.ts";
export { type FrameLook, probeFrame } from "./library/probe.ts";
export type { LibraryTarget } from "./library/target.ts";
export { IMPORT_FORMATS, type ImportFormat, type ImportResult, importVideo } from "./library/video.ts";

/** A server that runs. */
export type RunningServer = {
  /** Where the classic protocol is served. */
  readonly classic: Address;
  /** Where HTTP is served, if it is. */
  readonly http: Address | undefined;
  /** What is served, while it is looked through and watched. */
  readonly catalogue: LiveLibrary;
  /** A classic request that starts a movie at its default priority, with its end. */
  readonly request: (movie: FrameLog) => string;
  /** What plays now, and what has been sent; operators change and end it. */
  readonly playbacks: Pick<Playbacks, "list" | "receiptOf" | "watch" | "end" | "prioritize">;
  /** What is counted, for Prometheus. */
  readonly metrics: Pick<Metrics, "contentType" | "families" | "text" | "values">;
  /** How many connections it accepts. */
  readonly maxConnections: number;
  /** What is held now; everything is 0 when nobody is connected. */
  readonly held: () => Dispatcher["held"] & { readonly connections: number; readonly responses: number };
  /**
   * Finishes the messages in progress and leaves, at the latest when the setting `shutdown` is over. May be
   * called twice.
   */
  close(): Promise<void>;
  /** Leaves at once. May be called twice. */
  destroy(): void;
};

/**
 * Builds the stages, connects them, and serves: at once, while the library is looked through.
 * @throws Fault when the library or the address is not to be had
 */
export async function startServer(
  settings: Settings,
  targets: readonly LibraryTarget[],
): Promise<RunningServer> {
  messagesDieYoung();
  // First of all: what is left out of the library is told, too.
  const observers = await startObservers(settings);
  try {
    return await serveLibrary(settings, await openLibrary(targets, settings), observers);
  } catch (error) {
    stopObservers(observers);
    throw error;
  }
}

/**
 * Where the engine has seen objects that lived through two small collections, it makes the next ones among
 * the old at once, which only a full collection takes away. Messages live as long as the window in front of
 * them takes to leave, and so are taken for old: a quarter of the time that a small message took went there.
 */
function messagesDieYoung(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}

/** Who is told what happens; `ask` is filled in when there are stages to be asked. */
type Observers = {
  readonly logs: Logs;
  readonly metrics: Metrics;
  readonly outside: Outside;
  ask: (() => Stages) | undefined;
};

// Prometheus' library is loaded by servers, and by nobody who only lists movies.
async function startObservers(settings: Settings): Promise<Observers> {
  const { startMetrics } = await import("./observe/metrics.ts");
  const limits = { ...settings, maxConnections: allowedConnections(settings.maxConnections) };
  const observers: Observers = {
    logs: startLogs({ level: settings.logLevel, clock: systemClock }),
    metrics: startMetrics({
      version: productVersion(),
      limits,
      isRead: settings.http !== "off",
      look: () => present(observers.ask, "metrics were read before there was a server")(),
    }),
    outside: tellOutside(),
    ask: undefined,
  };
  return observers;
}

function stopObservers({ logs, metrics, outside }: Observers): void {
  outside.stop();
  metrics.stop();
  logs.stop();
}

async function serveLibrary(
  settings: Settings,
  catalogue: LiveLibrary,
  observers: Observers,
): Promise<RunningServer> {
  const clock = systemClock;
  const { metrics } = observers;
  const production = makeProduction(settings, catalogue);
  const dispatcher = new Dispatcher({ ...configured(settings), clock });
  const access = new Access(settings.operatorToken);
  const accountOf = makeAccounts();
  const house: House = {
    clock,
    turns: new Turns(clock),
    openViewer: viewerMaker(dispatcher, production, { settings, accountOf }),
    playbacks: new Playbacks({ access, now: () => clock.now() }),
    gate: makeGate(settings, production),
    egress: makeEgress(settings, dispatcher, accountOf),
  };
  const places = new Connections(allowedConnections(settings.maxConnections));
  const giveUp = (): Promise<unknown> => Promise.all([production.close(), catalogue.close()]);
  observers.ask = () => ({
    held: dispatcher.held,
    usage: dispatcher.usage,
    tokens: dispatcher.tokens,
    production: production.stats,
    playbacks: house.playbacks.list(),
    connections: places.speaking,
    library: catalogue.progress,
  });
  const inside = { house, catalogue, places, metrics, inspector: new Inspection(production) };
  const doors = await openDoors(settings, inside, giveUp);
  return {
    metrics,
    classic: doors.classic,
    http: doors.http,
    catalogue,
    request: startRequest,
    playbacks: house.playbacks,
    maxConnections: places.limit,
    held: () => ({ connections: places.open, responses: doors.responses(), ...dispatcher.held }),
    close: once(async () => {
      const timer = clock.at(after(clock.now(), settings.shutdown), () => doors.destroy());
      // Whoever plays is told to end, and needs no further frame. A worker that hangs on a dead mount may
      // never end: whoever asked for the end does not wait for it.
      const workersEnd = Promise.race([production.close(), wait(settings.shutdown)]);
      await Promise.all([doors.close(), workersEnd, catalogue.close()]);
      timer.cancel();
      stopObservers(observers);
    }),
    destroy: () => doors.destroy(),
  };
}

/** Does it the first time, and waits for that whenever it is asked again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

/** What clients come in by. */
type Doors = Pick<RunningServer, "classic" | "http" | "close" | "destroy"> & {
  /** Responses of HTTP that show frames or tell of events. */
  readonly responses: () => number;
};

/** What all doors lead to. */
type Inside = {
  readonly house: House;
  readonly catalogue: LiveLibrary;
  readonly places: Connections;
  readonly metrics: Metrics;
  readonly inspector: Inspection;
};

async function openDoors(settings: Settings, inside: Inside, giveUp: () => Promise<unknown>): Promise<Doors> {
  const { house, catalogue, places } = inside;
  const limits = classicLimits(settings);
  const server = new ClassicServer({ ...house, catalogue, limits, places });
  const web = settings.http === "off" ? undefined : await makeHttpServer(settings, inside, server);
  const doors = {
    responses: () => web?.responses ?? 0,
    close: async () => void (await Promise.all([server.close(), web?.close()])),
    destroy: () => {
      server.destroy();
      web?.destroy();
    },
  };
  try {
    const { host, classic, http } = settings;
    return {
      ...doors,
      classic: await server.listen({ host, port: classic }),
      http: http === "off" ? undefined : await web?.listen({ host, port: http }),
    };
  } catch (error) {
    doors.destroy();
    await giveUp();
    throw error;
  }
}

// Its framework is loaded where it is wanted, and by nobody who only lists movies.
async function makeHttpServer(
  settings: Settings,
  inside: Inside,
  classic: ClassicServer,
): Promise<HttpServer> {
  const { HttpServer: Server } = await import("./transports/http/server.ts");
  const { rawProblem } = await import("./transports/http/problems.ts");
  const { WebSocketServer } = await import("./transports/websocket/server.ts");
  const { cors, bestPriority, requestLimit, firstRequest, idleTimeout: idle, stallTimeout: stall } = settings;
  const { house, catalogue } = inside;
  const looks = new Looks();
  // Revisions of two runs are never the same.
  const news = new News(catalogue, house.clock, Date.now().toString(36));
  const upgrades = new WebSocketServer({
    house,
    library: { catalogue, news, looks },
    limits: { stall, idle },
    origins: cors,
    server: `mutoscope ${productVersion()}`,
    refusal: rawProblem,
  });
  const limits = { request: requestLimit, bestPriority, firstRequest, idle, stall };
  const classicPort = (): number | undefined => classic.port;
  return new Server({ ...inside, limits, cors, news, looks, upgrades, classicPort });
}

/** One frame, made as a server makes it. Nothing of it is kept. @throws the fault for which there is none */
export async function grabFrame(
  settings: Settings,
  catalogue: Catalogue,
  wish: FrameWish,
): Promise<ProducedFrame> {
  const production = makeProduction({ ...settings, cache: Bytes(0), diskCache: Bytes(0) }, catalogue);
  const untimed = { priority: DEFAULT_PRIORITY, deadline: MonotonicMs(Infinity) };
  try {
    return await new Promise((resolve, reject) => {
      production.request(wish, untimed, (outcome) => {
        if ("frame" in outcome) resolve(outcome.frame);
        else reject(outcome.error);
      });
    });
  } finally {
    await production.close();
  }
}

function makeProduction(settings: Settings, catalogue: Catalogue): Production {
  const log = (name: string): FrameLog | undefined => catalogue.find(name);
  const production = new Production({ ...settings, cacheBytes: settings.cache, log, clock: systemClock });
  catalogue.watch(({ kind, movie }) => {
    if (kind === "gone") production.forget(movie.name);
  });
  return production;
}

/** Admission to a share of the budget, when it is asked for. */
function makeGate(settings: Settings, frames: Production): Gate | undefined {
  const limits = admissionLimits(settings);
  return limits && { admission: new Admission(limits), frames, clock: systemClock };
}

/** What each client may be sent, whatever it plays. */
type AccountOf = (client: object) => Account;

function makeAccounts(): AccountOf {
  const accounts = new WeakMap<object, Account>();
  return (client) => {
    const account = accounts.get(client) ?? openAccount();
    accounts.set(client, account);
    return account;
  };
}

/** Joins what is sent beside frames to the budgets, where there are any. */
function makeEgress(settings: Settings, dispatcher: Dispatcher, accountOf: AccountOf): Egress | undefined {
  const { egress, clientEgress, priorityEgress } = settings;
  if (egress === "none" && clientEgress === "none" && priorityEgress.size === 0) return undefined;
  return {
    lines: egress === "none" ? undefined : new LineAllowances(systemClock, egress),
    charge: (client, bytes) => dispatcher.charge(accountOf(client), bytes),
    openDocument: ({ client, ...wish }) =>
      new SentDocument(dispatcher, { ...wish, account: accountOf(client) }),
  };
}

/** Joins a client to the stages: its playback offers to a queue of the dispatcher, which its sink drains. */
function viewerMaker(
  dispatcher: Dispatcher,
  frames: Production,
  { settings, accountOf }: { readonly settings: Settings; readonly accountOf: AccountOf },
): OpenViewer {
  const lookAhead = lookAheadOf(configured(settings), settings.workers);
  return ({ connection, playback: id, sink, listener, client }) => {
    let queue: Queue | undefined;
    const attach = (source: OutletSource): Queue =>
      (queue = dispatcher.attach(sink, source, accountOf(client)));
    const playback = new Playback({
      clock: systemClock,
      frames,
      lookAhead,
      connection,
      id,
      listener,
      attach,
    });
    return { playback, drained: () => queue?.drained() };
  };
}

function wait(duration: Ms): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration).unref());
}

function startRequest({ name }: FrameLog): string {
  return `me:${DEFAULT_PRIORITY}:start_movie:${encodeMovieName(name)}\n`;
}

function classicLimits(settings: Settings): ClassicLimits {
  return {
    request: settings.requestLimit,
    firstRequest: settings.firstRequest,
    idle: settings.idleTimeout,
    stall: settings.stallTimeout,
    unterminated: settings.unterminated,
    bestPriority: settings.bestPriority,
  };
}
