import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FrameNumber } from "../base/units.ts";
import { Ahead } from "./ahead.ts";
import { NOTHING_PASSED } from "./cursor.ts";
import { makePending, type Pending } from "./pending.ts";

function stepAt(tick: number): Pending {
  const at = FrameNumber(tick);
  const step = { tick, number: at, entry: undefined, holesBefore: 0 };
  const mark = { at, tick, holesCarried: 0 };
  const pending = makePending(step, { mark, passedBefore: NOTHING_PASSED, playback: {} });
  return Object.assign(pending, { sent: { bytes: 1000 + tick } });
}

const sum = (steps: readonly Pending[]): number =>
  steps.reduce((bytes, { sent }) => bytes + (sent?.bytes ?? 0), 0);

const deed = fc.oneof(
  { weight: 4, arbitrary: fc.constant("push" as const) },
  fc.constantFrom("offer" as const, "shift" as const, "takeBack" as const, "remove" as const),
  { weight: 1, arbitrary: fc.constant("cut" as const) },
);

// A step in the wrong place is a message with another frame's number.
test("whatever is pushed, offered, taken back and taken out, the ring is the list that it stands for", () => {
  const property = fc.property(fc.array(deed, { maxLength: 200 }), (deeds) => {
    const ahead = new Ahead();
    const list: Pending[] = [];
    let offered = 0;
    for (const [tick, one] of deeds.entries()) {
      if (one === "push") {
        const step = stepAt(tick);
        ahead.push(step);
        list.push(step);
      } else if (one === "offer" && offered < list.length) {
        ahead.offer();
        offered += 1;
      } else if (one === "shift" && list.length > 0) {
        assert.equal(ahead.shift(), list.shift());
        offered = Math.max(offered - 1, 0);
      } else if (one === "takeBack") {
        const back = list.slice(0, offered);
        ahead.takeBack(offered);
        offered = 0;
        assert.ok(
          back.every(({ sent }) => sent === undefined),
          "a frame is held by a step that is in no ring",
        );
        for (const [index, each] of back.entries()) Object.assign(each, { sent: { bytes: 1000 + index } });
      } else if (one === "remove" && list.length > offered) {
        const [step] = list.splice(-1, 1);
        assert.equal(ahead.remove(step as Pending), list.length);
      } else if (one === "cut") {
        assert.deepEqual(ahead.cut(), list.splice(offered));
      }
      assert.deepEqual(
        Array.from({ length: ahead.length }, (_, index) => ahead.at(index)),
        list,
      );
      assert.deepEqual([ahead.first, ahead.next, ahead.offered], [list[0], list[offered], offered]);
      assert.equal(ahead.offeredBytes, sum(list.slice(0, offered)));
    }
  });
  fc.assert(property, { seed: 19_660, numRuns: 300 });
});
