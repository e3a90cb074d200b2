import { test } from "node:test";
import * as fc from "fast-check";
import { drainAll, events, happen, rigOptions } from "./events.ts";
import { Rig } from "./rig.ts";
import { holds } from "./seed.ts";

// The dispatcher's heaps and rings are there for speed alone: a list sorted anew for each choice must agree.
test("law 2: every hand-over is the one that a naive sorted chooser makes, ring full or not", (t) => {
  const property = fc.property(rigOptions, events, (options, all) => {
    const rig = new Rig(options);
    for (const event of all) happen(rig, event);
    drainAll(rig);
  });
  holds(t, property, 4000);
});
