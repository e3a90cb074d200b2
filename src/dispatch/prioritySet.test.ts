import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Priority } from "../base/units.ts";
import { PRIORITIES, PrioritySet } from "./prioritySet.ts";

const priority = fc.integer({ min: 0, max: PRIORITIES - 1 }).map(Priority);

// Shifts by 32 and signs are where bits get lost: at the ends of the words.
test("a set of priorities says what a sorted list says", () => {
  const changes = fc.array(fc.tuple(priority, fc.boolean()), { maxLength: 40 });
  const property = fc.property(changes, fc.array(priority), (changes, asked) => {
    const set = new PrioritySet();
    const plain = new Set<Priority>();
    for (const [one, isIn] of changes) {
      set.set(one, isIn);
      if (isIn) plain.add(one);
      else plain.delete(one);
    }
    const sorted = [...plain].sort((a, b) => a - b);
    assert.equal(set.isEmpty, sorted.length === 0);
    assert.equal(set.best(), sorted[0]);
    assert.equal(set.worst(), sorted.at(-1));
    for (const one of [...asked, Priority(0), Priority(31), Priority(32), Priority(255)]) {
      assert.equal(set.has(one), plain.has(one));
      assert.equal(
        set.after(one),
        sorted.find((other) => other > one),
      );
      assert.equal(
        set.before(one),
        sorted.findLast((other) => other < one),
      );
    }
  });
  fc.assert(property, { seed: 19_660, numRuns: 500 });
});
