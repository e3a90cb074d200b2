import type { TestContext } from "node:test";
import { everybody } from "../../src/base/addressBlocks.ts";
import { systemClock } from "../../src/base/systemClock.ts";
import { Bytes, KiB, MiB, Ms, Priority } from "../../src/base/units.ts";
import { Dispatcher } from "../../src/dispatch/dispatcher.ts";
import type { Queue } from "../../src/dispatch/queue.ts";
import type { HandOver, Sink } from "../../src/dispatch/sink.ts";
import { readLibrary } from "../../src/main.ts";
import type { Outlet, OutletSource } from "../../src/playback/outlet.ts";
import { Playback } from "../../src/playback/playback.ts";
import { Production } from "../../src/production/production.ts";
import { Access } from "../../src/transports/access.ts";
import { Connections } from "../../src/transports/connections.ts";
import { Turns } from "../../src/transports/turns.ts";
import { Playbacks } from "../../src/transports/playbacks.ts";
import { ClassicServer } from "../../src/transports/tcp/server.ts";
import type { OpenViewer } from "../../src/transports/viewer.ts";

/** Told of what the stages do, while they do it. */
export type Observer = {
  /** A hand-over is about to be made to the viewer's socket. */
  readonly handOver?: (viewer: Watched, handOver: HandOver) => void;
  /** A command has been carried out: what starts from now on belongs to the epoch that follows. */
  readonly begun?: (viewer: Watched) => void;
  readonly started?: (viewer: Watched, message: { readonly epoch: number; readonly number: number }) => void;
};

/** One viewer, as its neighbours in the stages see it: nothing here is asked of the dispatcher. */
export class Watched {
  readonly connection: number;
  priority = 255;
  /** Messages that the ring has accepted and that have not started. */
  waiting = 0;
  /** A message is at hand that the ring has no room for. */
  refused = false;
  /** Of the last message handed over there is a rest. */
  isInMessage = false;
  /** Its socket has said "wait". */
  setAside = false;
  closed = false;
  handOvers = 0;

  constructor(connection: number) {
    this.connection = connection;
  }

  /** Whether bytes of an untimed playback could be handed over now. */
  get canGo(): boolean {
    return !this.closed && !this.setAside && (this.isInMessage || this.waiting > 0 || this.refused);
  }
}

export type Stages = {
  readonly port: number;
  readonly viewers: readonly Watched[];
  readonly dispatcher: Dispatcher;
};

/** What `main.ts` joins, joined with somebody who watches between playback, dispatcher and sink. */
export async function watchStages(
  test: TestContext,
  library: string,
  observer: Observer,
  { slots = 4096 } = {},
): Promise<Stages> {
  const lookAhead = { messages: 2, bytes: Bytes(512 * KiB), atHand: Bytes(128 * KiB), atOnce: 1 };
  const dispatcher = new Dispatcher({
    clock: systemClock,
    ring: {
      slots,
      bytes: Bytes(256 * MiB),
      windowMessages: lookAhead.messages,
      windowBytes: lookAhead.bytes,
    },
    batch: 8,
    handOver: Bytes(128 * KiB),
    slice: Bytes(256 * KiB),
    inFlight: Bytes(512 * MiB),
  });
  const frames = new Production({
    workers: 1,
    maxWorkers: 2,
    workerIdle: Ms(10_000),
    cacheBytes: Bytes(512 * MiB),
    frameLimit: Bytes(16 * MiB),
    cacheDir: "",
    diskCache: Bytes(0),
    log: () => undefined,
    clock: systemClock,
  });
  const viewers: Watched[] = [];
  const openViewer: OpenViewer = ({ connection, sink, listener }) => {
    const viewer = new Watched(connection);
    viewers.push(viewer);
    let queue: Queue | undefined;
    const attach = (source: OutletSource): Outlet => {
      queue = dispatcher.attach(watchSink(viewer, sink, observer), watchSource(viewer, source, observer));
      return watchOutlet(viewer, queue, observer);
    };
    const playback = new Playback({ clock: systemClock, frames, lookAhead, connection, listener, attach });
    const drained = (): void => {
      viewer.setAside = false;
      queue?.drained();
    };
    return { playback, drained };
  };
  const server = new ClassicServer({
    clock: systemClock,
    turns: new Turns(systemClock),
    catalogue: await readLibrary([{ kind: "folder", path: library }]),
    limits: LIMITS,
    places: new Connections(1000),
    openViewer,
    playbacks: new Playbacks({ access: new Access("none"), now: () => systemClock.now() }),
    gate: undefined,
    egress: undefined,
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  test.after(async () => {
    server.destroy();
    await server.close();
    await frames.close();
  });
  return { port, viewers, dispatcher };
}

const LIMITS = {
  request: Bytes(4096),
  firstRequest: Ms(60_000),
  idle: Ms(60_000),
  stall: Ms(60_000),
  unterminated: Ms(1000),
  bestPriority: everybody(Priority(0)),
};

function watchSink(viewer: Watched, sink: Sink, observer: Observer): Sink {
  return {
    send: (handOver) => {
      viewer.handOvers += 1;
      observer.handOver?.(viewer, handOver);
      const answer = sink.send(handOver);
      viewer.isInMessage = handOver.continues;
      viewer.setAside = answer === "wait";
      return answer;
    },
    abandon: (reason) => sink.abandon(reason),
  };
}

function watchOutlet(viewer: Watched, outlet: Outlet, observer: Observer): Outlet {
  return {
    get started() {
      return outlet.started;
    },
    begin: (standing) => {
      outlet.begin(standing);
      viewer.priority = standing.priority;
      viewer.waiting = 0;
      viewer.refused = false;
      observer.begun?.(viewer);
    },
    rerank: (priority) => {
      outlet.rerank(priority);
      viewer.priority = priority;
    },
    offer: (message) => {
      const isAccepted = outlet.offer(message);
      if (isAccepted) viewer.waiting += 1;
      viewer.refused = !isAccepted;
      return isAccepted;
    },
    waited: () => outlet.waited(),
    close: () => {
      viewer.closed = true;
      outlet.close();
    },
  };
}

function watchSource(viewer: Watched, source: OutletSource, observer: Observer): OutletSource {
  return {
    drain: () => {
      viewer.refused = false;
      source.drain();
    },
    returned: (count) => {
      viewer.waiting -= count;
      viewer.refused = true;
      source.returned(count);
    },
    started: (message, now, waits) => {
      viewer.waiting -= 1;
      observer.started?.(viewer, message);
      source.started(message, now, waits);
    },
    finished: (message, now) => source.finished(message, now),
    due: (message) => source.due(message),
    isLate: (message, now) => source.isLate(message, now),
    skip: (now, waits) => {
      viewer.waiting = 0;
      source.skip(now, waits);
    },
  };
}
