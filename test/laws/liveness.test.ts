import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
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
  holds(t, property, 500);
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
