import assert from "node:assert/strict";
import { present } from "../../src/base/assert.ts";
import type { Receipt } from "../../src/base/events.ts";
import { BitRate, Bytes, MonotonicMs, Priority, WORST_PRIORITY } from "../../src/base/units.ts";
import { lookAheadOf } from "../../src/dispatch/configured.ts";
import { Dispatcher } from "../../src/dispatch/dispatcher.ts";
import type { BucketLimits } from "../../src/dispatch/egress.ts";
import type { Queue } from "../../src/dispatch/queue.ts";
import type { HandOver, Sink, SinkAnswer } from "../../src/dispatch/sink.ts";
import type { LookAhead } from "../../src/playback/lookout.ts";
import type { Envelope, MessageLabel } from "../../src/playback/outlet.ts";
import { makePlan } from "../../src/playback/plan.ts";
import { Playback } from "../../src/playback/playback.ts";
import { VirtualClock } from "../../src/simulate/clock.ts";
import { SimulatedFrames } from "../../src/simulate/frames.ts";
import { SimulatedLog } from "../../src/simulate/log.ts";
import type { Received } from "../../src/simulate/sink.ts";
import { label } from "./reader.ts";
import type { Act, Bucket, Play, Road, Workload } from "./workloads.ts";

/** Every message begins with so many bytes, so that its size follows from its movie's. */
export const LABEL_BYTES = 64;

/** What can be seen from outside of the server, in the order in which it happened. */
export type Happening = { readonly time: number; readonly viewer: number } & (
  | { readonly kind: "play"; readonly play: Play }
  | { readonly kind: "stop" | "lost" | "drained" }
  | { readonly kind: "ended"; readonly receipt: Receipt }
  | {
      readonly kind: "handOver";
      readonly bytes: number;
      /** The frame that begins here, unless the hand-over goes on with one that has begun. */
      readonly frame: number | undefined;
      readonly sink: SinkAnswer;
    }
);

export type HandedOver = Extract<Happening, { readonly kind: "handOver" }>;

/** Far more than any workload needs. */
const MOST_EVENTS = 100_000;

/** How long after its span a workload may take to bring started messages to their end. */
const AFTERWARDS = 1e7;

/** The real playbacks and dispatcher under one workload; notes what happens at their outer ends. */
export class Contention {
  readonly workload: Workload;
  readonly clock = new VirtualClock();
  readonly dispatcher: Dispatcher;
  readonly happenings: Happening[] = [];
  /** What each viewer's client received. */
  readonly received: Received[][] = [];
  /** Messages that waited at the same time. */
  mostHeld = 0;
  readonly #frames: SimulatedFrames;
  readonly #logs: readonly SimulatedLog[];
  readonly #largest: number;
  readonly #lookAhead: LookAhead;

  constructor(workload: Workload) {
    this.workload = workload;
    const { limits, movies } = workload;
    this.#logs = movies.map(
      ({ frames }, index) =>
        new SimulatedLog(
          `m${index}`,
          Array.from({ length: frames }, (_, i) => i + 1),
        ),
    );
    this.#largest = Math.max(...movies.map(({ size }) => size)) + LABEL_BYTES;
    this.#frames = new SimulatedFrames({
      clock: this.clock,
      size: ({ movie }) => present(movies[Number(movie.slice(1))], movie).size,
      latency: () => workload.latency,
    });
    const ring = {
      slots: limits.slots,
      bytes: Bytes(limits.ringBytes),
      windowMessages: limits.windowMessages,
      windowBytes: Bytes(limits.windowBytes),
    };
    const handOver = Bytes(limits.slice);
    this.#lookAhead = lookAheadOf({ ring, handOver }, 2);
    this.dispatcher = new Dispatcher({
      clock: this.clock,
      ring,
      batch: limits.batch,
      handOver,
      slice: Bytes(limits.slice),
      inFlight: Bytes(limits.inFlight),
      egress: {
        server: bucketLimits(limits.server),
        client: bucketLimits(limits.client),
        priorities: new Map(
          [...limits.priorities].map(([priority, { perMs, burst }]) => [
            Priority(priority),
            { rate: BitRate(perMs * 8000), burst: Bytes(burst) },
          ]),
        ),
      },
    });
  }

  /** Runs the workload to its end, stops whoever still plays, and lets what has started arrive. */
  run(): this {
    if (this.workload.latency === 0) this.#makeAll();
    const stops = this.workload.viewers.map(({ road, acts }) => this.#connect(road, acts));
    this.clock.run(MonotonicMs(this.workload.span), MOST_EVENTS);
    for (const stop of stops) stop();
    this.clock.run(MonotonicMs(this.workload.span + AFTERWARDS), MOST_EVENTS);
    return this;
  }

  /** What takes no time is at hand from the beginning, also for who skips to it. */
  #makeAll(): void {
    const urgency = { priority: WORST_PRIORITY, deadline: MonotonicMs(0) };
    for (const log of this.#logs) {
      for (let rank = 0; rank < log.count; rank += 1) {
        const entry = present(log.nth(rank), "a frame that is not there");
        this.#frames.request({ entry }, urgency, () => {});
      }
    }
    this.clock.run(MonotonicMs(0), MOST_EVENTS);
  }

  /** @returns what stops it */
  #connect(road: Road, acts: readonly Act[]): () => void {
    const viewer = this.received.length;
    const received: Received[] = [];
    this.received.push(received);
    let isLost = false;
    const lose = (): void => {
      isLost = true;
      this.#note({ kind: "lost", viewer });
      sink.close();
      playback.close();
    };
    const sink = new RoadSink(this.clock, road, {
      handedOver: (handOver, answer) => {
        received.push({ time: this.clock.now(), handOver });
        const frame = frameOf(handOver);
        this.#note({ kind: "handOver", viewer, bytes: handOver.bytes, frame, sink: answer });
      },
      drained: () => {
        this.#note({ kind: "drained", viewer });
        queue?.drained();
      },
      abandoned: lose,
    });
    let queue: Queue | undefined;
    const playback = new Playback({
      clock: this.clock,
      frames: this.#frames,
      lookAhead: this.#lookAhead,
      connection: viewer + 1,
      listener: { ended: (receipt) => this.#note({ kind: "ended", viewer, receipt }) },
      attach: (source) => (queue = this.dispatcher.attach(sink, source)),
    });
    const carryOut = (act: Act): void => {
      if (isLost) return;
      if (act.kind === "lose") return lose();
      if (act.kind === "stop") {
        this.#note({ kind: "stop", viewer });
        return playback.stop();
      }
      const play = { ...act, repeat: act.repeat && this.#mayRepeat(act) };
      this.#note({ kind: "play", viewer, play });
      playback.play(this.#planOf(play));
    };
    for (const act of acts) this.clock.at(MonotonicMs(act.at), () => carryOut(act));
    return () => carryOut({ kind: "stop", at: this.workload.span });
  }

  #note(happening: DistributiveOmit<Happening, "time">): void {
    this.happenings.push({ ...happening, time: this.clock.now() });
    this.#checkMemory();
  }

  // What never ends and takes hardly any time would not be over in time; and when frames are skipped, their
  // numbers must tell which tick they are of.
  #mayRepeat({ movie, rate, contract }: Play): boolean {
    const { limits, movies } = this.workload;
    const isLarge = (movies[movie]?.size ?? 0) * 8 > limits.slice;
    return contract === "all" && ((limits.server !== undefined && isLarge) || rate !== undefined);
  }

  #planOf({ movie, repeat, rate, contract, priority }: Play): ReturnType<typeof makePlan> {
    const log = present(this.#logs[movie], "a movie that is not there");
    const wish = { start: undefined, from: undefined, to: undefined, missing: "error" } as const;
    return makePlan(log, { ...wish, repeat, rate, contract, priority: Priority(priority) }, padded);
  }

  /** Law 6, whenever something happens. */
  #checkMemory(): void {
    const { slots, ringBytes, inFlight: bound } = this.workload.limits;
    const { messages, bytes, inFlight } = this.dispatcher.held;
    this.mostHeld = Math.max(this.mostHeld, messages);
    assert.ok(messages <= slots, `${messages} messages in ${slots} slots`);
    assert.ok(bytes <= ringBytes || messages === 1, `${bytes} bytes in a ring of ${ringBytes}`);
    assert.ok(inFlight <= Math.max(bound, this.#largest), `${inFlight} bytes in flight, of ${bound}`);
  }
}

type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

type RoadOwner = {
  handedOver(handOver: HandOver, answer: SinkAnswer): void;
  drained(): void;
  abandoned(): void;
};

/** A client that takes what it is given as its road allows, and insists on what dispatchers promise. */
class RoadSink implements Sink {
  readonly #clock: VirtualClock;
  readonly #road: Road;
  readonly #owner: RoadOwner;
  #handOvers = 0;
  #freeAt = 0;
  #waits = false;
  #isClosed = false;

  constructor(clock: VirtualClock, road: Road, owner: RoadOwner) {
    this.#clock = clock;
    this.#road = road;
    this.#owner = owner;
  }

  send(handOver: HandOver): SinkAnswer {
    assert.ok(!this.#waits && !this.#isClosed, "given to a client that cannot take it");
    const bytes = handOver.parts.reduce((sum, part) => sum + part.byteLength, 0);
    assert.ok(bytes > 0 && bytes === handOver.bytes, "a hand-over has other bytes than it says");
    this.#handOvers += 1;
    const now = this.#clock.now();
    const takenAt = this.#takenAt(now, bytes);
    this.#waits = takenAt > now;
    if (this.#waits && takenAt < Number.POSITIVE_INFINITY) {
      this.#clock.at(MonotonicMs(takenAt), () => this.#drain());
    }
    this.#owner.handedOver(handOver, this.#waits ? "wait" : "more");
    return this.#waits ? "wait" : "more";
  }

  abandon(): void {
    this.#isClosed = true;
    this.#clock.defer(() => this.#owner.abandoned());
  }

  close(): void {
    this.#isClosed = true;
  }

  #drain(): void {
    if (this.#isClosed) return;
    this.#waits = false;
    this.#owner.drained();
  }

  #takenAt(now: number, bytes: number): number {
    const road = this.#road;
    if (road.kind === "stalled") return this.#handOvers < road.after ? now : Number.POSITIVE_INFINITY;
    if (road.kind === "steps") return (Math.floor(now / road.every) + 1) * road.every;
    if (road.kind === "slow") {
      this.#freeAt = Math.max(this.#freeAt, now) + bytes / road.perMs;
      return this.#freeAt;
    }
    const { pause } = road;
    return pause !== undefined && now >= pause.from && now < pause.to ? pause.to : now;
  }
}

function bucketLimits(bucket: Bucket | undefined): BucketLimits | undefined {
  return bucket && { rate: BitRate(bucket.perMs * 8000), burst: Bytes(bucket.burst) };
}

function padded(about: MessageLabel): Envelope {
  const bytes = Buffer.alloc(LABEL_BYTES, " ");
  const line = label(about);
  bytes.set(line.subarray(0, -1));
  bytes[LABEL_BYTES - 1] = 10;
  return { before: bytes };
}

/** The frame's number from the label, when the hand-over begins with one. */
function frameOf({ parts: [first] }: HandOver): number | undefined {
  if (first?.byteLength !== LABEL_BYTES) return undefined;
  const [kind, , , frame] = Buffer.from(first).toString("latin1").split(" ");
  return kind === "message" ? Number(frame) : undefined;
}
