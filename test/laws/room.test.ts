import assert from "node:assert/strict";
import { test } from "node:test";
import { BitRate, Bytes } from "../../src/base/units.ts";
import { Rig, type RigClient } from "./rig.ts";

/** C is 128 bytes in a millisecond, L and σ are 512. */
const PER_MS = 128;
const SLICE = Bytes(512);
const IN_FLIGHT = 8000;

/** Forty worse clients whose large messages take turns, so that as many have started as may. */
function crowded(): Rig {
  const rig = new Rig({
    ring: { slots: 1000, bytes: Bytes(1e9), windowMessages: 2, windowBytes: Bytes(1000) },
    batch: 8,
    handOver: SLICE,
    slice: SLICE,
    inFlight: Bytes(IN_FLIGHT),
    egress: { server: { rate: BitRate(PER_MS * 8000), burst: SLICE } },
  });
  for (let count = 0; count < 40; count += 1) {
    rig.connect({ priority: 5, period: undefined }).supply(...Array.from({ length: 10 }, () => 1400));
  }
  rig.pass(100);
  return rig;
}

function better(rig: Rig, priority: number, size: number): RigClient {
  const client = rig.connect({ priority, period: undefined });
  client.supply(size);
  return client;
}

// Forty clients with frames of 14 MB: whoever is better waited until one of them had all of its.
test("worse clients leave room among what is under way: a better message goes within (L + σ)/C", () => {
  const rig = crowded();
  assert.ok(rig.dispatcher.held.inFlight > IN_FLIGHT / 2, "there is room enough for everybody");
  const [first, second] = [better(rig, 3, 1000), better(rig, 0, 200)];
  rig.pass((2 * SLICE) / PER_MS);
  assert.equal(second.arrived.length, 1);
  rig.pass((3 * SLICE) / PER_MS);
  assert.equal(first.arrived.length, 1);
});

// What waits for memory waits neither for its equals nor for the server: more of it helps.
test("a message too large for that room waits until some have ended, and says that it was for room", () => {
  const rig = crowded();
  const large = better(rig, 0, 3000);
  rig.pass(20_000);
  assert.equal(large.arrived.length, 1);
  const { ring = 0, turn = 0, better: forBetter = 0 } = large.waited ?? {};
  assert.ok(ring > 1400 / PER_MS, `it waited ${ring} ms for room`);
  assert.ok(ring < (3 * 1400) / PER_MS, `it waited ${ring} ms for room`);
  assert.ok(turn < 1 && forBetter === 0, `${turn} ms for its turn, ${forBetter} for better ones`);
});

// A flood of errors on a link that the budget was set for would queue before every frame.
test("lines are charged afterwards to the budget: frames wait until it has made up for them", () => {
  const rig = crowded();
  const client = better(rig, 0, 100);
  rig.pass(20);
  client.told(PER_MS * 1000);
  const later = better(rig, 0, 100);
  const before = rig.clients.reduce((sum, { arrived }) => sum + arrived.length, 0);
  rig.pass(990);
  assert.equal(
    rig.clients.reduce((sum, { arrived }) => sum + arrived.length, 0),
    before,
  );
  rig.pass(20);
  assert.equal(later.arrived.length, 1);
});
