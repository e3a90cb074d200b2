import { systemClock } from "./base/systemClock.ts";
import { after, Bytes, KiB } from "./base/units.ts";
import { Dispatcher } from "./dispatch/dispatcher.ts";
import { openLibrary } from "./library/folder.ts";
import type { Catalogue } from "./library/log.ts";
import { startLogs } from "./observe/logs.ts";
import { Playback } from "./playback/playback.ts";
import { Production } from "./production/production.ts";
import type { Settings } from "./settings.ts";
import { allowedConnections } from "./transports/tcp/descriptors.ts";
import { type Address, ClassicServer } from "./transports/tcp/server.ts";
import type { OpenViewer } from "./transports/viewer.ts";

export { writeDemoMovie } from "./library/demo.ts";
export { openLibrary } from "./library/folder.ts";
export type { Catalogue, FrameLog } from "./library/log.ts";
export { type FrameLook, probeFrame } from "./library/probe.ts";
export { IMPORT_FORMATS, type ImportFormat, type ImportResult, importVideo } from "./library/video.ts";

/** Messages of one playback that may wait, whatever their size, and the bytes below which there may be more. */
const WINDOW = { messages: 2, bytes: Bytes(512 * KiB) } as const;

/** Gathering small messages up to about this much saves system calls; gathering more costs more than it saves. */
const HAND_OVER = Bytes(128 * KiB);

/** What a large message is cut into: how long a small message of somebody else waits for it. */
const SLICE = Bytes(256 * KiB);

/** A server that runs. */
export type RunningServer = {
  /** Where the classic protocol is served. */
  readonly classic: Address;
  readonly catalogue: Catalogue;
  /** How many connections it accepts. */
  readonly maxConnections: number;
  /** What is held now; everything is 0 when nobody is connected. */
  readonly held: () => { readonly connections: number; readonly queues: number; readonly messages: number };
  /** Finishes the messages in progress and leaves, at the latest when the setting `shutdown` is over. */
  close(): Promise<void>;
  /** Leaves at once. May be called twice. */
  destroy(): void;
};

/** Builds the stages, connects them, and serves. @throws Fault when the library or an address is not to be had */
export async function startServer(settings: Settings, library: string): Promise<RunningServer> {
  const catalogue = await openLibrary(library);
  const clock = systemClock;
  const logs = startLogs({ level: settings.logLevel, clock });
  const production = new Production({ ...settings, cacheBytes: settings.cache, clock });
  const dispatcher = new Dispatcher({
    clock,
    ring: {
      slots: settings.slots,
      bytes: settings.ringBytes,
      windowMessages: WINDOW.messages,
      windowBytes: WINDOW.bytes,
    },
    batch: settings.batch,
    handOver: HAND_OVER,
    slice: SLICE,
    inFlight: settings.inFlight,
  });
  const openViewer: OpenViewer = ({ connection, sink, listener }) => {
    const attach = (source: Playback) => dispatcher.attach(sink, source);
    let queue: ReturnType<typeof attach> | undefined;
    const playback = new Playback({
      clock,
      frames: production,
      lookAhead: WINDOW,
      connection,
      listener,
      attach: (source) => (queue = dispatcher.attach(sink, source)),
    });
    return { playback, drained: () => queue?.drained() };
  };
  const maxConnections = allowedConnections(settings.maxConnections);
  const limits = {
    connections: maxConnections,
    request: settings.requestLimit,
    firstRequest: settings.firstRequest,
    idle: settings.idleTimeout,
    stall: settings.stallTimeout,
    unterminated: settings.unterminated,
    bestPriority: settings.bestPriority,
  };
  const server = new ClassicServer({ clock, catalogue, limits, openViewer });
  const classic = await server.listen({ host: settings.host, port: settings.classic });
  return {
    classic,
    catalogue,
    maxConnections,
    held: () => ({ connections: server.connections, ...dispatcher.held }),
    close: async () => {
      const timer = clock.at(after(clock.now(), settings.shutdown), () => server.destroy());
      await server.close();
      timer.cancel();
      await production.close();
      logs.stop();
    },
    destroy: () => server.destroy(),
  };
}
