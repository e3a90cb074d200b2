import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { array, assert as check, boolean, integer, property, record } from "fast-check";
import { KEPT, Pairing, type Step } from "./pairing.ts";

function painted(steps: readonly Step[]): number[] {
  return steps.flatMap((step) => (step.do === "paint" ? [step.frame] : []));
}

function sought(steps: readonly Step[]): number[] {
  return steps.flatMap((step) => (step.do === "seek" ? [step.frame] : []));
}

describe("two movies in lock step", () => {
  it("are painted when both have come, and not before", () => {
    const pairing = new Pairing(100);
    assert.deepEqual(pairing.leads(7), [{ do: "seek", frame: 107 }]);
    assert.deepEqual(pairing.follows(106), []);
    assert.deepEqual(pairing.follows(107), [{ do: "paint", frame: 7 }]);
  });

  // A picture that is fetched anew for each frame of the leader would never come.
  it("are seen more seldom when the partner is slow, and never not at all", () => {
    const pairing = new Pairing(0);
    assert.deepEqual(sought(pairing.leads(1)), [1]);
    for (const frame of [2, 3, 4]) assert.deepEqual(pairing.leads(frame), []);
    const steps = pairing.follows(1);
    assert.deepEqual([painted(steps), sought(steps)], [[1], [4]]);
    assert.deepEqual(painted(pairing.follows(4)), [4]);
    assert.equal(pairing.leftOut, 2);
  });

  it("go on after a partner that never came", () => {
    const pairing = new Pairing(0);
    const asked = Array.from({ length: 3 * KEPT }, (_, index) => sought(pairing.leads(index))).flat();
    assert.ok(asked.length >= 3, asked.join());
  });

  // A difference of frame 57 and 56 is motion, and passes for a change of the picture.
  it("never show one frame beside another, whoever comes when", () => {
    const event = record({ isLeader: boolean(), frame: integer({ min: 1, max: 6 }) });
    check(
      property(array(event, { maxLength: 60 }), (events) => {
        const pairing = new Pairing(0);
        const led: number[] = [];
        for (const { isLeader, frame } of events) {
          if (isLeader) led.push(frame);
          const steps = isLeader ? pairing.leads(frame) : pairing.follows(frame);
          for (const each of painted(steps)) assert.ok(!isLeader && each === frame && led.includes(each));
          assert.ok(pairing.kept.length <= KEPT);
        }
      }),
    );
  });
});
