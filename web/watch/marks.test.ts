import assert from "node:assert/strict";
import { it } from "node:test";
import { HeldFrames, markedPart } from "./marks.ts";

const MOVIE = { first: 1, last: 100 };

// An end before the begin would be a part without a frame.
it("a part begins and ends where it is marked, and is never turned around", () => {
  assert.deepEqual(markedPart(undefined, 30, MOVIE, "in"), [30, 100]);
  assert.deepEqual(markedPart([30, 100], 60, MOVIE, "out"), [30, 60]);
  assert.deepEqual(markedPart([30, 60], 80, MOVIE, "in"), [80, 100]);
  assert.deepEqual(markedPart([30, 60], 10, MOVIE, "out"), [1, 10]);
});

it("frames that another was shown for are known until they are shown themselves", () => {
  const held = new HeldFrames();
  for (const frame of [7, 5, 6, 9]) held.note({ frame, substitute: true });
  assert.deepEqual(held.runs, [
    [5, 7],
    [9, 9],
  ]);
  held.note({ frame: 6, substitute: false });
  assert.deepEqual(held.runs, [
    [5, 5],
    [7, 7],
    [9, 9],
  ]);
});
