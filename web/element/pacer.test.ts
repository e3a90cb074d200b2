import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { Pacer, type Policy } from "./pacer.ts";

const PERIOD = 40;
const TURN = 1000 / 60;

type Painted = { readonly item: number; readonly at: number };

/** Shows frames that come at these times on a display of 60 Hz. */
function show(
  arrivals: readonly number[],
  policy: Policy,
  delay = 100,
): { painted: Painted[]; passed: number } {
  const pacer = new Pacer<number>({ policy, period: PERIOD, delay });
  const painted: Painted[] = [];
  let passed = 0;
  const queue = arrivals.map((at, step) => ({ at, step })).sort((a, b) => a.at - b.at);
  const end = Math.max(...arrivals) + 2000;
  for (let now = 0; now < end; now += TURN) {
    while (queue[0] !== undefined && queue[0].at <= now) {
      const { step, at } = queue.shift() ?? { step: 0, at: 0 };
      pacer.put(step, step, at);
    }
    const due = pacer.take(now);
    if (due !== undefined) painted.push({ item: due.item, at: now });
    passed += due?.passed.length ?? 0;
  }
  return { painted, passed };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("when frames are due", () => {
  it("shows the first at once, and all others a period apart though they come unevenly", (test) => {
    const lateness = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 20, maxLength: 60 });
    holds(
      test,
      fc.property(lateness, (lateness) => {
        // A first frame that came late itself would shift the others, once.
        const arrivals = lateness.map((late, step) => step * PERIOD + (step === 0 ? 0 : late));
        const { painted, passed } = show(arrivals, "skip");
        assert.deepEqual(
          painted.map(({ item }) => item),
          numbers(arrivals.length),
        );
        assert.equal(passed, 0);
        assert.ok((painted[0]?.at ?? Infinity) <= TURN);
        for (const [at, { at: time }] of painted.entries()) {
          const before = painted[at - 1]?.at ?? time;
          if (at > 1) assert.ok(Math.abs(time - before - PERIOD) <= TURN + 0.001, `${time - before}`);
        }
      }),
      200,
    );
  });

  it("leaves out what a stall made late, and shows the newest", () => {
    const pacer = new Pacer<number>({ policy: "skip", period: PERIOD, delay: 0 });
    for (const step of numbers(10)) pacer.put(step, step, step * PERIOD);
    assert.equal(pacer.take(0)?.item, 0);
    const due = pacer.take(5 * PERIOD + 1);
    assert.equal(due?.item, 5);
    assert.deepEqual(due.passed, [1, 2, 3, 4]);
  });

  it("leaves out nothing where every frame is to be seen, and shows each for its time", () => {
    const pacer = new Pacer<number>({ policy: "every", period: PERIOD, delay: 0 });
    for (const step of numbers(10)) pacer.put(step, step, 0);
    const painted: Painted[] = [];
    // Nothing is painted for half a second.
    for (let now = 0; now < 2000; now += TURN) {
      const due = now > 100 && now < 600 ? undefined : pacer.take(now);
      if (due !== undefined) painted.push({ item: due.item, at: now });
      assert.deepEqual(due?.passed ?? [], []);
    }
    assert.deepEqual(
      painted.map(({ item }) => item),
      numbers(10),
    );
    for (const [at, { at: time }] of painted.entries())
      assert.ok(at < 2 || time - (painted[at - 1]?.at ?? 0) >= PERIOD - TURN - 0.001);
  });

  it("shows what has come last, at once, where only the newest counts", () => {
    const pacer = new Pacer<number>({ policy: "newest", period: PERIOD, delay: 0 });
    for (const step of [0, 1, 2]) pacer.put(step, step, 0);
    const due = pacer.take(1);
    assert.equal(due?.item, 2);
    assert.deepEqual(due.passed, [0, 1]);
  });

  // A network that stopped for two seconds, and a server that skipped what was late meanwhile.
  it("does not wait for a time that is over when frames were left out on the way", () => {
    const pacer = new Pacer<number>({ policy: "skip", period: PERIOD, delay: 100 });
    pacer.put(0, 0, 0);
    assert.equal(pacer.take(0)?.item, 0);
    for (const step of [1, 2, 3]) pacer.put(step, step, 2000);
    pacer.put(52, 52, 2001);
    const shown = numbers(20).flatMap((turn) => pacer.take(2001 + turn * TURN)?.item ?? []);
    assert.equal(shown.at(-1), 52);
  });

  it("gives back what waits, once", () => {
    const pacer = new Pacer<number>({ policy: "skip", period: PERIOD, delay: 100 });
    for (const step of [2, 0, 1]) pacer.put(step, step, 0);
    assert.equal(pacer.size, 3);
    assert.deepEqual(pacer.clear(), [0, 1, 2]);
    assert.equal(pacer.take(10_000), undefined);
  });
});
