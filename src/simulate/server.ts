import { present } from "../base/assert.ts";
import type { Fault } from "../base/errors.ts";
import type { Receipt, Waits } from "../base/events.ts";
import type { MonotonicMs } from "../base/units.ts";
import { Dispatcher, type DispatcherOptions } from "../dispatch/dispatcher.ts";
import type { Queue } from "../dispatch/queue.ts";
import type { Frames } from "../playback/frames.ts";
import type { LookAhead } from "../playback/lookout.ts";
import type { OutgoingMessage, OutletSource } from "../playback/outlet.ts";
import type { Plan } from "../playback/plan.ts";
import { Playback } from "../playback/playback.ts";
import type { VirtualClock } from "./clock.ts";
import { type Link, type LinkListener, SimulatedSink } from "./sink.ts";
import type { Uplink } from "./uplink.ts";

export type SimulatedServerOptions = Omit<DispatcherOptions, "clock"> & {
  readonly clock: VirtualClock;
  readonly frames: Frames;
  readonly lookAhead: LookAhead;
  /** What the clients' links share. Default: nothing. */
  readonly uplink?: Uplink;
};

/** Told what happens to one viewer, as it happens. */
export interface ViewerListener extends LinkListener {
  /** A message has left; `due` is undefined for an untimed one. `waits` is used again after the call. */
  started(message: OutgoingMessage, due: MonotonicMs | undefined, waits: Waits): void;
  skipped(waits: Waits): void;
  ended(ended: Ended): void;
}

/** An epoch's end, as the protocol would be told. */
export type Ended = {
  readonly time: MonotonicMs;
  readonly receipt: Receipt;
  readonly plan: Plan;
  readonly error: Fault | undefined;
};

/** A viewer with its simulated connection. */
export class SimulatedViewer {
  readonly playback: Playback;
  readonly sink: SimulatedSink;
  readonly ended: Ended[] = [];
  /** Why the dispatcher gave it up. */
  abandoned: { readonly time: MonotonicMs; readonly reason: Fault } | undefined;
  #queue: Queue | undefined;

  constructor(server: {
    dispatcher: Dispatcher;
    options: SimulatedServerOptions;
    number: number;
    link: Link;
    listener: ViewerListener | undefined;
  }) {
    const { dispatcher, options, number, link, listener } = server;
    const { clock, frames, lookAhead, uplink } = options;
    const owner = {
      drained: () => this.#queue?.drained(),
      abandoned: (reason: Fault) => {
        this.abandoned = { time: clock.now(), reason };
        clock.defer(() => this.close());
      },
    };
    this.sink = new SimulatedSink(clock, link, owner, { uplink, listener, id: number });
    this.playback = new Playback({
      clock,
      frames,
      lookAhead,
      connection: number,
      listener: {
        ended: (receipt, plan, error) => {
          const ended = { time: clock.now(), receipt, plan, error };
          if (listener === undefined) this.ended.push(ended);
          else listener.ended(ended);
        },
      },
      attach: (source) => {
        const dueOf = (message: OutgoingMessage): MonotonicMs | undefined =>
          this.playback.timelineDue(message);
        const heard = listener === undefined ? source : new HeardSource(source, listener, dueOf);
        return (this.#queue = dispatcher.attach(this.sink, heard));
      },
    });
  }

  /** Its place in the dispatcher. */
  get queue(): Queue {
    return present(this.#queue, "a viewer without a place");
  }

  /** The connection ends, from whichever side. May be called twice. */
  close(): void {
    this.sink.close();
    this.playback.close();
  }
}

/** A playback as the dispatcher sees it, with somebody who listens. */
class HeardSource implements OutletSource {
  readonly #source: OutletSource;
  readonly #listener: ViewerListener;
  readonly #dueOf: (message: OutgoingMessage) => MonotonicMs | undefined;

  constructor(
    source: OutletSource,
    listener: ViewerListener,
    dueOf: (message: OutgoingMessage) => MonotonicMs | undefined,
  ) {
    this.#source = source;
    this.#listener = listener;
    this.#dueOf = dueOf;
  }

  drain(): void {
    this.#source.drain();
  }

  returned(count: number): void {
    this.#source.returned(count);
  }

  // Told before the playback hears of it: afterwards the message's due is no longer known.
  started(message: OutgoingMessage, now: MonotonicMs, waits: Waits): void {
    this.#listener.started(message, this.#dueOf(message), waits);
    this.#source.started(message, now, waits);
  }

  finished(message: OutgoingMessage, now: MonotonicMs): void {
    this.#source.finished(message, now);
  }

  due(message: OutgoingMessage): MonotonicMs {
    return this.#source.due(message);
  }

  isLate(message: OutgoingMessage, now: MonotonicMs): boolean {
    return this.#source.isLate(message, now);
  }

  skip(now: MonotonicMs, waits: Waits): void {
    this.#listener.skipped(waits);
    this.#source.skip(now, waits);
  }
}

/** The real playback and dispatcher between simulated frames and simulated clients, on a virtual clock. */
export class SimulatedServer {
  readonly dispatcher: Dispatcher;
  readonly viewers: SimulatedViewer[] = [];
  readonly #options: SimulatedServerOptions;

  constructor(options: SimulatedServerOptions) {
    this.#options = options;
    this.dispatcher = new Dispatcher(options);
  }

  /** @param listener is told what happens; without one, the viewer and its sink remember all of it */
  connect(link: Link, listener?: ViewerListener): SimulatedViewer {
    const { dispatcher } = this;
    const number = this.viewers.length + 1;
    const viewer = new SimulatedViewer({ dispatcher, options: this.#options, number, link, listener });
    this.viewers.push(viewer);
    return viewer;
  }
}
