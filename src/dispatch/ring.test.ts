import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, Epoch, MessageNumber, MonotonicMs, Priority } from "../base/units.ts";
import type { Message } from "./message.ts";
import { makeQueue } from "./queue.testing.ts";
import type { Queue } from "./queue.ts";
import { Ranks } from "./ranks.ts";
import { Ring } from "./ring.ts";

const message = (bytes: number): Message => ({
  epoch: Epoch(1),
  number: MessageNumber(0),
  parts: [new Uint8Array(bytes)],
  bytes: Bytes(bytes),
});

type Limits = { slots?: number; bytes?: number; windowMessages?: number; windowBytes?: number };

/** A ring, and who lost messages in it. The clock stands at 100 ms. */
function open(limits: Limits, floors: readonly Priority[] = []) {
  const { slots = 2, bytes = 1000, windowMessages = 2, windowBytes = 100 } = limits;
  const lost: number[] = [];
  const shut = new Ranks(100);
  const ring = new Ring(
    { slots, bytes: Bytes(bytes), windowMessages, windowBytes: Bytes(windowBytes) },
    {
      now: () => MonotonicMs(100),
      shut,
      turnBytes: 100,
      floors,
      evicted: (queue) => {
        lost.push(queue.id);
        ring.rank(queue);
      },
    },
  );
  const offer = (queue: Queue, size = 10): boolean => {
    const isIn = ring.admit(message(size), { queue, due: queue.due, opens: queue.opens });
    ring.rank(queue);
    return isIn;
  };
  return { ring, lost, offer, shut };
}

const present = (queues: readonly Queue[], id: number): Queue => {
  const found = queues.find((queue) => queue.id === id);
  assert.ok(found);
  return found;
};

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
  undue.isHeld = true;
  const worse = makeQueue(3, { priority: 7 });
  for (const queue of [undue, aside, worse]) assert.ok(offer(queue));
  const better = [4, 5, 6].map((id) => makeQueue(id, { priority: 5 }));
  for (const queue of better) assert.ok(offer(queue));
  assert.deepEqual(lost, [1, 2, 3]);
});

// Among equals nobody gives way, or two playbacks would throw each other out for ever.
test("an offer that is no better than what waits is refused, and remembered", () => {
  const { ring, lost, offer } = open({ slots: 1 });
  let asked = 0;
  const [holder, equal] = [makeQueue(1), makeQueue(2, { drain: () => (asked += 1) })];
  offer(holder);
  assert.ok(!offer(equal));
  assert.ok(equal.refused);
  ring.serveRefused();
  assert.equal(asked, 0);
  ring.start(holder);
  ring.rank(holder);
  ring.serveRefused();
  assert.equal(asked, 1);
  assert.deepEqual(lost, []);
});

// Whoever has just sent would take the room it leaves, again and again, and the others would get nothing.
test("room goes to who was refused before an equal can have it, in the order of refusal", () => {
  const { ring, offer } = open({ slots: 1 });
  const holder = makeQueue(1);
  const refused = [2, 3].map((id): Queue => makeQueue(id, { drain: () => void offer(present(refused, id)) }));
  for (const queue of [holder, ...refused]) offer(queue);
  for (const next of refused) {
    const sender = present([holder, ...refused], next.id - 1);
    ring.start(sender);
    ring.rank(sender);
    assert.ok(!offer(sender), "an equal stands behind");
    ring.serveRefused();
    assert.equal(next.waiting.length, 1);
  }
});

// Small messages that always fit would pass over a large one for ever.
test("a refused message that does not fit yet keeps the room that is freed", () => {
  const { ring, offer } = open({ slots: 100, bytes: 1000 });
  const [a, b] = [makeQueue(1), makeQueue(2)];
  const large: Queue = makeQueue(3, { drain: () => void offer(large, 900) });
  offer(a, 300);
  offer(b, 300);
  assert.ok(!offer(large, 900));
  for (const small of [a, b]) {
    ring.start(small);
    ring.rank(small);
    assert.ok(!offer(small, 10), "a small one stands behind");
    ring.serveRefused();
  }
  assert.equal(large.waiting.length, 1);
});

// Standing in front of those who could use the slot it would hold it up for as long as its due is away.
test("of the refused, one that is not due and one that is set aside do not stand in the way", () => {
  const { ring, offer } = open({ slots: 1 });
  const holder = makeQueue(1, { priority: 1 });
  const undue = makeQueue(2, { priority: 0, period: 10_000, due: 9000 });
  undue.isHeld = true;
  const aside = makeQueue(3, { priority: 0 });
  aside.setAside = true;
  let asked = 0;
  const ready = makeQueue(4, { priority: 5, drain: () => (asked += 1) });
  offer(holder);
  for (const queue of [undue, aside, ready]) assert.ok(!offer(queue));
  holder.isHeld = true;
  holder.opens = MonotonicMs(200);
  ring.rank(holder);
  ring.serveRefused();
  assert.equal(asked, 1);
});

// Throttled playbacks would hold the slots that others could use, as many as there are.
test("a priority that lacks tokens gives way first, and is not served before those that could go", () => {
  const { ring, lost, offer, shut } = open({ slots: 3 });
  let asked = "";
  const throttled = [1, 2].map((id) => makeQueue(id, { priority: 2, drain: () => (asked += "throttled ") }));
  const worse = makeQueue(3, { priority: 7, drain: () => (asked += "worse ") });
  for (const queue of [...throttled, worse]) assert.ok(offer(queue));
  shut.shut(Priority(2), MonotonicMs(150));
  assert.ok(offer(makeQueue(4, { priority: 9 })));
  assert.deepEqual(lost, [2]);
  const last = makeQueue(5, { priority: 9, drain: () => (asked += "last ") });
  assert.ok(offer(last));
  assert.deepEqual(lost, [2, 1]);
  assert.ok(!offer(last));
  ring.start(worse);
  ring.rank(worse);
  ring.serveRefused();
  assert.equal(asked, "last ");
  shut.shut(Priority(2), undefined);
  ring.serveRefused();
  assert.equal(asked, "last throttled throttled ");
});

// A floor is of no use to a priority whose messages never lie here: those of the better ones fill any ring.
test("a priority with a floor always has room for one message, which it keeps", () => {
  const { ring, lost, offer } = open({ slots: 2 }, [Priority(9)]);
  const better = [1, 2].map((id) => makeQueue(id, { priority: 0 }));
  for (const queue of better) assert.ok(offer(queue));
  const floored = [3, 4].map((id) => makeQueue(id, { priority: 9 }));
  const taken = floored.map((queue) => offer(queue));
  assert.deepEqual(taken, [true, false]);
  assert.deepEqual(lost, [2]);
  ring.serveRefused();
  assert.deepEqual(lost, [2]);
});

// A playback of large frames would hold what another needs to send anything at all.
test("among equals, one that has more than a turn's bytes gives way to one that has nothing", () => {
  const { lost, offer } = open({ slots: 2, windowBytes: 1000 });
  const large = makeQueue(1);
  assert.ok(offer(large, 100));
  assert.ok(offer(large, 100));
  const small = makeQueue(2);
  assert.ok(offer(small, 10));
  assert.ok(!offer(small, 10));
  assert.ok(!offer(makeQueue(3), 10));
  assert.deepEqual(lost, [1]);
});
