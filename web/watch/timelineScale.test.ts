import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { frameAtPlace, partOf, runsOf, ticksOf } from "./timelineScale.ts";

describe("the timeline", () => {
  // A click must lead to the frame that is drawn there, at both ends too.
  it("has a frame at each place, which is drawn there", () => {
    const scale = { first: 1001, last: 1100, width: 500 };
    assert.deepEqual(
      [-5, 0, 4.9, 5, 499, 900].map((x) => frameAtPlace(x, scale)),
      [1001, 1001, 1001, 1002, 1100, 1100],
    );
    for (const frame of [1001, 1050, 1100]) {
      const { x, width } = partOf(frame, scale);
      assert.equal(frameAtPlace(x + width / 2, scale), frame);
    }
  });

  it("is of use with one frame and with a million", () => {
    assert.equal(frameAtPlace(250, { first: 7, last: 7, width: 500 }), 7);
    assert.deepEqual(ticksOf({ first: 7, last: 7, width: 500 }), [{ frame: 7, isNamed: true }]);
    const many = ticksOf({ first: 1, last: 1_000_000, width: 1000 });
    assert.ok(many.length > 50 && many.length < 200, `${many.length} marks`);
    assert.ok(many.some(({ isNamed }) => isNamed));
  });

  // Numbers that run into each other are none.
  it("names round numbers that do not touch each other", () => {
    for (const width of [120, 358, 1408]) {
      const named = ticksOf({ first: -99, last: 1043, width }).filter(({ isNamed }) => isNamed);
      const gaps = named
        .slice(1)
        .map(({ frame }, index) => ((frame - (named[index]?.frame ?? 0)) * width) / 1143);
      assert.ok(
        gaps.every((gap) => gap >= 4 * 7),
        `${width}: ${gaps.join()}`,
      );
    }
  });

  it("shows frames that follow each other as one run, in steps too", () => {
    assert.deepEqual(runsOf([1, 2, 3, 7, 9], 1), [
      [1, 3],
      [7, 7],
      [9, 9],
    ]);
    assert.deepEqual(runsOf([1, 3, 5, 9], 2), [
      [1, 5],
      [9, 9],
    ]);
  });
});
