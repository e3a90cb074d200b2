import assert from "node:assert/strict";
import { test } from "node:test";
import { Bytes, MonotonicMs } from "../base/units.ts";
import { InFlight } from "./inFlight.ts";
import { makeQueue } from "./queue.testing.ts";
import type { Queue } from "./queue.ts";

const at = MonotonicMs;

function setAside(id: number): Queue {
  const queue = makeQueue(id);
  queue.setAside = true;
  return queue;
}

// A picture larger than the bound must not wait for ever.
test("messages start while they fit, and one that is larger than the bound goes alone", () => {
  const inFlight = new InFlight(Bytes(100));
  assert.ok(inFlight.hasRoom(1000));
  inFlight.progress(makeQueue(1), 60, at(0));
  assert.ok(inFlight.hasRoom(40));
  assert.ok(!inFlight.hasRoom(41));
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
