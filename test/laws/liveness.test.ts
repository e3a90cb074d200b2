import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Bytes } from "../../src/base/units.ts";
import { drainAll, events, happen, rigOptions } from "./events.ts";
import { Rig } from "./rig.ts";
import { holds } from "./seed.ts";

// A wake-up that gets lost in one order of events is a playback that hangs once a week.
test("law 5: whatever the order of offers, drains, seeks and closes, nothing that can go waits", (t) => {
  const property = fc.property(rigOptions, events, (options, all) => {
    const rig = new Rig(options);
    for (const event of all) {
      happen(rig, event);
      rig.settle();
    }
    drainAll(rig);
    for (const client of rig.clients) assert.equal(client.unsent, 0, "the tail did not leave");
  });
  holds(t, property, 1000);
});

// Found by the property above, one case in ten thousand: the one who was refused first was not due yet.
test("a refused message that is not due does not stand in the way of a worse one that is", () => {
  const rig = new Rig({
    ring: { slots: 8, bytes: Bytes(600), windowMessages: 1, windowBytes: Bytes(2000) },
    batch: 8,
    handOver: Bytes(512),
    slice: Bytes(128),
    inFlight: Bytes(1e9),
  });
  const untimed = rig.connect({ priority: 0, period: undefined });
  untimed.supply(400);
  const timed = rig.connect({ priority: 0, period: 1 });
  timed.supply(201, 400);
  rig.connect({ priority: 255, period: undefined }).supply(201);
  drainAll(rig);
  assert.deepEqual(
    rig.clients.map((client) => client.arrived.length),
    [1, 2, 1],
  );
});

// What is taken back from the ring must come again, once, under the number that it had.
test("evicted messages keep their numbers: nothing is lost or doubled in a ring of one slot", (t) => {
  const oneSlot = rigOptions.map((options) => ({ ...options, ring: { ...options.ring, slots: 1 } }));
  let evictions = 0;
  const property = fc.property(oneSlot, events, (options, all) => {
    const rig = new Rig(options);
    for (const event of all) happen(rig, event);
    drainAll(rig);
    evictions += rig.evictions;
    for (const client of rig.clients) assert.equal(client.unsent, 0);
  });
  holds(t, property, 1500);
  assert.ok(evictions > 500, "nothing was evicted");
});

// Slots, timers and bytes of those who are gone add up over months.
test("law 6: everything is given back when all have closed", (t) => {
  const property = fc.property(rigOptions, events, (options, all) => {
    const rig = new Rig(options);
    for (const event of all) happen(rig, event);
    for (const client of rig.clients) client.close();
    rig.clock.run();
    assert.deepEqual(rig.dispatcher.held, { queues: 0, messages: 0, bytes: 0, inFlight: 0 });
    assert.deepEqual(rig.clock.pending, { turns: 0, timers: 0 });
  });
  holds(t, property, 300);
});
