import assert from "node:assert/strict";
import { test } from "node:test";
import { Connections } from "./connections.ts";

// A number names one connection in logs and tags: given twice, two clients could not be told apart.
test("places are bounded, and no number is given twice", () => {
  const places = new Connections(2);
  assert.deepEqual([places.enter(), places.enter(), places.enter()], [1, 2, undefined]);
  places.leave();
  assert.equal(places.open, 1);
  assert.deepEqual([places.enter(), places.enter()], [3, undefined]);
  places.leave();
  places.leave();
  assert.throws(() => places.leave(), /never came/);
});
