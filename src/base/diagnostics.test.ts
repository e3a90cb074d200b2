import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Channel, type Unsubscribe } from "./diagnostics.ts";

// Logs and receipts are read from top to bottom: who came first hears first, each as often as it came.
test("listeners hear every event in the order in which they came, until they leave", () => {
  const channel = new Channel<number>();
  const heard: string[] = [];
  const first = (event: number): void => void heard.push(`first ${event}`);
  const leave = channel.subscribe(first);
  channel.subscribe((event) => void heard.push(`second ${event}`));
  channel.subscribe(first);
  channel.publish(1);
  leave();
  leave();
  channel.publish(2);
  assert.deepEqual(heard, ["first 1", "second 1", "first 1", "second 2", "first 2"]);
});

// A viewer that an event makes begin anew leaves and comes while the event is told.
test("who comes while an event is told hears the next one first, and who leaves hears no more", () => {
  const channel = new Channel<number>();
  const heard: string[] = [];
  let leave: Unsubscribe;
  let rounds = 0;
  const anew = (event: number): void => {
    heard.push(`anew ${event}`);
    rounds += 1;
    assert.ok(rounds < 10, "one event is told for ever");
    leave();
    leave = channel.subscribe(anew);
    leaveLast();
  };
  leave = channel.subscribe(anew);
  const leaveLast = channel.subscribe((event) => void heard.push(`last ${event}`));
  channel.publish(1);
  channel.publish(2);
  assert.deepEqual(heard, ["anew 1", "anew 2"]);
  leave();
  assert.equal(channel.hasListeners, false);
});

// Every viewer of a simulated movie listens to it: with copied lists, 40,000 took seconds to come and go.
test("a hundred thousand listeners come and go in little more than no time", () => {
  const channel = new Channel<number>();
  let heard = 0;
  const leaves = Array.from({ length: 100_000 }, () => channel.subscribe(() => void (heard += 1)));
  channel.publish(1);
  assert.equal(heard, 100_000);
  const started = performance.now();
  for (const leave of leaves) leave();
  assert.ok(performance.now() - started < 2000, "leaving costs more the more there are");
  assert.equal(channel.hasListeners, false);
});

// Each playback listens to its movie. Old tables of a `Map` kept those that had left, and all they had sent.
test("a listener that has left is gone after the next small collection", () => {
  setFlagsFromString("--expose-gc");
  // As servers do: the engine takes nothing for old that is young.
  setFlagsFromString("--no-allocation-site-pretenuring");
  const collect = runInNewContext("gc") as (options?: { readonly type: "minor" }) => void;
  const channel = new Channel<number>();
  const heapAfter = (listeners: number): number => {
    const leaves: Unsubscribe[] = [];
    for (let count = 1; count <= listeners; count += 1) {
      const load = Array.from({ length: 1000 }, () => count);
      leaves.push(channel.subscribe((event) => void load.push(event)));
      if (leaves.length > 10) leaves.shift()?.();
      if (count % 50 === 0) collect({ type: "minor" });
    }
    return process.memoryUsage().heapUsed;
  };
  heapAfter(100);
  collect();
  collect();
  const before = heapAfter(100);
  const grown = heapAfter(4000) - before;
  assert.ok(grown < 5_000_000, `the heap grew by ${grown} bytes, of 32,000,000 that came and went`);
});
