import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Priority } from "../base/units.ts";
import { Floors } from "./floors.ts";

const LARGEST = 1000;

type Step = { readonly bytes: number; readonly change: number; readonly isAble: boolean };

/** Shares of at most 1 together, and hand-overs of any size between which others come and go. */
const story = fc.record({
  shares: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
  rest: fc.integer({ min: 0, max: 40 }),
  steps: fc.array(
    fc.record({ bytes: fc.integer({ min: 1, max: LARGEST }), change: fc.nat(7), isAble: fc.boolean() }),
    { minLength: 50, maxLength: 400 },
  ),
});

type HandOver = { readonly priority: number; readonly bytes: number };

/** Plays it: the last one with a floor can always go, and somebody better without one takes what is free. */
function play(shares: readonly number[], steps: readonly Step[]): HandOver[] {
  const floors = new Floors(new Map(shares.map((share, index) => [Priority(index + 1), share])), LARGEST);
  const watched = shares.length;
  floors.able(Priority(watched), true);
  return steps.map(({ bytes, change, isAble }) => {
    if (change > 0 && change < watched) floors.able(Priority(change), isAble);
    const priority = floors.choose() ?? Priority(0);
    floors.charge(priority, bytes);
    return { priority, bytes };
  });
}

// "Nothing starves" is worth only what the longest wait is.
test("between two hand-overs of a priority that can always go others get less than 2L/φ + L bytes", () => {
  let longest = 0;
  const property = fc.property(story, ({ shares, rest, steps }) => {
    const whole = shares.reduce((sum, share) => sum + share, rest);
    const all = shares.map((share) => share / whole);
    const bound = (2 * LARGEST) / (all.at(-1) ?? 1) + LARGEST;
    let others = 0;
    for (const { priority, bytes } of play(all, steps)) {
      others = priority === shares.length ? 0 : others + bytes;
      assert.ok(others < bound, `${others} bytes of others, of at most ${bound}`);
      longest = Math.max(longest, others / bound);
    }
  });
  fc.assert(property, { seed: 19_660, numRuns: 2000 });
  assert.ok(longest > 0.5, `the bound is far from what happens: ${longest}`);
});

// The share is of everything that is handed over, for as long as somebody in it can go.
test("while a priority that can always go gets B bytes, all together get at most (B + 2L)/φ + L", () => {
  const property = fc.property(story, fc.nat(40), ({ shares, rest, steps }, begin) => {
    const whole = shares.reduce((sum, share) => sum + share, rest);
    const all = shares.map((share) => share / whole);
    const share = all.at(-1) ?? 1;
    const made = play(all, steps);
    const own = made.findIndex(({ priority }, index) => index >= begin && priority === shares.length);
    if (own < 0) return;
    let [mine, total] = [0, 0];
    for (const { priority, bytes } of made.slice(own + 1)) {
      total += bytes;
      if (priority === shares.length) mine += bytes;
      else assert.ok(total <= (mine + 2 * LARGEST) / share + LARGEST, `${mine} of ${total} bytes`);
    }
  });
  fc.assert(property, { seed: 19_660, numRuns: 2000 });
});

// Whoever had free bytes an hour long would otherwise wait an hour when somebody better comes.
test("what a priority got by the strict order puts its floor off by one period at most", () => {
  const floors = new Floors(new Map([[Priority(5), 0.1]]), LARGEST);
  floors.able(Priority(5), true);
  for (let count = 0; count < 1000; count += 1) floors.charge(Priority(5), LARGEST);
  let others = 0;
  while (floors.choose() === undefined) {
    floors.charge(Priority(0), LARGEST);
    others += LARGEST;
  }
  assert.ok(others <= LARGEST / 0.1, `${others} bytes`);
});

// Saved up, an hour of silence would be an hour of nothing for everybody better.
test("a floor gives nothing for the time in which nobody in it could go", () => {
  const floors = new Floors(new Map([[Priority(5), 0.5]]), LARGEST);
  for (let count = 0; count < 1000; count += 1) floors.charge(Priority(0), LARGEST);
  floors.able(Priority(5), true);
  const chosen = Array.from({ length: 100 }, () => {
    const priority = floors.choose() ?? Priority(0);
    floors.charge(priority, LARGEST);
    return priority;
  });
  assert.ok(chosen.filter((priority) => priority === 5).length <= 51);
});
