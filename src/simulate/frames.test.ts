import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { present } from "../base/assert.ts";
import { MonotonicMs, Priority } from "../base/units.ts";
import type { FrameEntry } from "../library/log.ts";
import type { FrameOutcome } from "../playback/frames.ts";
import { VirtualClock } from "./clock.ts";
import { fillerAt, type FramesOptions, SimulatedFrames } from "./frames.ts";
import { SimulatedLog } from "./log.ts";

const log = new SimulatedLog("m", [1, 2, 3, 4, 5, 6, 7, 8]);

function entry(number: number): FrameEntry {
  return present(log.nth(number - 1), "no such frame");
}

function open(options: Partial<FramesOptions>) {
  const clock = new VirtualClock();
  const frames = new SimulatedFrames({ clock, size: () => 1000, ...options });
  const made: number[] = [];
  const ask = (number: number, priority: number, deadline: number) => {
    const urgency = { priority: Priority(priority), deadline: MonotonicMs(deadline) };
    const settle = (outcome: FrameOutcome): void => {
      assert.ok("frame" in outcome);
      made.push(number);
    };
    return frames.request({ entry: entry(number) }, urgency, settle);
  };
  return { clock, frames, made, ask };
}

const wish = fc.record({
  number: fc.integer({ min: 2, max: 8 }),
  priority: fc.constantFrom(0, 3, 9),
  deadline: fc.constantFrom(10, 20, Number.POSITIVE_INFINITY),
  isCancelled: fc.boolean(),
});

// The heap must choose as a list would that is sorted anew each time.
test("a free worker takes the job with the most urgent waiter, the first asked for among equals", (t) => {
  const property = fc.property(fc.array(wish, { maxLength: 20 }), (wishes) => {
    const { clock, made, ask } = open({ workers: 1, latency: () => 1 });
    ask(1, 255, 0);
    const requests = wishes.map((one) => ({ one, request: ask(one.number, one.priority, one.deadline) }));
    for (const { one, request } of requests) if (one.isCancelled) request.cancel();
    const wanted = wishes.filter(({ isCancelled }) => !isCancelled);
    const order = wishes
      .map(({ number }) => number)
      .filter((number, index, all) => all.indexOf(number) === index);
    // A job that everyone left is forgotten: whoever asks again begins a new one. Here nobody does.
    const jobs = order
      .filter((number) => wanted.some((one) => one.number === number))
      .map((number) => {
        const [best] = wanted
          .filter((one) => one.number === number)
          .sort((a, b) => a.priority - b.priority || (a.deadline < b.deadline ? -1 : 1));
        return present(best, "nobody waits");
      });
    const sorted = [...jobs].sort(
      (a, b) => a.priority - b.priority || (a.deadline === b.deadline ? 0 : a.deadline < b.deadline ? -1 : 1),
    );
    clock.run();
    const firsts = made.slice(1).filter((number, index, all) => all.indexOf(number) === index);
    assert.deepEqual(
      firsts,
      sorted.map(({ number }) => number),
    );
    assert.equal(made.length, wanted.length + 1);
  });
  holds(t, property, 300);
});

// Simulated caches must forget as the server's does, or reading ahead would look better than it is.
test("a cache of so many bytes keeps the frames used last, and none that is larger than itself", () => {
  const { clock, frames, ask } = open({
    cache: { bytes: 2000 },
    size: ({ number }) => (number === 4 ? 5000 : 1000),
  });
  const isKept = (number: number): boolean => frames.peek({ entry: entry(number) }) !== undefined;
  for (const number of [1, 2]) ask(number, 3, 0);
  clock.run();
  assert.ok(isKept(2) && isKept(1));
  ask(3, 3, 0);
  ask(4, 3, 0);
  clock.run();
  assert.deepEqual([1, 2, 3, 4].map(isKept), [true, false, true, false]);
});

// Tests look for the filler's bytes at every position, in frames of any size.
test("a large frame has as many bytes as it says, of which none is its own", () => {
  const { clock, frames, ask } = open({ size: () => 3_000_000 });
  ask(1, 3, 0);
  ask(2, 3, 0);
  clock.run();
  const [one, two] = [1, 2].map((number) => frames.peek({ entry: entry(number) }));
  assert.ok(one && two);
  assert.equal(Buffer.concat(one.parts).byteLength, 3_000_000);
  const [, ...rest] = one.parts;
  const filler = Buffer.concat(rest);
  for (const position of [0, 257_023, 257_024, 2_000_001, filler.byteLength - 1]) {
    assert.equal(filler[position], fillerAt(position));
  }
  assert.equal(one.parts[1]?.buffer, two.parts[1]?.buffer);
});
