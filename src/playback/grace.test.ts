import assert from "node:assert/strict";
import { test } from "node:test";
import { Grace } from "./grace.ts";

// Without a skip before it, a late frame gives way: the rate that was asked for can still be had.
test("only what was aimed at has grace, until a message leaves in time", () => {
  const grace = new Grace();
  grace.turn(100);
  assert.equal(grace.covers(50), false);
  grace.aim();
  assert.equal(grace.covers(50), true);
  grace.caughtUp();
  assert.equal(grace.covers(50), false);
});

// After a minute in which better ones went, a picture of a minute ago is not what anybody wants to see.
test("grace ends at twice what is usual, which the next turn has learned", () => {
  const grace = new Grace();
  grace.turn(10);
  grace.aim();
  assert.equal(grace.covers(20), true);
  assert.equal(grace.covers(60_000), false);
  grace.turn(60_000);
  assert.equal(grace.covers(60_000), true);
});

// One long stop must not let old pictures through for the rest of the evening.
test("what is usual falls with every message that leaves in time", () => {
  const grace = new Grace();
  grace.turn(60_000);
  for (let count = 0; count < 100; count += 1) grace.turn(0);
  grace.aim();
  assert.equal(grace.covers(1), false);
});
