import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { MonotonicMs } from "../base/units.ts";
import { VirtualClock } from "./clock.ts";
import { Flow, Uplink } from "./uplink.ts";

type Sending = { readonly at: number; readonly flow: number; readonly bytes: number };
type Departure = { readonly flow: number; readonly bytes: number; readonly at: number };

const RATE = 100;
const FLOWS = 4;

function simulate(sendings: readonly Sending[], rate = RATE): Departure[] {
  const clock = new VirtualClock();
  const uplink = new Uplink(clock, rate);
  const departures: Departure[] = [];
  const flows = Array.from(
    { length: FLOWS },
    (_, flow) => new Flow(flow, ({ bytes }, now) => departures.push({ flow, bytes, at: now })),
  );
  for (const { at, flow, bytes } of sendings) {
    clock.at(MonotonicMs(at), () => uplink.send(flows[flow] ?? assert.fail(), bytes));
  }
  clock.run();
  assert.equal(uplink.busy, 0);
  return departures;
}

/** The same, a piece of a byte at a time: everyone who has something gets the same in each step. */
function divide(sendings: readonly Sending[]): Departure[] {
  const queues = Array.from({ length: FLOWS }, () => [] as { bytes: number; left: number }[]);
  const coming = [...sendings].sort((a, b) => a.at - b.at);
  const departures: Departure[] = [];
  const step = 0.01;
  const isOpen = (): boolean => coming.length > 0 || queues.some(({ length }) => length > 0);
  for (let now = 0; isOpen(); now += step) {
    while ((coming[0]?.at ?? Number.POSITIVE_INFINITY) <= now + 1e-9) {
      const { flow, bytes } = coming.shift() ?? assert.fail();
      queues[flow]?.push({ bytes, left: bytes });
    }
    const busy = queues.filter(({ length }) => length > 0).length;
    for (const [flow, queue] of queues.entries()) {
      let share = (RATE * step) / busy;
      for (let [first] = queue; first !== undefined && share > 0; [first] = queue) {
        const taken = Math.min(share, first.left);
        first.left -= taken;
        share -= taken;
        if (first.left > 1e-9) break;
        departures.push({ flow, bytes: first.bytes, at: now + step });
        queue.shift();
      }
    }
  }
  return departures;
}

const sending = fc.record({
  at: fc.integer({ min: 0, max: 40 }),
  flow: fc.nat(FLOWS - 1),
  bytes: fc.integer({ min: 1, max: 900 }),
});

// What waits in the kernel is beyond priority: everyone's packets get the same share of the wire.
test("at any moment all who have something get the same share of the uplink", (t) => {
  const property = fc.property(fc.array(sending, { minLength: 1, maxLength: 12 }), (sendings) => {
    const found = simulate(sendings);
    const expected = divide(sendings);
    assert.equal(found.length, sendings.length);
    for (let flow = 0; flow < FLOWS; flow += 1) {
      const mine = found.filter((departure) => departure.flow === flow);
      const theirs = expected.filter((departure) => departure.flow === flow);
      for (const [index, { bytes, at }] of mine.entries()) {
        assert.equal(bytes, theirs[index]?.bytes, "out of order");
        // Each step of the division may end a departure late.
        assert.ok(Math.abs(at - (theirs[index]?.at ?? 0)) < 0.1, `${at} instead of ${theirs[index]?.at}`);
      }
    }
  });
  holds(t, property, 200);
});

// Two who send share; one who is alone has all of it.
test("a piece leaves later while others share the uplink", () => {
  const departures = simulate([
    { at: 0, flow: 0, bytes: 1000 },
    { at: 5, flow: 1, bytes: 200 },
  ]);
  assert.deepEqual(departures, [
    { flow: 1, bytes: 200, at: 9 },
    { flow: 0, bytes: 1000, at: 12 },
  ]);
});

// A link without limit is how "everything fits" is simulated: it takes no time, and never inside of `send`.
test("an uplink without limit lets everything go at once, after the events at hand", () => {
  const departures = simulate([{ at: 3, flow: 2, bytes: 1_000_000 }], Number.POSITIVE_INFINITY);
  assert.deepEqual(departures, [{ flow: 2, bytes: 1_000_000, at: 3 }]);
});

// The kernel throws away what it has for a connection that was reset, and the others get its share.
test("what a lost client had is not sent, and the others are the faster for it", () => {
  const clock = new VirtualClock();
  const uplink = new Uplink(clock, RATE);
  const left: number[] = [];
  const [lost, stays] = [0, 1].map((id) => new Flow(id, (_, now) => left.push(id, now)));
  assert.ok(lost && stays);
  uplink.send(lost, 10_000);
  uplink.send(stays, 1000);
  clock.at(MonotonicMs(10), () => uplink.drop(lost));
  clock.run();
  // Half of the link for 10 ms, then all of it.
  assert.deepEqual(left, [1, 15]);
  assert.equal(uplink.busyMs, 15);
});
