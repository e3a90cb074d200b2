import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, MonotonicMs, Priority } from "../base/units.ts";
import { InFlight } from "./inFlight.ts";
import { makeQueue } from "./queue.testing.ts";
import type { Queue } from "./queue.ts";

const at = MonotonicMs;
const FIVE = Priority(5);

function setAside(id: number): Queue {
  const queue = makeQueue(id);
  queue.setAside = true;
  return queue;
}

// A picture larger than the bound must not wait for ever.
test("messages start while they fit, and one that is larger than the bound goes alone", () => {
  const inFlight = new InFlight(Bytes(100));
  assert.ok(inFlight.hasRoom(1000, FIVE));
  inFlight.progress(makeQueue(1, { priority: FIVE }), 60, at(0));
  assert.ok(inFlight.hasRoom(15, FIVE));
  assert.ok(!inFlight.hasRoom(16, FIVE));
});

// Forty clients of large frames have taken whatever there was: the one who is better must not wait for them.
test("of what worse ones leave a priority may fill three quarters, and the sum keeps to the bound", () => {
  const inFlight = new InFlight(Bytes(6400));
  const most = [4800, 1200, 300, 75];
  for (const [level, bytes] of most.entries()) {
    const priority = Priority(9 - level);
    assert.deepEqual(
      [bytes + 1, bytes].map((one) => inFlight.hasRoom(one, priority)),
      [level === 0, true],
    );
    inFlight.progress(makeQueue(level, { priority }), bytes, at(0));
    assert.ok(!inFlight.hasRoom(1, priority));
  }
  assert.equal(inFlight.bytes, 6375);
});

// What is counted where it is not would keep the better ones out, for ever.
test("what is under way follows its playback to another priority", () => {
  const inFlight = new InFlight(Bytes(100));
  const queue = makeQueue(1, { priority: 9 });
  inFlight.progress(queue, 75, at(0));
  assert.ok(inFlight.hasRoom(10, FIVE));
  inFlight.move(queue, FIVE);
  queue.priority = FIVE;
  assert.ok(!inFlight.hasRoom(10, FIVE));
  inFlight.progress(queue, 0, at(1));
  assert.ok(inFlight.hasRoom(1000, FIVE));
});

// Closing somebody is the last resort: the one who has waited longest, and only after five seconds.
test("stuck is whoever is longest without progress, once its patience is over", () => {
  const inFlight = new InFlight(Bytes(100));
  const [first, second] = [setAside(1), setAside(2)];
  inFlight.progress(first, 10, at(0));
  inFlight.progress(second, 10, at(100));
  inFlight.progress(first, 10, at(200));
  assert.equal(inFlight.stuck(at(5099)), undefined);
  assert.equal(inFlight.nextStuckAt(), 5100);
  assert.equal(inFlight.stuck(at(5100)), second);
  inFlight.progress(second, 0, at(5100));
  assert.equal(inFlight.bytes, 10);
  assert.equal(inFlight.stuck(at(5100)), undefined);
  assert.equal(inFlight.nextStuckAt(), 5200);
});

// The rest of its message waits because better ones go first: that is our doing and not its client's.
test("whoever is not set aside is never stuck, however long its message has been under way", () => {
  const inFlight = new InFlight(Bytes(100));
  const [preempted, stalled] = [makeQueue(1), setAside(2)];
  inFlight.progress(preempted, 50, at(0));
  assert.equal(inFlight.stuck(at(9000)), undefined);
  assert.equal(inFlight.nextStuckAt(), undefined);
  inFlight.progress(stalled, 50, at(10));
  assert.equal(inFlight.stuck(at(9000)), stalled);
});
