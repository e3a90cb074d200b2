import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, MonotonicMs } from "../base/units.ts";
import type { HandOver, SinkAnswer } from "../dispatch/sink.ts";
import { VirtualClock } from "./clock.ts";
import { type Link, type Passed, SimulatedSink } from "./sink.ts";
import { Uplink } from "./uplink.ts";

function connect(link: Link) {
  const clock = new VirtualClock();
  const drains: number[] = [];
  const sink = new SimulatedSink(clock, link, {
    drained: () => drains.push(clock.now()),
    abandoned: () => {},
  });
  const send = (bytes: number): SinkAnswer => sink.send(handOver(bytes));
  return { clock, drains, sink, send };
}

const handOver = (bytes: number): HandOver => ({
  parts: [new Uint8Array(bytes)],
  bytes: Bytes(bytes),
  starts: 1,
  continues: false,
});

// As a socket: what the kernel takes is gone, the rest has to wait until the kernel has it.
test("a hand-over waits until the network has taken what its buffer did not", () => {
  const { clock, drains, send } = connect({ rate: 10, buffer: Bytes(100) });
  assert.equal(send(100), "more");
  assert.equal(send(50), "wait");
  clock.run(MonotonicMs(100));
  assert.deepEqual(drains, [5]);
  assert.equal(send(100), "more");
});

// A stall in the middle is what a train tunnel does to a video.
test("nothing is taken during a stall, and nothing ever by a client that does not read", () => {
  const stalls = [
    { from: 2, to: 10 },
    { from: 11, to: 20 },
  ];
  const slow = connect({ rate: 10, buffer: Bytes(0), stalls });
  assert.equal(slow.send(40), "wait");
  slow.clock.run(MonotonicMs(100));
  assert.deepEqual(slow.drains, [21]);
  const never = connect({ rate: 0, buffer: Bytes(10) });
  assert.equal(never.send(10), "more");
  assert.equal(never.send(1), "wait");
  never.clock.run();
  assert.deepEqual(never.drains, []);
});

// The dispatcher's promise, held by every test that uses this sink.
test("a hand-over out of turn, after the end, or of other bytes than it says is an error", () => {
  const { sink, send } = connect({ rate: 10, buffer: Bytes(0) });
  assert.throws(() => sink.send({ ...handOver(1), bytes: Bytes(2) }));
  send(1);
  assert.throws(() => send(1), /between wait and drained/);
  const closed = connect({ rate: 10, buffer: Bytes(0) });
  closed.sink.close();
  assert.throws(() => closed.send(1), /after its end/);
});

function connectBehind(uplinkRate: number, link: Link) {
  const clock = new VirtualClock();
  const uplink = new Uplink(clock, uplinkRate);
  const passed: Passed[] = [];
  const drains: number[] = [];
  const owner = { drained: () => drains.push(clock.now()), abandoned: () => {} };
  const listener = { sent: () => {}, drained: () => {}, passed: (one: Passed) => passed.push(one) };
  const [first, second] = [1, 2].map((id) => new SimulatedSink(clock, link, owner, { uplink, listener, id }));
  assert.ok(first && second);
  return { clock, drains, passed, first, second };
}

// What a viewer sees is the last byte, and it has come through everybody's link and then through its own.
test("a hand-over arrives when its last byte has left the uplink and its own link, plus the delay", () => {
  const slowClient = connectBehind(100, { rate: 10, buffer: Bytes(10_000), delay: 7 });
  slowClient.first.send(handOver(1000));
  slowClient.clock.run();
  // 10 ms on the uplink, while the first bytes go on: the client's link takes 100 ms from the beginning.
  assert.deepEqual(slowClient.passed, [{ position: 1000, sentAt: 0, leftAt: 10, arrivesAt: 107 }]);
  const slowUplink = connectBehind(10, { rate: 100, buffer: Bytes(10_000), delay: 7 });
  slowUplink.first.send(handOver(1000));
  slowUplink.clock.run();
  assert.deepEqual(slowUplink.passed, [{ position: 1000, sentAt: 0, leftAt: 100, arrivesAt: 107 }]);
});

// Without a budget this is where queues build: the sink says "more" while the kernel has room.
test("behind an uplink a client is set aside when its buffer is full, and drains as the uplink does", () => {
  const { clock, drains, first, second } = connectBehind(100, { rate: 1000, buffer: Bytes(1000) });
  assert.equal(first.send(handOver(1000)), "more");
  assert.equal(second.send(handOver(1000)), "more");
  assert.equal(second.send(handOver(500)), "wait");
  clock.run();
  // Half of the uplink each until 20 ms, when the first 1000 bytes of both have left.
  assert.deepEqual(drains, [20]);
});

// A tunnel holds up what is on its way, and nothing is lost in it.
test("what comes in a stall arrives when it is over", () => {
  const link = { rate: 1000, buffer: Bytes(10_000), stalls: [{ from: 5, to: 50 }] };
  const { clock, passed, first } = connectBehind(100, link);
  first.send(handOver(1000));
  clock.run();
  assert.deepEqual(
    passed.map(({ leftAt, arrivesAt }) => [leftAt, arrivesAt]),
    [[10, 50]],
  );
});
