import { BitRate, Bytes, Epoch, MessageNumber, MonotonicMs, Priority } from "../../src/base/units.ts";
import { Dispatcher } from "../../src/dispatch/dispatcher.ts";
import type { Queue } from "../../src/dispatch/queue.ts";
import type { HandOver, Sink, SinkAnswer } from "../../src/dispatch/sink.ts";
import type { Source } from "../../src/dispatch/source.ts";
import { VirtualClock } from "../../src/simulate/clock.ts";
import type { Bucket } from "./workloads.ts";

/** The largest hand-over of all backlogs: small, as thousands of them are run. */
export const LARGEST = 1000;

/** One priority: its playbacks always have a message that can go, or some messages now and then. */
export type Rank = {
  readonly priority: number;
  readonly floor: number | undefined;
  /** The sizes of each playback's messages, over and over again. */
  readonly playbacks: readonly (readonly number[])[];
  /** So many messages every so many milliseconds; undefined for one that never ends. */
  readonly portion: { readonly messages: number; readonly every: number } | undefined;
};

/** Untimed playbacks whose clients take everything at once. */
export type Backlog = {
  readonly ranks: readonly Rank[];
  readonly server: Bucket | undefined;
  readonly priorities?: ReadonlyMap<number, Bucket>;
  readonly batch: number;
  readonly windowBytes: number;
  readonly slots?: number;
  /** After so many nobody has anything more. */
  readonly handOvers: number;
};

/** A hand-over as all sinks together saw it. */
export type Seen = {
  readonly time: number;
  readonly rank: Rank;
  /** Counted over all ranks. */
  readonly playback: number;
  readonly bytes: number;
};

const blank = new Uint8Array(10 * LARGEST);
const MOST_EVENTS = 100_000;
const MOST_MS = 1e6;

/** Runs a backlog on the real dispatcher. @returns the hand-overs while everybody still had something */
export function run(backlog: Backlog): Seen[] {
  const clock = new VirtualClock();
  const { ranks, server, priorities = new Map<number, Bucket>(), slots = 100_000 } = backlog;
  const floors = ranks.flatMap(({ priority, floor }) =>
    floor === undefined ? [] : [[Priority(priority), floor] as const],
  );
  const dispatcher = new Dispatcher({
    clock,
    ring: { slots, bytes: Bytes(1e12), windowMessages: 2, windowBytes: Bytes(backlog.windowBytes) },
    batch: backlog.batch,
    handOver: Bytes(LARGEST),
    slice: Bytes(LARGEST),
    inFlight: Bytes(1e12),
    egress: {
      server: server && limitsOf(server),
      priorities: new Map(
        [...priorities].map(([priority, bucket]) => [Priority(priority), limitsOf(bucket)] as const),
      ),
    },
    floors: new Map(floors),
  });
  const seen: Seen[] = [];
  const audience = { clock, dispatcher, seen, handOvers: backlog.handOvers };
  const players = ranks.flatMap((rank) => rank.playbacks.map((sizes) => ({ rank, sizes })));
  for (const [playback, { rank, sizes }] of players.entries()) {
    const backlogged = new Backlogged(audience, playback, rank, sizes);
    backlogged.begin();
  }
  clock.run(MonotonicMs(MOST_MS), MOST_EVENTS);
  return seen.slice(0, backlog.handOvers);
}

type Audience = {
  readonly clock: VirtualClock;
  readonly dispatcher: Dispatcher;
  readonly seen: Seen[];
  readonly handOvers: number;
};

/** Source and sink of one playback. */
class Backlogged implements Source, Sink {
  readonly #audience: Audience;
  readonly #playback: number;
  readonly #rank: Rank;
  readonly #sizes: readonly number[];
  readonly #queue: Queue;
  #number = 0;
  #most: number;

  constructor(audience: Audience, playback: number, rank: Rank, sizes: readonly number[]) {
    this.#audience = audience;
    this.#playback = playback;
    this.#rank = rank;
    this.#sizes = sizes;
    this.#most = rank.portion?.messages ?? Number.POSITIVE_INFINITY;
    this.#queue = audience.dispatcher.attach(this, this);
  }

  begin(): void {
    const { priority, portion } = this.#rank;
    this.#queue.begin({ priority: Priority(priority), period: undefined });
    this.drain();
    if (portion !== undefined) this.#awaitPortion(portion);
  }

  send({ bytes }: HandOver): SinkAnswer {
    const { clock, seen } = this.#audience;
    seen.push({ time: clock.now(), rank: this.#rank, playback: this.#playback, bytes });
    return "more";
  }

  abandon(): void {
    throw new Error("given up without a reason");
  }

  drain(): void {
    while (this.#number < this.#most && !this.#isOver) {
      const size = this.#sizes[this.#number % this.#sizes.length] ?? 1;
      const message = {
        epoch: Epoch(1),
        number: MessageNumber(this.#number),
        parts: [blank.subarray(0, size)],
        bytes: Bytes(size),
      };
      // Counted before the call, in which it may come back.
      this.#number += 1;
      if (this.#queue.offer(message)) continue;
      this.#number -= 1;
      return;
    }
  }

  returned(count: number): void {
    this.#number -= count;
  }

  started(): void {}

  due(): MonotonicMs {
    return MonotonicMs(0);
  }

  isLate(): boolean {
    return false;
  }

  finished(): void {}

  skip(): void {
    throw new Error("skipped what was not late");
  }

  get #isOver(): boolean {
    return this.#audience.seen.length >= this.#audience.handOvers;
  }

  #awaitPortion({ messages, every }: NonNullable<Rank["portion"]>): void {
    const { clock } = this.#audience;
    clock.at(MonotonicMs(clock.now() + every), () => {
      if (this.#isOver) return;
      this.#most += messages;
      this.drain();
      this.#awaitPortion({ messages, every });
    });
  }
}

function limitsOf({ perMs, burst }: Bucket): { rate: BitRate; burst: Bytes } {
  return { rate: BitRate(perMs * 8000), burst: Bytes(burst) };
}
