import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Bytes, Epoch, MessageNumber, MonotonicMs, Priority } from "../base/units.ts";
import { VirtualClock } from "../simulate/clock.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { Queue } from "./queue.ts";
import type { HandOver, Sink, SinkAnswer } from "./sink.ts";

const SLICE = 100;

/** A client that grants messages, and shares its way with others. */
class Granting implements Sink {
  credit = 0;
  isShared = false;
  isInMessage = false;
  answer: SinkAnswer = "more";
  readonly got: HandOver[] = [];

  get room(): number {
    return this.credit;
  }

  get isBusy(): boolean {
    return this.isShared || (this.credit === 0 && !this.isInMessage);
  }

  send(handOver: HandOver): SinkAnswer {
    assert.ok(!this.isBusy, "a busy sink was given something");
    assert.ok(handOver.starts <= this.credit, "more messages started than were granted");
    this.credit -= handOver.starts;
    this.isInMessage = handOver.continues;
    this.got.push(handOver);
    return this.answer;
  }

  abandon(): void {
    assert.fail("given up");
  }

  get started(): number {
    return this.got.reduce((sum, { starts }) => sum + starts, 0);
  }
}

/** A dispatcher, and clients who have as many messages waiting as the ring takes of them. */
function open(sizes: readonly number[]) {
  const clock = new VirtualClock();
  const dispatcher = new Dispatcher({
    clock,
    ring: { slots: 1000, bytes: Bytes(1e6), windowMessages: 20, windowBytes: Bytes(10) },
    batch: 4,
    handOver: Bytes(SLICE),
    slice: Bytes(SLICE),
    inFlight: Bytes(500),
  });
  const clients = sizes.map((size, index) => {
    const sink = new Granting();
    const queue = dispatcher.attach(sink, {
      drain: () => {},
      returned: () => {},
      started: () => {},
      finished: () => {},
      due: () => MonotonicMs(0),
      isLate: () => false,
      skip: () => {},
    });
    queue.begin({ priority: Priority(index), period: undefined });
    fill(queue, size);
    return { sink, queue };
  });
  const settle = (): void => {
    clock.run(clock.now());
  };
  return { dispatcher, clients, settle };
}

function fill(queue: Queue, size: number): void {
  for (let number = 0; number < 10; number += 1) {
    const parts = [new Uint8Array(size)];
    queue.offer({ epoch: Epoch(1), number: MessageNumber(number), parts, bytes: Bytes(size) });
  }
}

describe("credit", () => {
  // A client that grants three frames has room for three, however small they are.
  it("bounds the messages that go together, and those that go one after another", () => {
    const { clients, settle } = open([10]);
    const [{ sink, queue }] = clients as [(typeof clients)[number]];
    settle();
    assert.equal(sink.started, 0);
    for (const [granted, expected] of [
      [3, 3],
      [1, 4],
      [4, 8],
    ] as const) {
      sink.credit += granted;
      queue.drained();
      settle();
      assert.equal(sink.started, expected);
    }
  });

  // The rest of what has begun costs nothing: without it the client would have half a frame.
  it("is not asked for the rest of a message that has begun", () => {
    const { clients, settle } = open([3 * SLICE]);
    const [{ sink, queue }] = clients as [(typeof clients)[number]];
    settle();
    sink.credit = 1;
    queue.drained();
    settle();
    assert.deepEqual(
      sink.got.map(({ starts, continues }) => [starts, continues]),
      [
        [1, true],
        [0, true],
        [0, false],
      ],
    );
  });

  // What has not been granted is not under way: it must not count against those whose bytes are.
  it("holds nothing of what may be under way while it is spent", () => {
    const { clients, dispatcher, settle } = open([50, 50]);
    const [{ sink, queue }] = clients as [(typeof clients)[number]];
    settle();
    sink.credit = 2;
    queue.drained();
    settle();
    assert.equal(sink.started, 2);
    assert.equal(dispatcher.held.inFlight, 0);
  });
});

describe("a way that is shared", () => {
  // Two playbacks of one connection: what one has put into its buffer the other must not add to.
  it("keeps every sink from being given anything while it is full, and then the best goes", () => {
    const { clients, settle } = open([50, 50]);
    for (const { sink } of clients) [sink.isShared, sink.credit] = [true, 10];
    settle();
    assert.deepEqual(
      clients.map(({ sink }) => sink.started),
      [0, 0],
    );
    const order: number[] = [];
    for (const [index, { sink, queue }] of clients.entries()) {
      sink.isShared = false;
      const send = sink.send.bind(sink);
      sink.send = (handOver) => {
        order.push(index);
        return send(handOver);
      };
      queue.drained();
    }
    settle();
    assert.deepEqual(
      order.toSorted((a, b) => a - b),
      order,
    );
    assert.deepEqual(
      clients.map(({ sink }) => sink.started),
      [10, 10],
    );
  });
});
