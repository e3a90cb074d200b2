import assert from "node:assert/strict";
import { test } from "node:test";
import { countHoles, holesOf } from "./holes.ts";
import { movieOf } from "./movieOf.testing.ts";

// What a render farm lost is what one looks for in a listing.
test("holes are the numbers between the first and the last frame that have none", () => {
  const log = movieOf("shot", [-2, 0, 1, 5, 6, 8]);
  assert.deepEqual(
    [...holesOf(log)],
    [
      { first: -1, last: -1 },
      { first: 2, last: 4 },
      { first: 7, last: 7 },
    ],
  );
  assert.equal(countHoles(log), 5);
});

// A declared range is what the movie will have: what has not come is missing too.
test("a declared first and last frame count as the movie's ends", () => {
  const log = { ...movieOf("shot", [3]), first: movieOf("a", [2]).first, last: movieOf("a", [5]).first };
  assert.deepEqual(
    [...holesOf(log)],
    [
      { first: 2, last: 2 },
      { first: 4, last: 5 },
    ],
  );
  assert.equal(countHoles(log), 3);
});

// Nothing is missing from nothing.
test("a movie without frames has no holes", () => {
  assert.deepEqual([...holesOf(movieOf("shot", []))], []);
  assert.equal(countHoles(movieOf("shot", [])), 0);
});
