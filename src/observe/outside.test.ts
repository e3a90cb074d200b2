import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { test } from "node:test";
import { events } from "../base/events.ts";
import { tellOutside } from "./outside.ts";

// Tracing tools know the runtime's channels, and not ours.
test("every event is on the runtime's channel of its name, for whoever subscribes", (t) => {
  const outside = tellOutside();
  t.after(() => outside.stop());
  const heard: unknown[] = [];
  const hear = (event: unknown): void => void heard.push(event);
  subscribe("mutoscope:movieAdded", hear);
  t.after(() => unsubscribe("mutoscope:movieAdded", hear));
  events.movieAdded.publish({ movie: "sw" });
  events.movieGone.publish({ movie: "sw" });
  assert.deepEqual(heard, [{ movie: "sw" }]);
  outside.stop();
  events.movieAdded.publish({ movie: "other" });
  assert.equal(heard.length, 1);
  assert.equal(events.movieAdded.hasListeners, false);
});
