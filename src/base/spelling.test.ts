import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "./spelling.ts";

// A slip of the finger is the usual reason for an unknown name: saying which one was meant saves a look-up.
test("the nearest word is the one with the fewest edits", () => {
  assert.equal(nearest("slot", ["host", "slots", "batch"]), "slots");
  assert.equal(nearest("maxWorkers", ["max-workers", "workers"]), "max-workers");
});

// A far-fetched suggestion misleads more than none.
test("a word that resembles nothing has no nearest one", () => {
  assert.equal(nearest("egress", ["host", "slots", "batch"]), undefined);
  assert.equal(nearest("anything", []), undefined);
});
