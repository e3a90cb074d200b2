import { systemClock } from "./base/systemClock.ts";
import { after, Bytes, DEFAULT_PRIORITY, MonotonicMs, type Ms } from "./base/units.ts";
import { configured, WINDOW_MESSAGES } from "./dispatch/configured.ts";
import { Dispatcher } from "./dispatch/dispatcher.ts";
import type { Queue } from "./dispatch/queue.ts";
import type { FrameWish, ProducedFrame } from "./library/frame.ts";
import { type LiveLibrary, openLibrary } from "./library/live/open.ts";
import type { Catalogue, FrameEntry, FrameLog } from "./library/log.ts";
import type { LibraryTarget } from "./library/target.ts";
import { type Logs, startLogs } from "./observe/logs.ts";
import { Admission } from "./playback/admission.ts";
import type { OutletSource } from "./playback/outlet.ts";
import { Playback } from "./playback/playback.ts";
import { sampleOf } from "./production/levels.ts";
import { Production } from "./production/production.ts";
import type { Settings } from "./settings.ts";
import { Access } from "./transports/access.ts";
import type { Gate } from "./transports/admittance.ts";
import { Playbacks } from "./transports/playbacks.ts";
import { allowedConnections } from "./transports/tcp/descriptors.ts";
import type { ClassicLimits } from "./transports/tcp/limits.ts";
import { type Address, ClassicServer } from "./transports/tcp/server.ts";
import type { OpenViewer } from "./transports/viewer.ts";
import { encodeMovieName } from "./wire/movieName.ts";

export { allowedConnections } from "./transports/tcp/descriptors.ts";
export { type KernelBuffers, kernelBuffers } from "./transports/tcp/kernelBuffers.ts";
export type { Catalogue, FrameEntry, FrameLog } from "./library/log.ts";
export { writeDemoMovie } from "./library/demo.ts";
export { type LiveLibrary, openLibrary, readLibrary } from "./library/live/open.ts";
export { isPicture } from "./library/formats.ts";
export { looksLikeRange } from "./library/frameRange.ts";
export { findSequences } from "./library/names.ts";
export { nearMovie } from "./library/nearMovie.ts";
export { isPattern, parsePattern } from "./library/pattern.ts";
export { type FrameLook, probeFrame } from "./library/probe.ts";
export type { LibraryTarget } from "./library/target.ts";
export { IMPORT_FORMATS, type ImportFormat, type ImportResult, importVideo } from "./library/video.ts";

/** A server that runs. */
export type RunningServer = {
  /** Where the classic protocol is served. */
  readonly classic: Address;
  /** What is served, while it is looked through and watched. */
  readonly catalogue: LiveLibrary;
  /** A classic request that starts a movie at its default priority, with its end. */
  readonly request: (movie: FrameLog) => string;
  /** What plays now; operators change and end it. */
  readonly playbacks: Pick<Playbacks, "list" | "end">;
  /** How many connections it accepts. */
  readonly maxConnections: number;
  /** What is held now; everything is 0 when nobody is connected. */
  readonly held: () => Dispatcher["held"] & { readonly connections: number };
  /** Finishes the messages in progress and leaves, at the latest when the setting `shutdown` is over. */
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
  const clock = systemClock;
  // First of all: what is left out of the library is told, too.
  const logs = startLogs({ level: settings.logLevel, clock });
  try {
    return await serveLibrary(settings, await openLibrary(targets, settings), logs);
  } catch (error) {
    logs.stop();
    throw error;
  }
}

async function serveLibrary(settings: Settings, catalogue: LiveLibrary, logs: Logs): Promise<RunningServer> {
  const clock = systemClock;
  const production = makeProduction(settings, catalogue);
  const dispatcher = new Dispatcher({ ...configured(settings), clock });
  const limits = classicLimits(settings);
  const openViewer = viewerMaker(dispatcher, production, settings);
  const playbacks = new Playbacks(new Access(settings.operatorToken));
  const gate = makeGate(settings, production);
  const server = new ClassicServer({ clock, catalogue, limits, openViewer, playbacks, gate });
  const classic = await listen(server, settings, () => Promise.all([production.close(), catalogue.close()]));
  return {
    classic,
    catalogue,
    request: startRequest,
    playbacks,
    maxConnections: limits.connections,
    held: () => ({ connections: server.connections, ...dispatcher.held }),
    close: async () => {
      const timer = clock.at(after(clock.now(), settings.shutdown), () => server.destroy());
      // Whoever plays is told to end, and needs no further frame. A worker that hangs on a dead mount may
      // never end: whoever asked for the end does not wait for it.
      const workersEnd = Promise.race([production.close(), wait(settings.shutdown)]);
      await Promise.all([server.close(), workersEnd, catalogue.close()]);
      timer.cancel();
      logs.stop();
    },
    destroy: () => server.destroy(),
  };
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
  const sample = (name: string): FrameEntry[] => {
    const movie = catalogue.find(name);
    return movie === undefined ? [] : sampleOf(movie);
  };
  const production = new Production({ ...settings, cacheBytes: settings.cache, sample, clock: systemClock });
  catalogue.watch(({ kind, movie }) => {
    if (kind === "gone") production.forget(movie.name);
  });
  return production;
}

/** Admission to a share of the budget, when it is asked for. */
function makeGate(settings: Settings, frames: Production): Gate | undefined {
  const { admission: share, egress: budget, priorityEgress: buckets, floors } = settings;
  if (share === "off" || budget === "none") return undefined;
  return { admission: new Admission({ budget, share, buckets, floors }), frames, clock: systemClock };
}

/** Joins a client to the stages: its playback offers to a queue of the dispatcher, which its sink drains. */
function viewerMaker(dispatcher: Dispatcher, frames: Production, { window, workers }: Settings): OpenViewer {
  const lookAhead = { messages: WINDOW_MESSAGES, bytes: window, atOnce: workers };
  return ({ connection, sink, listener }) => {
    let queue: Queue | undefined;
    const attach = (source: OutletSource): Queue => (queue = dispatcher.attach(sink, source));
    const playback = new Playback({
      clock: systemClock,
      frames,
      lookAhead,
      connection,
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
    connections: allowedConnections(settings.maxConnections),
    request: settings.requestLimit,
    firstRequest: settings.firstRequest,
    idle: settings.idleTimeout,
    stall: settings.stallTimeout,
    unterminated: settings.unterminated,
    bestPriority: settings.bestPriority,
  };
}

async function listen(
  server: ClassicServer,
  settings: Settings,
  giveUp: () => Promise<unknown>,
): Promise<Address> {
  try {
    return await server.listen({ host: settings.host, port: settings.classic });
  } catch (error) {
    await giveUp();
    throw error;
  }
}
