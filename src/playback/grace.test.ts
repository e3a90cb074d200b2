import assert from "node:assert/strict";
import { test } from "node:test";
import { Ms } from "../base/units.ts";
import { Grace } from "./grace.ts";

/** A grace that has seen messages, which were aimed at, leave so late. */
function seen(...lateness: readonly number[]): Grace {
  const grace = new Grace();
  for (const ms of lateness) {
    grace.aim();
    grace.turn(Ms(ms));
  }
  return grace;
}

// Without a skip before it, a late frame gives way: the rate that was asked for can still be had.
test("only what was aimed at has grace, until a message leaves in time", () => {
  const grace = seen(100);
  assert.equal(grace.covers(50), true);
  grace.caughtUp();
  assert.equal(grace.covers(50), false);
  grace.aim();
  assert.equal(grace.covers(50), true);
});

// A round of a thousand equals is long. What takes the place of a late frame goes at once, and has no right
// to be as late as that.
test("only what takes the place of a late frame teaches how late one may be", () => {
  const grace = seen(10);
  grace.turn(Ms(400));
  grace.follow();
  grace.turn(Ms(400));
  assert.equal(grace.covers(20), true);
  assert.equal(grace.covers(50), false);
});

// After a minute in which better ones went, a picture of a minute ago is not what anybody wants to see.
test("grace ends at twice what is usual, which the next turn has learned", () => {
  const grace = seen(10);
  assert.equal(grace.covers(20), true);
  assert.equal(grace.covers(60_000), false);
  grace.aim();
  grace.turn(Ms(60_000));
  assert.equal(grace.covers(60_000), true);
});

// One long stop must not let old pictures through for the rest of the evening.
test("what is usual falls with every message that leaves in time", () => {
  const grace = seen(60_000, ...Array.from({ length: 500 }, () => 0));
  assert.equal(grace.covers(1), false);
});
