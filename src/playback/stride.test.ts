import assert from "node:assert/strict";
import { test } from "node:test";
import { Ms } from "../base/units.ts";
import { Stride } from "./stride.ts";

const PERIOD = Ms(40);

function after(waits: readonly number[]): Stride {
  const stride = new Stride();
  for (const wait of waits) stride.measure(Ms(wait));
  return stride;
}

const steady = (wait: number): readonly number[] => Array.from({ length: 100 }, () => wait);
const strides = (stride: Stride, count: number): number[] =>
  Array.from({ length: count }, () => stride.next(PERIOD));

// Enough workers hide the time that each takes: nobody must lose a frame because it was long in the making.
test("nothing is left out before frames had to be skipped, however long they take", () => {
  assert.deepEqual(strides(after(steady(100)), 5), [1, 1, 1, 1, 1]);
});

// What is left out on an average is what cannot be made, and not one more.
test("frames are as far apart as production makes them, to a fraction of a tick", () => {
  for (const wait of [46, 100, 330]) {
    const stride = after(steady(wait));
    stride.fellShort();
    const hundred = strides(stride, 100);
    const ticks = hundred.reduce((sum, one) => sum + one, 0);
    assert.ok(Math.abs(ticks - (100 * wait) / PERIOD) <= 1, `${ticks} ticks`);
    assert.ok(Math.max(...hundred) - Math.min(...hundred) <= 1, "uneven");
  }
});

// A pause of a busy machine is over when it is over.
test("one slow frame leaves nothing out, and where production keeps up again nothing is", () => {
  const stride = after([...steady(10), 200]);
  stride.fellShort();
  assert.deepEqual(strides(stride, 3), [1, 1, 1]);
  assert.equal(stride.isShort, false);
  const recovered = after(steady(100));
  recovered.fellShort();
  assert.equal(recovered.next(PERIOD), 2);
  for (let count = 0; count < 100; count += 1) recovered.wasEarly();
  assert.deepEqual(strides(recovered, 3), [1, 1, 1]);
});
