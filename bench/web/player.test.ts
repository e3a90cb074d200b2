import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { playerRows } from "./player.ts";
import { type Painted, lookAt } from "./playerPage.ts";

const seen = (painted: readonly Painted[]) =>
  lookAt({ firstMs: 100, frames: 48, painted, turns: 60, lateTurns: 1 });
const painted = (at: number, frame: number, longestTurn = 17): Painted => ({ at, frame, longestTurn });

describe("what a person at a browser sees", () => {
  it("is in time when frames follow each other by a period and less than two turns", () => {
    const { due, late, leftOut } = seen([painted(0, 47), painted(50, 48), painted(83, 1), painted(133, 2)]);
    assert.deepEqual([due, late, leftOut], [3, 0, 0]);
  });

  it("is late by a frame that is painted two turns too late, and counts those that never are", () => {
    const { due, late, leftOut, ours } = seen([painted(0, 1), painted(83, 2), painted(208, 5)]);
    assert.deepEqual([due, late, leftOut, ours], [4, 1, 2, 3]);
  });

  it("is not the player's fault where the browser itself missed a turn", () => {
    const { late, ours } = seen([painted(0, 1), painted(83, 2, 60)]);
    assert.deepEqual([late, ours], [1, 0]);
  });

  it("has a goal for what is late or left out", () => {
    const look = seen([painted(0, 1), painted(83, 2)]);
    const [, row] = playerRows([{ what: "160×120", look }]);
    assert.deepEqual(row?.goal, { atMost: 0.5 });
    assert.deepEqual(row.judged, [100]);
  });
});
