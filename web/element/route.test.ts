import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import {
  type Direction,
  type Place,
  type Route,
  advance,
  beginning,
  framesBetween,
  lengthOf,
  placeOfFailure,
} from "./route.ts";

const TEN: Route = { first: 1, last: 10, step: 1, atEnd: "stop" };

/** The numbers from a place on, one by one. */
function walk(route: Route, from: Place, steps: number): number[] {
  const numbers: number[] = [];
  let place: Place | undefined = from;
  for (let step = 0; step < steps && place !== undefined; step += 1) {
    place = advance(route, place, 1);
    if (place !== undefined) numbers.push(place.frame);
  }
  return numbers;
}

describe("the order in which frames are played", () => {
  it("ends behind the last frame, in both directions", () => {
    assert.deepEqual(walk(TEN, { frame: 8, direction: 1 }, 5), [9, 10]);
    assert.deepEqual(walk(TEN, { frame: 3, direction: -1 }, 5), [2, 1]);
  });

  it("begins again when it loops", () => {
    const route: Route = { ...TEN, last: 4, atEnd: "loop" };
    assert.deepEqual(walk(route, { frame: 3, direction: 1 }, 4), [4, 1, 2, 3]);
    assert.deepEqual(walk(route, { frame: 2, direction: -1 }, 4), [1, 4, 3, 2]);
  });

  // Ends that were shown twice would be a hiccup at each turn.
  it("goes to and fro and shows the ends once each", () => {
    const route: Route = { ...TEN, last: 4, atEnd: "bounce" };
    assert.deepEqual(walk(route, { frame: 2, direction: 1 }, 8), [3, 4, 3, 2, 1, 2, 3, 4]);
    assert.deepEqual(walk(route, { frame: 3, direction: -1 }, 5), [2, 1, 2, 3, 4]);
  });

  it("stays where it is in a movie of one frame", () => {
    for (const atEnd of ["loop", "bounce"] as const)
      assert.deepEqual(walk({ ...TEN, last: 1, atEnd }, { frame: 1, direction: 1 }, 3), [1, 1, 1]);
    assert.equal(advance({ ...TEN, last: 1 }, { frame: 1, direction: 1 }, 1), undefined);
  });

  const routes = fc.record({
    first: fc.integer({ min: -50, max: 50 }),
    length: fc.integer({ min: 1, max: 30 }),
    step: fc.integer({ min: 1, max: 4 }),
    atEnd: fc.constantFrom("stop", "loop", "bounce"),
    start: fc.nat(29),
    direction: fc.constantFrom<Direction>(1, -1),
    frames: fc.integer({ min: 0, max: 100 }),
  });

  it("is the same whether it is gone in one leap or frame by frame", (test) => {
    holds(
      test,
      fc.property(routes, ({ first, length, step, atEnd, start, direction, frames }) => {
        const route: Route = { first, last: first + (length - 1) * step, step, atEnd };
        assert.equal(lengthOf(route), length);
        const from = { frame: first + (start % length) * step, direction };
        const numbers = walk(route, from, frames);
        const expected = numbers.length < frames ? undefined : (numbers.at(-1) ?? from.frame);
        assert.equal(advance(route, from, frames)?.frame, expected);
      }),
      500,
    );
  });

  it("tells how many frames lie between two that came one after the other", () => {
    const loop: Route = { ...TEN, atEnd: "loop" };
    assert.equal(framesBetween(TEN, { frame: 3, direction: 1 }, 4), 1);
    assert.equal(framesBetween(TEN, { frame: 3, direction: 1 }, 7), 4);
    assert.equal(framesBetween(loop, { frame: 9, direction: 1 }, 2), 3);
    assert.equal(framesBetween(loop, { frame: 2, direction: -1 }, 9), 3);
    assert.equal(framesBetween({ ...loop, last: 1 }, { frame: 1, direction: 1 }, 1), 1);
    // From outside of the range: the next one is where it begins.
    assert.equal(framesBetween({ ...loop, first: 5 }, { frame: 2, direction: -1 }, 10), 1);
  });

  it("begins at the first frame, or at the last backwards", () => {
    const route: Route = { first: 1, last: 10, step: 4, atEnd: "stop" };
    assert.equal(beginning(route, 1), 1);
    assert.equal(beginning(route, -1), 9);
  });
});

// Frames that were too late may lie between the last one that came and the one that cannot be read.
describe("the frame with which a playback failed", () => {
  const at = { frame: 4, direction: 1 } as const;
  const counted = { skipped: 0, missing: 1, lost: 0 };

  it("is the next one, or the first when none has come", () => {
    assert.equal(placeOfFailure(TEN, at, { isThere: true, passed: 0 }, counted), 5);
    assert.equal(placeOfFailure(TEN, at, { isThere: false, passed: 0 }, counted), 4);
    assert.equal(placeOfFailure(TEN, { ...at, direction: -1 }, { isThere: true, passed: 0 }, counted), 3);
  });

  it("lies behind those that were skipped unseen, and not those before the last that came", () => {
    const skipped = { ...counted, skipped: 5 };
    assert.equal(placeOfFailure(TEN, at, { isThere: true, passed: 3 }, skipped), 7);
    const loop: Route = { ...TEN, last: 5, atEnd: "loop" };
    assert.equal(placeOfFailure(loop, at, { isThere: true, passed: 3 }, skipped), 2);
  });

  it("is taken for the next one where nobody knows better", () => {
    assert.equal(placeOfFailure(TEN, at, { isThere: true, passed: 0 }, undefined), 5);
    const lost = { skipped: 5, missing: 1, lost: 1 };
    assert.equal(placeOfFailure(TEN, at, { isThere: true, passed: 0 }, lost), 5);
    assert.equal(placeOfFailure(TEN, { frame: 10, direction: 1 }, { isThere: true, passed: 0 }, lost), 10);
  });
});
