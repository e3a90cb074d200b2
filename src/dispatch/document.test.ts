import assert from "node:assert/strict";
import { test } from "node:test";
import { BitRate, Bytes, MonotonicMs, Priority } from "../base/units.ts";
import { VirtualClock } from "../simulate/clock.ts";
import { Dispatcher } from "./dispatcher.ts";
import { SentDocument } from "./document.ts";
import { openAccount } from "./queue.ts";
import type { HandOver, SinkAnswer } from "./sink.ts";

/** 100 bytes in a millisecond, in slices of 1000, and a ring with room for few messages. */
function makeDispatcher(slots = 100): { clock: VirtualClock; dispatcher: Dispatcher } {
  const clock = new VirtualClock();
  const bytes = Bytes(1e9);
  const server = { rate: BitRate(800_000), burst: Bytes(1000) };
  const dispatcher = new Dispatcher({
    clock,
    ring: { slots, bytes, windowMessages: 2, windowBytes: Bytes(4000) },
    batch: 8,
    handOver: Bytes(1000),
    slice: Bytes(1000),
    inFlight: bytes,
    egress: { server },
  });
  return { clock, dispatcher };
}

/** A client that loads a document of so many pieces, and what it has of it. */
class Reader {
  readonly got: number[] = [];
  readonly document: SentDocument;
  endedAt: number | undefined;
  #left: number[];
  readonly #clock: VirtualClock;
  readonly #answers: SinkAnswer[];
  readonly #all: number;

  constructor(
    { clock, dispatcher }: ReturnType<typeof makeDispatcher>,
    pieces: readonly number[],
    { priority = 3, answers = [] }: { readonly priority?: number; readonly answers?: SinkAnswer[] } = {},
  ) {
    this.#clock = clock;
    this.#answers = answers;
    this.#left = pieces.map((_, index) => index);
    this.#all = pieces.reduce((sum, each) => sum + each, 0);
    const offerNext = (): void => {
      const index = this.#left.shift();
      if (index !== undefined) this.document.offer(new Uint8Array(pieces[index] ?? 0).fill(index));
    };
    this.document = new SentDocument(dispatcher, {
      sink: { send: (handOver) => this.#take(handOver), abandon: () => assert.fail("given up") },
      account: openAccount(),
      priority: Priority(priority),
      wanted: offerNext,
    });
    offerNext();
  }

  #take({ parts }: HandOver): SinkAnswer {
    for (const part of parts) this.got.push(...part);
    if (this.got.length === this.#all) this.endedAt = this.#clock.now();
    return this.#answers.shift() ?? "more";
  }
}

// A script with a piece at another place, or a piece too few, is none.
test("a document comes whole and in order, in slices that each wait for the budget", () => {
  const stage = makeDispatcher();
  const reader = new Reader(stage, [2500, 300, 1200, 1, 999]);
  stage.clock.run(MonotonicMs(1000));
  const pieces = [2500, 300, 1200, 1, 999].flatMap((bytes, index) => Array<number>(bytes).fill(index));
  assert.deepEqual(reader.got, pieces);
  assert.equal(reader.endedAt, 40);
  reader.document.close();
  assert.deepEqual(stage.dispatcher.held, { queues: 0, messages: 0, bytes: 0, inFlight: 0 });
});

// The better one's would come after a hundred pages.
test("of two, the one of the better priority goes first, and equals take turns", () => {
  const stage = makeDispatcher();
  const worse = new Reader(stage, [4000], { priority: 5 });
  const [one, other] = [new Reader(stage, [2000, 2000]), new Reader(stage, [4000])];
  stage.clock.run(MonotonicMs(1000));
  assert.ok((one.endedAt ?? Infinity) < (worse.endedAt ?? 0));
  assert.ok((other.endedAt ?? Infinity) < (worse.endedAt ?? 0));
  assert.equal(Math.abs((one.endedAt ?? 0) - (other.endedAt ?? 0)), 10);
});

// What was refused, or taken back, must be offered again: otherwise the page never comes.
test("in a ring that is too small for all, each comes to its end", () => {
  const stage = makeDispatcher(1);
  const readers = [7, 5, 5, 3, 3].map((priority) => new Reader(stage, [900, 2500, 10], { priority }));
  stage.clock.run(MonotonicMs(5000));
  for (const reader of readers) assert.equal(reader.got.length, 3410);
});

test("a client that takes nothing keeps nobody waiting, and goes on when it does", () => {
  const stage = makeDispatcher();
  const deaf = new Reader(stage, [3000], { priority: 0, answers: ["wait"] });
  const other = new Reader(stage, [3000], { priority: 9 });
  stage.clock.run(MonotonicMs(1000));
  assert.deepEqual([deaf.got.length, other.endedAt], [1000, 30]);
  deaf.document.drained();
  stage.clock.run(MonotonicMs(2000));
  assert.equal(deaf.got.length, 3000);
});
