import { present } from "../base/assert.ts";
import type { Fault } from "../base/errors.ts";
import type { Receipt } from "../base/events.ts";
import type { MonotonicMs } from "../base/units.ts";
import { Dispatcher, type DispatcherOptions } from "../dispatch/dispatcher.ts";
import type { Queue } from "../dispatch/queue.ts";
import type { Frames } from "../playback/frames.ts";
import type { LookAhead } from "../playback/lookout.ts";
import type { Plan } from "../playback/plan.ts";
import { Playback } from "../playback/playback.ts";
import type { VirtualClock } from "./clock.ts";
import { type Link, SimulatedSink } from "./sink.ts";

export type SimulatedServerOptions = Omit<DispatcherOptions, "clock"> & {
  readonly clock: VirtualClock;
  readonly frames: Frames;
  readonly lookAhead: LookAhead;
};

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
  }) {
    const { dispatcher, options, number, link } = server;
    const { clock, frames, lookAhead } = options;
    this.sink = new SimulatedSink(clock, link, {
      drained: () => this.#queue?.drained(),
      abandoned: (reason) => {
        this.abandoned = { time: clock.now(), reason };
        clock.defer(() => this.close());
      },
    });
    this.playback = new Playback({
      clock,
      frames,
      lookAhead,
      connection: number,
      listener: {
        ended: (receipt, plan, error) => this.ended.push({ time: clock.now(), receipt, plan, error }),
      },
      attach: (source) => (this.#queue = dispatcher.attach(this.sink, source)),
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

/** The real playback and dispatcher between simulated frames and simulated clients, on a virtual clock. */
export class SimulatedServer {
  readonly dispatcher: Dispatcher;
  readonly viewers: SimulatedViewer[] = [];
  readonly #options: SimulatedServerOptions;

  constructor(options: SimulatedServerOptions) {
    this.#options = options;
    this.dispatcher = new Dispatcher(options);
  }

  connect(link: Link): SimulatedViewer {
    const { dispatcher } = this;
    const number = this.viewers.length + 1;
    const viewer = new SimulatedViewer({ dispatcher, options: this.#options, number, link });
    this.viewers.push(viewer);
    return viewer;
  }
}
