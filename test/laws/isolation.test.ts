import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Bytes } from "../../src/base/units.ts";
import { type Scenario, scenario, Show, type Story, type Watcher } from "./scenario.ts";
import { holds } from "./seed.ts";

/** Somebody who asks for a movie of large frames, and never reads. */
const stalled: fc.Arbitrary<Watcher> = fc
  .record({
    priority: fc.constantFrom(0, 1, 255),
    rate: fc.constantFrom(undefined, { numerator: 24, denominator: 1 }),
    contract: fc.constantFrom("all" as const, "paced" as const, "latest" as const),
    direction: fc.constantFrom(1 as const, -1 as const),
    buffer: fc.constantFrom(0, 400, 9000).map(Bytes),
    at: fc.nat(800),
  })
  .map(({ buffer, at, ...wishes }) => {
    const wish = { ...wishes, movie: 3, start: undefined, from: undefined, to: undefined, repeat: true };
    const play = { kind: "play", at, wish: { ...wish, missing: "hold" } } as const;
    return { link: { rate: 0, buffer }, commands: [play] };
  });

const OWN_MOVIE = { numbers: [1, 2, 3, 4, 5], unreadable: [], size: 600, latency: 2 };

/** When each message of each watcher arrived. */
function timesOf(stories: readonly Story[]): unknown {
  return stories.map(({ arrived }) =>
    arrived.map(({ epoch, message, frame, time }) => [epoch, message, frame, time]),
  );
}

function run(one: Scenario, extra: readonly Watcher[]): unknown {
  const movies = [...one.movies, OWN_MOVIE];
  // Production is shared and is not what is tested here: it has workers for all, and makes nothing twice.
  const watchers = [...extra, ...one.watchers];
  const show = new Show({ ...one, movies, watchers, workers: 1000, cache: "everything" }).run();
  return timesOf(show.stories.slice(extra.length));
}

// The one client that does not read must not be a weapon against all others.
test("law 3: stalled clients of any priority change nothing for the others, at no moment", (t) => {
  const property = fc.property(scenario, fc.array(stalled, { minLength: 1, maxLength: 3 }), (one, extra) => {
    assert.deepEqual(run(one, extra), run(one, []));
  });
  holds(t, property, 300);
});
