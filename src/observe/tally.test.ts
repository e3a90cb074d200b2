import assert from "node:assert/strict";
import { test } from "node:test";
import { Ms } from "../base/units.ts";
import { ManualClock } from "./manualClock.testing.ts";
import { Tally } from "./tally.ts";

/** A tally of which everything it says is kept. */
function tallying(allowance: number): {
  clock: ManualClock;
  said: string[];
  note: (kind: string) => void;
  tally: Tally;
} {
  const clock = new ManualClock();
  const said: string[] = [];
  const tally = new Tally({ clock, interval: Ms(10_000), allowance });
  const note = (kind: string) =>
    tally.note(
      kind,
      () => said.push(kind),
      (more) => said.push(`${kind} +${more}`),
    );
  return { clock, said, note, tally };
}

// A single failure is looked for at once; the same one a thousand times is one fact.
test("the first of a kind is told at once, the others once per interval by their number", () => {
  const { clock, said, note } = tallying(1);
  for (let i = 0; i < 1000; i++) note("a");
  assert.deepEqual(said, ["a"]);
  clock.advance(9999);
  assert.deepEqual(said, ["a"]);
  clock.advance(1);
  assert.deepEqual(said, ["a", "a +999"]);
});

// A rare event must not be hidden behind a frequent one.
test("kinds are counted apart", () => {
  const { clock, said, note } = tallying(1);
  for (const kind of ["a", "a", "b", "a"]) note(kind);
  assert.deepEqual(said, ["a", "b"]);
  clock.advance(10_000);
  assert.deepEqual(said, ["a", "b", "a +2"]);
});

// After a quiet interval the next one is news again.
test("an interval starts anew with the first event after it, and an idle tally holds no timer", () => {
  const { clock, said, note } = tallying(2);
  for (let i = 0; i < 3; i++) note("a");
  clock.advance(10_000);
  assert.equal(clock.waiting, 0);
  clock.advance(5000);
  note("a");
  assert.deepEqual(said, ["a", "a", "a +1", "a"]);
  clock.advance(10_000);
  assert.deepEqual(said, ["a", "a", "a +1", "a"]);
});

// What was counted when the server stops is the end of the story.
test("flush tells what was counted and stops the timer", () => {
  const { clock, said, note, tally } = tallying(1);
  note("a");
  note("a");
  tally.flush();
  tally.flush();
  assert.deepEqual(said, ["a", "a +1"]);
  assert.equal(clock.waiting, 0);
});
