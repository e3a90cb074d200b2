import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { Fifo } from "./fifo.ts";

const action = fc.oneof(
  { weight: 6, arbitrary: fc.constant("push" as const) },
  { weight: 5, arbitrary: fc.constant("shift" as const) },
  { weight: 1, arbitrary: fc.constant("clear" as const) },
);

// What lies in a kernel leaves it in the order in which it came, however often the ring has gone round.
test("items come out in the order in which they went in", (t) => {
  const property = fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
    const fifo = new Fifo<number>();
    const expected: number[] = [];
    for (const [number, what] of actions.entries()) {
      if (what === "push") {
        fifo.push(number);
        expected.push(number);
      } else if (what === "shift") {
        assert.equal(fifo.shift(), expected.shift());
      } else {
        fifo.clear();
        expected.length = 0;
      }
      assert.equal(fifo.length, expected.length);
      assert.equal(fifo.first, expected[0]);
      const all = Array.from({ length: expected.length + 1 }, (_, index) => fifo.at(index));
      assert.deepEqual(all, [...expected, undefined]);
    }
  });
  holds(t, property, 200);
});
