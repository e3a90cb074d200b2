import assert from "node:assert/strict";
import { test } from "node:test";
import type { Receipt } from "../base/events.ts";
import { MonotonicMs, Priority } from "../base/units.ts";
import { Tally } from "../playback/tally.ts";
import { EndedPlaybacks } from "./endedPlaybacks.ts";

const MINUTE = 60_000;

function open(): { readonly clock: { now: MonotonicMs }; readonly ended: EndedPlaybacks } {
  const clock = { now: MonotonicMs(0) };
  return { clock, ended: new EndedPlaybacks(() => clock.now) };
}

function receipt(epoch: number, sent = 2): Receipt {
  const made = new Tally({ priority: Priority(3), contract: "all" }).receipt("sw", epoch, "finished");
  return { ...made, sent };
}

// Promised are ten minutes; after that nobody may count on it, and nothing is kept for ever.
test("a receipt is there for ten minutes after its end, and not longer", () => {
  const { clock, ended } = open();
  ended.add("a", receipt(1));
  clock.now = MonotonicMs(5 * MINUTE);
  ended.add("b", receipt(2));
  clock.now = MonotonicMs(10 * MINUTE - 1);
  assert.deepEqual(ended.get("a"), { receipt: receipt(1), endedAt: 0 });
  clock.now = MonotonicMs(10 * MINUTE);
  assert.equal(ended.get("a"), undefined);
  assert.equal(ended.get("b")?.receipt.epoch, 2);
});

// Law 6. A crowd that comes and goes must not become the server's memory.
test("of more than a thousand the oldest go", () => {
  const { ended } = open();
  for (let count = 1; count <= 1003; count += 1) ended.add(`p-${count}`, receipt(count));
  ended.add("p-4", receipt(9));
  ended.add("p-1004", receipt(1));
  const isKept = ["p-3", "p-5", "p-4", "p-6", "p-1004"].map((id) => ended.get(id) !== undefined);
  assert.deepEqual(isKept, [false, false, true, true, true]);
});

// Whoever drags a slider asks for hundreds of frames, one by one.
test("single frames push out each other, and nothing that was watched", () => {
  const { ended } = open();
  ended.add("watched", receipt(1));
  for (let count = 1; count <= 5000; count += 1) ended.add(`frame-${count}`, receipt(1, 1));
  const isKept = ["watched", "frame-4800", "frame-4801"].map((id) => ended.get(id) !== undefined);
  assert.deepEqual(isKept, [true, false, true]);
});

// What it sends now is another epoch's: an old receipt beside it would be taken for it.
test("of a playback that plays again nothing is kept", () => {
  const { ended } = open();
  ended.add("a", receipt(1));
  ended.remove("a");
  assert.equal(ended.get("a"), undefined);
});
