import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, MonotonicMs, Priority, Epoch, MessageNumber } from "../../src/base/units.ts";
import { Dispatcher, type DispatcherOptions } from "../../src/dispatch/dispatcher.ts";
import type { Queue } from "../../src/dispatch/queue.ts";
import type { SinkAnswer } from "../../src/dispatch/sink.ts";
import { VirtualClock } from "../../src/simulate/clock.ts";

const options: Omit<DispatcherOptions, "clock"> = {
  ring: { slots: 100, bytes: Bytes(1e6), windowMessages: 2, windowBytes: Bytes(1) },
  batch: 8,
  handOver: Bytes(100),
  slice: Bytes(100),
  inFlight: Bytes(1000),
};

type Client = { readonly queue: Queue; readonly sent: number[]; gone: MonotonicMs | undefined };

/** A client whose sink answers always the same, and that has messages of one size for ever. */
function endless(
  { clock, dispatcher }: { clock: VirtualClock; dispatcher: Dispatcher },
  behaviour: { priority: number; size: number; answer: (queue: Queue) => SinkAnswer; messages?: number },
): Client {
  const { priority, size, answer, messages = Number.POSITIVE_INFINITY } = behaviour;
  let number = 0;
  const offer = (): void => {
    const parts = [new Uint8Array(size)];
    while (number < messages) {
      const message = { epoch: Epoch(1), number: MessageNumber(number), parts, bytes: Bytes(size) };
      if (!client.queue.offer(message)) return;
      number += 1;
    }
  };
  const queue = dispatcher.attach(
    {
      send: ({ bytes }) => {
        client.sent.push(bytes);
        return answer(client.queue);
      },
      abandon: () => {
        client.gone = clock.now();
      },
    },
    {
      drain: offer,
      returned: (count) => {
        number -= count;
      },
      started: () => {},
      finished: () => {},
      due: () => MonotonicMs(0),
      isLate: () => false,
      skip: () => {},
    },
  );
  const client: Client = { queue, sent: [], gone: undefined };
  queue.begin({ priority: Priority(priority), period: undefined });
  offer();
  return client;
}

function start(): { clock: VirtualClock; dispatcher: Dispatcher } {
  const clock = new VirtualClock();
  return { clock, dispatcher: new Dispatcher({ ...options, clock }) };
}

const more = (): SinkAnswer => "more";
const wait = (): SinkAnswer => "wait";

// Closing a connection is the harshest thing a server does: a slow client gets time before it is stuck.
test("law 6: beyond the in-flight bound the connection longest without progress is closed", () => {
  const { clock, dispatcher } = start();
  const stuck = endless({ clock, dispatcher }, { priority: 5, size: 600, answer: wait });
  const next = endless({ clock, dispatcher }, { priority: 5, size: 300, answer: wait, messages: 1 });
  clock.run(MonotonicMs(500));
  const best = endless({ clock, dispatcher }, { priority: 0, size: 600, answer: more, messages: 1 });
  clock.run(MonotonicMs(4999));
  assert.equal(best.sent.length, 0, "the bound is kept");
  assert.equal(stuck.gone, undefined);
  clock.run(MonotonicMs(5100));
  assert.equal(stuck.gone, 5000);
  assert.equal(next.gone, undefined, "closing one made room enough");
  assert.deepEqual(best.sent, [100, 100, 100, 100, 100, 100]);
});

// Disconnecting inside of a write is what sockets do; what they had must not stay in the books.
test("law 6: everything is given back when a sink finds its client gone while it takes a hand-over", () => {
  for (const answer of ["more", "wait"] as const) {
    const { clock, dispatcher } = start();
    endless(
      { clock, dispatcher },
      {
        priority: 1,
        size: 250,
        answer: (queue) => {
          queue.close();
          return answer;
        },
      },
    );
    const other = endless({ clock, dispatcher }, { priority: 2, size: 100, answer: more, messages: 3 });
    clock.run();
    assert.equal(other.sent.length, 3);
    other.queue.close();
    clock.run();
    assert.deepEqual(dispatcher.held, { queues: 0, messages: 0, bytes: 0, inFlight: 0 });
    assert.deepEqual(clock.pending, { turns: 0, timers: 0 });
  }
});

// A movie of pictures larger than any bound must still play: alone.
test("law 6: a message larger than the bounds goes alone", () => {
  const { clock, dispatcher } = start();
  const huge = endless({ clock, dispatcher }, { priority: 1, size: 2_000_000, answer: more, messages: 2 });
  clock.run();
  assert.equal(
    huge.sent.reduce((sum, bytes) => sum + bytes, 0),
    4_000_000,
  );
});
