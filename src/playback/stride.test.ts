import assert from "node:assert/strict";
import { test } from "node:test";
import { Ms } from "../base/units.ts";
import { Stride } from "./stride.ts";

const PERIOD = Ms(40);

/** A stride of a playback that has seen frames come so far apart, made by `atOnce` workers that were busy. */
function after(waits: readonly number[], atOnce = 1): Stride {
  const stride = new Stride(atOnce);
  for (const wait of waits) stride.measure(Ms(wait), atOnce);
  return stride;
}

const steady = (wait: number): readonly number[] => Array.from({ length: 100 }, () => wait);

// Enough workers hide the time that each takes: nobody must lose a frame because it was long in the making.
test("nothing is left out before frames had to be skipped, however long they take", () => {
  assert.equal(after(steady(100)).lead(3, PERIOD), 0);
});

// What is looked at next is due when it will be there, with something in reserve.
test("the more there is to be made before it, the later the next frame is aimed at", () => {
  const stride = after(steady(100));
  assert.equal(stride.fellShort(PERIOD), true);
  const leads = [0, 1, 2, 5].map((unmade) => stride.lead(unmade, PERIOD));
  assert.deepEqual(leads, [300, 400, 500, 800]);
});

// Frames closer to each other than they can be made would all be late; as far apart as that, what is in
// reserve would never grow.
test("frames are a little closer than production makes them, to a fraction of a tick", () => {
  for (const wait of [60, 100, 330]) {
    const stride = after(steady(wait));
    const hundred = Array.from({ length: 100 }, () => stride.ticks(PERIOD));
    const ticks = hundred.reduce((sum, one) => sum + one, 0);
    assert.ok(Math.abs(ticks - Math.max((75 * wait) / PERIOD, 100)) <= 1, `${ticks} ticks`);
    assert.ok(Math.max(...hundred) - Math.min(...hundred) <= 1, "uneven");
  }
});

// A pause of a busy machine is over when it is over.
test("one slow frame leaves nothing out, and where production keeps up again nothing is", () => {
  assert.equal(after([...steady(10), 200]).fellShort(PERIOD), false);
  const recovered = after(steady(100));
  assert.equal(recovered.fellShort(PERIOD), true);
  for (const wait of steady(10)) recovered.measure(Ms(wait), 1);
  assert.equal(recovered.lead(3, PERIOD), 0);
  assert.equal(recovered.isShort, false);
});

// Four workers that begin together end together, after the time of one frame: that is no frame per that time.
test("the first frames say nothing, and what one of several workers makes counts for what all could", () => {
  const first = new Stride(4);
  for (const wait of [120, 0, 0, 120]) first.measure(Ms(wait), 4);
  assert.equal(first.fellShort(PERIOD), false);
  const alone = new Stride(4);
  for (const wait of steady(120)) alone.measure(Ms(wait), 1);
  assert.equal(alone.fellShort(PERIOD), false);
});

// Whoever falls behind takes turns with its equals, and no longer than it is behind.
test("a playback is behind from a skip until a frame comes before its due", () => {
  const stride = after(steady(10));
  assert.equal(stride.isBehind, false);
  stride.fellShort(PERIOD);
  assert.equal(stride.isBehind, true);
  stride.wasInTime();
  assert.equal(stride.isBehind, false);
});
