import assert from "node:assert/strict";
import { test } from "node:test";
import { MonotonicMs } from "../base/units.ts";
import { VirtualClock } from "./clock.ts";

const at = MonotonicMs;

// The same scenario must give the same trace on every machine, or a failing seed is worth nothing.
test("turns come in the order in which they were asked for, timers by time and then by order", () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  clock.at(at(5), () => seen.push(`late ${clock.now()}`));
  clock.at(at(2), () => {
    seen.push(`first ${clock.now()}`);
    clock.defer(() => seen.push("its turn"));
  });
  clock.at(at(2), () => seen.push("second"));
  clock.defer(() => {
    seen.push("turn");
    clock.defer(() => seen.push("turn of a turn"));
  });
  clock.defer(() => seen.push("another turn"));
  clock.run();
  assert.deepEqual(seen, [
    "turn",
    "another turn",
    "turn of a turn",
    "first 2",
    "its turn",
    "second",
    "late 5",
  ]);
  assert.deepEqual(clock.pending, { turns: 0, timers: 0 });
});

// A test that asks for a second gets a second, whether something happens in it or not.
test("time stops where it was told to, and what is later stays", () => {
  const clock = new VirtualClock();
  let woke = false;
  const timer = clock.at(at(10), () => {
    woke = true;
  });
  clock.run(at(9.5));
  assert.equal(clock.now(), 9.5);
  assert.ok(!woke);
  assert.equal(clock.pending.timers, 1);
  timer.cancel();
  timer.cancel();
  clock.run(at(20));
  assert.ok(!woke);
});

// A pump that wakes itself for ever would otherwise hang the tests instead of failing them.
test("a simulation that does not come to rest is an error", () => {
  const turns = new VirtualClock();
  const again = (): void => turns.defer(again);
  again();
  assert.throws(() => turns.run(at(1), 1000), /does not come to rest/);
  const timers = new VirtualClock();
  const later = (): void => void timers.at(timers.now(), later);
  later();
  assert.throws(() => timers.run(at(1), 1000), /does not come to rest/);
});
