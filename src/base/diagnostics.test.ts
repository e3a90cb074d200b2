import assert from "node:assert/strict";
import { test } from "node:test";
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
