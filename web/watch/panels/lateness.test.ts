import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { barsOf, durationText, verdictOf, waitText } from "./lateness.ts";

const NONE = { production: 0, ring: 0, client: 0, budget: 0, better: 0, turn: 0 };
const FINE = { shown: 100, late: 0, skipped: 0 };

describe("why frames are late", () => {
  it("is told from the longest wait to the shortest, without what is noise", () => {
    const bars = barsOf({ ...NONE, budget: 1000, production: 500, turn: 2, ring: 0.2 });
    assert.deepEqual(
      bars.map(({ reason, share }) => [reason, share]),
      [
        ["budget", 1],
        ["production", 0.5],
      ],
    );
    assert.deepEqual(barsOf(NONE), []);
  });

  // Bars of waits frighten people for whom everything was in time.
  it("is a calm sentence where nothing is late", () => {
    assert.deepEqual(verdictOf(FINE, { late: 0, skipped: 0, waits: { ...NONE, production: 80 } }), {
      where: "nowhere",
      words: "Every frame was in time.",
    });
    assert.match(verdictOf({ ...FINE, shown: 0 }, undefined).words, /Nothing has been played/);
  });

  it("names what frames waited for most", () => {
    const waits = { ...NONE, better: 900, turn: 100 };
    const { where, words } = verdictOf({ ...FINE, skipped: 3 }, { late: 2, skipped: 3, waits });
    assert.equal(where, "server");
    assert.match(words, /longest for more important viewers/);
  });

  // Otherwise the server is blamed for a laptop that does something else.
  it("is on this side of the network where the server was in time", () => {
    const { where, words } = verdictOf(
      { ...FINE, late: 2, skipped: 1 },
      { late: 0, skipped: 0, waits: NONE },
    );
    assert.equal(where, "here");
    assert.match(words, /in time. 3 frames came late on the way/);
  });

  it("has times that are read at a glance", () => {
    assert.deepEqual([0.4, 340, 12_345, 250_000].map(durationText), [
      "0 ms",
      "340 ms",
      "12.3 s",
      "4 min 10 s",
    ]);
    assert.deepEqual(
      [waitText(74, 57), waitText(74, 1), waitText(9000, 9), waitText(1, 50)],
      ["74 ms, 1.3 ms a frame", "74 ms", "9.0 s, 1.0 s a frame", "1 ms"],
    );
  });
});
