import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agoOf, bytesOf, factsOf, renditionOf, shownFacts } from "./facts.ts";
import type { MovieFacts } from "./server.ts";

const NOW = new Date("2026-01-01T12:00:00Z");

const MOVIE: MovieFacts = {
  name: "sh010/beauty",
  title: null,
  live: false,
  frames: 97,
  missing: 3,
  holes: "-4--2",
  holesArePartial: false,
  first: -10,
  last: 89,
  step: 1,
  newest: 89,
  expected: null,
  fps: "24000/1001",
  format: "exr",
  width: 2048,
  height: 1152,
  bits: 16,
  float: true,
  channels: 3,
  fault: null,
  changed: "2026-01-01T11:57:10Z",
};

function told(more: Partial<MovieFacts> = {}): Record<string, string> {
  return Object.fromEntries(factsOf({ ...MOVIE, ...more }, NOW).map(({ what, is }) => [what, is]));
}

describe("what is told of a movie", () => {
  it("is what a person would ask, in a person's words", () => {
    assert.deepEqual(told(), {
      Name: "sh010/beauty",
      Frames: "97, from -10 to 89",
      Missing: "3 frames: -4–-2",
      Rate: "24000/1001 frames per second",
      Picture: "2048 × 1152 pixels",
      Depth: "16 bits of floating point, colour",
      Format: "OpenEXR",
      Changed: "2 minutes ago",
    });
  });

  // A list of a thousand holes is no answer; that there are more is.
  it("names some holes, and says that there are others", () => {
    const holes = Array.from({ length: 13 }, (_none, index) => index * 2).join(",");
    assert.equal(told({ missing: 13, holes })["Missing"]?.endsWith("20, 22 and others"), true);
    assert.equal(told({ holesArePartial: true })["Missing"], "3 frames: -4–-2 and others");
    assert.equal(told({ missing: 0, holes: "" })["Missing"], "none");
  });

  it("says how far a live movie is, and what nobody knows yet", () => {
    const live = told({ live: true, frames: 30, expected: 100, width: null, bits: null, title: "Beauty" });
    assert.equal(live["Live"], "30 of 100 frames are there");
    assert.equal(live["Picture"], "not known yet");
    assert.equal(live["Depth"], undefined);
    assert.equal(live["Title"], "Beauty");
    assert.equal(told({ first: null })["Frames"], "none yet");
  });
});

describe("what is told of what is shown", () => {
  it("has colour only where something is not as it should be", () => {
    const stats = { shown: 1200, late: 0, skipped: 3, substituted: 0, bytes: 12_345_678, latency: 12.4 };
    const facts = shownFacts({
      frame: 7,
      picture: { frame: 7, revision: 2, width: 640 },
      stats: { ...stats, rendition: '{"format":"jpeg","quality":95,"width":640}' },
    });
    assert.deepEqual(
      facts.filter(({ tone }) => tone !== undefined).map(({ what, is }) => [what, is]),
      [["Skipped", "3"]],
    );
    assert.ok(facts.some(({ is }) => is === "JPEG 95, 640 pixels wide"));
    assert.ok(facts.some(({ is }) => is === "1,200 frames"));
  });

  it("has sizes and times that are read at a glance", () => {
    assert.deepEqual([0, 999, 1000, 123_456, 5e9].map(bytesOf), [
      "0 bytes",
      "999 bytes",
      "1.0 kB",
      "123 kB",
      "5.0 GB",
    ]);
    assert.equal(renditionOf(undefined, 160), "JPEG, 160 pixels wide");
    assert.deepEqual(
      [500, 59_000, 3_600_000, 200_000_000].map((ms) => agoOf(new Date(NOW.getTime() - ms), NOW)),
      ["just now", "59 seconds ago", "1 hour ago", "2 days ago"],
    );
  });
});
