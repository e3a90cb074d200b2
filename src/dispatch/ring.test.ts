import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, Epoch, MessageNumber, MonotonicMs } from "../base/units.ts";
import type { Message } from "./message.ts";
import { makeQueue } from "./queue.testing.ts";
import type { Queue } from "./queue.ts";
import { Ring } from "./ring.ts";

const message = (bytes: number): Message => ({
  epoch: Epoch(1),
  number: MessageNumber(0),
  parts: [new Uint8Array(bytes)],
  bytes: Bytes(bytes),
});

/** A ring, and who lost messages in it. The clock stands at 100 ms. */
function open(limits: { slots?: number; bytes?: number; windowMessages?: number; windowBytes?: number }) {
  const { slots = 2, bytes = 1000, windowMessages = 2, windowBytes = 100 } = limits;
  const lost: number[] = [];
  const ring = new Ring(
    { slots, bytes: Bytes(bytes), windowMessages, windowBytes: Bytes(windowBytes) },
    () => MonotonicMs(100),
    (queue) => {
      lost.push(queue.id);
      ring.rank(queue);
    },
  );
  const offer = (queue: Queue, size = 10): boolean => {
    const isIn = ring.admit(message(size), { queue, due: queue.due });
    ring.rank(queue);
    return isIn;
  };
  return { ring, lost, offer };
}

// Two small messages are not enough to fill one write, and two large ones are plenty.
test("a window is the larger of so many messages and so many bytes", () => {
  const { ring, offer } = open({ slots: 100 });
  const [small, large] = [makeQueue(1), makeQueue(2)];
  for (let count = 0; count < 10; count += 1) {
    assert.ok(!ring.windowIsFull(small));
    offer(small, 10);
  }
  assert.ok(ring.windowIsFull(small));
  offer(large, 300);
  assert.ok(!ring.windowIsFull(large));
  offer(large, 300);
  assert.ok(ring.windowIsFull(large));
});

// A picture larger than the whole ring must still be shown.
test("one message that is larger than the ring may wait alone", () => {
  const { offer } = open({});
  assert.ok(offer(makeQueue(1), 5000));
  assert.ok(!offer(makeQueue(2), 1));
});

// What cannot go is worth less than what can, and among what can go the order is that of the hand-overs.
test("a full ring takes slots from the set aside, then from those not due, then from the worst", () => {
  const { lost, offer } = open({ slots: 3 });
  const aside = makeQueue(1, { priority: 0 });
  aside.setAside = true;
  const undue = makeQueue(2, { priority: 0, period: 40, due: 500 });
  undue.isUndue = true;
  const worse = makeQueue(3, { priority: 7 });
  for (const queue of [undue, aside, worse]) assert.ok(offer(queue));
  const better = [4, 5, 6].map((id) => makeQueue(id, { priority: 5 }));
  for (const queue of better) assert.ok(offer(queue));
  assert.deepEqual(lost, [1, 2, 3]);
});

// Among equals nobody gives way, or two playbacks would throw each other out for ever.
test("an offer that is no better than what waits is refused, and remembered", () => {
  const { ring, lost, offer } = open({ slots: 1 });
  const [holder, equal] = [makeQueue(1), makeQueue(2)];
  offer(holder);
  assert.ok(!offer(equal));
  assert.ok(equal.refused);
  assert.equal(ring.nextRefused(), undefined);
  ring.start(holder);
  ring.rank(holder);
  assert.equal(ring.nextRefused(), equal);
  assert.deepEqual(lost, []);
});

// Standing in front of those who could use the slot it would hold it up for as long as its due is away.
test("of the refused, one that is not due and one that is set aside do not stand in the way", () => {
  const { ring, offer } = open({ slots: 1 });
  const holder = makeQueue(1, { priority: 1 });
  const undue = makeQueue(2, { priority: 0, period: 10_000, due: 9000 });
  undue.isUndue = true;
  const aside = makeQueue(3, { priority: 0 });
  aside.setAside = true;
  const ready = makeQueue(4, { priority: 5 });
  offer(holder);
  for (const queue of [undue, aside, ready]) assert.ok(!offer(queue));
  holder.isUndue = true;
  holder.due = MonotonicMs(200);
  ring.rank(holder);
  assert.equal(ring.nextRefused(), ready);
});
