import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { MonotonicMs } from "../base/units.ts";
import { RecentCount } from "./recent.ts";

/** How many of these times lie in the part of `now` or the sixteen before it, for each second of them. */
function expected(times: readonly number[], since: number, now: number): number {
  const begin = (Math.floor(now / 125) - 16) * 125;
  const count = times.filter((time) => time >= begin).length;
  return (1000 * count) / Math.max(now - Math.max(begin, since), 125);
}

// What an operator reads as "delivered" is what left, however it came: in bursts, after pauses, or never.
test("the rate is that of about the last two seconds, whenever somebody asks", (t) => {
  const gaps = fc.array(
    fc.oneof(fc.double({ min: 0, max: 60, noNaN: true }), fc.integer({ min: 0, max: 6000 })),
  );
  const property = fc.property(fc.integer({ min: 0, max: 1e9 }), gaps, (since, steps) => {
    const recent = new RecentCount(MonotonicMs(since));
    const times: number[] = [];
    let now = since;
    for (const [index, step] of steps.entries()) {
      now += step;
      if (index % 5 === 4) assert.equal(recent.perSecond(MonotonicMs(now)), expected(times, since, now));
      else times.push(now);
      if (index % 5 !== 4) recent.add(MonotonicMs(now));
    }
    assert.equal(recent.perSecond(MonotonicMs(now)), expected(times, since, now));
  });
  holds(t, property, 300);
});

// The number stands beside the rate that was asked for: a punctual viewer must not look slow, or fast.
test("24 a second are read as 24, give or take a half, and as none two seconds after the last", () => {
  const recent = new RecentCount(MonotonicMs(1000));
  let last = 1000;
  for (let frame = 0; frame < 24 * 10; frame++) {
    last = 1000 + (frame * 1000) / 24;
    recent.add(MonotonicMs(last));
    const rate = recent.perSecond(MonotonicMs(last + 1));
    if (frame > 24) assert.ok(Math.abs(rate - 24) <= 1, `${rate} after ${frame} frames`);
    if (frame > 48) assert.ok(Math.abs(rate - 24) <= 0.5, `${rate} after ${frame} frames`);
  }
  assert.equal(recent.perSecond(MonotonicMs(last + 2200)), 0);
});
