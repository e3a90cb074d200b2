import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, MonotonicMs } from "../base/units.ts";
import type { HandOver, SinkAnswer } from "../dispatch/sink.ts";
import { VirtualClock } from "./clock.ts";
import { type Link, SimulatedSink } from "./sink.ts";

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
