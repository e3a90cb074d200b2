import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { EventLoopDelay } from "./eventLoop.ts";

/** How many delays were at most so long, and how many there were. */
function counted(delay: EventLoopDelay): { readonly upTo: Map<string, number>; readonly count: number } {
  const samples = delay.families.flatMap((family) => family.samples());
  const buckets = samples.filter(({ metricName }) => metricName?.endsWith("_bucket"));
  const upTo = new Map(buckets.map(({ labels, value }) => [String(labels["le"]), value]));
  return { upTo, count: samples.at(-1)?.value ?? 0 };
}

// The runtime forgets what it measured when somebody reads: with two who read, each would see half of it.
test("a delay is seen by everybody who reads later, however often somebody does", async (t) => {
  const delay = new EventLoopDelay();
  for (const stop of delay.listen()) t.after(stop);
  await pause(100);
  const before = counted(delay);
  const until = performance.now() + 300;
  while (performance.now() < until);
  await pause(100);
  for (let reader = 0; reader < 3; reader++) {
    const { upTo, count } = counted(delay);
    assert.ok(count > before.count);
    assert.ok((upTo.get("+Inf") ?? 0) > (upTo.get("0.2") ?? 0), "no delay of more than 200 ms was seen");
    assert.equal(upTo.get("+Inf"), count);
  }
});
