import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { movieOf } from "./movies.testing.ts";
import { Timeline } from "./timeline.ts";

describe("the timeline of a movie", () => {
  // Drift doubles first frames and cuts last ones: rates are fractions.
  it("gives each frame a time, and that time the frame again, at every rate and step", (test) => {
    const cases = fc.record({
      first: fc.integer({ min: -1000, max: 100_000 }),
      count: fc.integer({ min: 1, max: 1_000_000 }),
      step: fc.integer({ min: 1, max: 10 }),
      fps: fc.constantFrom("24", "24000/1001", "30000/1001", "25", "2997/125", "1/60", "1000"),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    holds(
      test,
      fc.property(cases, ({ first, count, step, fps, at }) => {
        const last = first + (count - 1) * step;
        const timeline = new Timeline(movieOf({ first, last, newest: last, step, fps }));
        const frame = first + Math.floor(at * (count - 1)) * step;
        assert.equal(timeline.count, count);
        assert.equal(timeline.frameAt(timeline.timeOf(frame)), frame);
        assert.equal(timeline.frameAt(timeline.timeOf(frame) + timeline.period / 1000 / 2), frame);
      }),
      500,
    );
  });

  it("has the first and last frame for times outside of the movie", () => {
    const timeline = new Timeline(movieOf({ first: 1001, last: 1048, newest: 1048 }));
    assert.equal(timeline.frameAt(-5), 1001);
    assert.equal(timeline.frameAt(timeline.duration), 1048);
    assert.equal(timeline.duration, 2);
    assert.equal(timeline.clamp(2000), 1048);
  });

  it("knows what stands in for a frame that is missing: the nearest before it", () => {
    const timeline = new Timeline(movieOf({ first: 1, last: 20, newest: 12, live: true, holes: "4-6" }));
    assert.equal(timeline.isMissing(5), true);
    assert.equal(timeline.standIn(5), 3);
    assert.equal(timeline.isMissing(7), false);
    assert.equal(timeline.standIn(7), undefined);
    assert.equal(timeline.isMissing(15), true);
    assert.equal(timeline.standIn(15), 12);
    const headless = new Timeline(movieOf({ first: 1, last: 20, newest: 20, holes: "1-3" }));
    assert.equal(headless.standIn(2), undefined);
  });

  it("reaches as far as was announced, before the frames are there", () => {
    const timeline = new Timeline(movieOf({ first: 1, last: 100, newest: 10, live: true }));
    assert.equal(timeline.count, 100);
    assert.equal(timeline.newest, 10);
  });
});
