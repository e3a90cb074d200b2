import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, describe, it } from "node:test";
import { until, within } from "./deadline.ts";
import { LARGE, type Size, SMALL, writeFootage } from "./footage.ts";
import { stall } from "./kernel.ts";
import { makeFolder, upTo } from "./movies.ts";
import { type Watched, watchStages } from "./stages.ts";
import { Viewer } from "./viewer.ts";

const BEST = 0;
const WORSE = 5;

/** Hand-overs that the worse ones have had before any better one comes. */
const FIRST_OF_WORSE = 50;

/** What was seen at the hand-overs. */
type Sightings = {
  /** A better viewer could have gone. */
  overtakings: string[];
  /** The better one went while a worse one could have gone: the choice was a choice. */
  contested: number;
  worse: number;
};

/** Looks at each hand-over, before it is made, whether it is the turn of somebody better. */
function judge(viewers: () => readonly Watched[], seen: Sightings): (viewer: Watched) => void {
  return (viewer) => {
    const others = viewers().filter((other) => other !== viewer && other.canGo);
    const better = others.find((other) => other.priority < viewer.priority);
    if (better !== undefined) {
      const [first, second] = [viewer, better].map((each) => `${each.connection} of ${each.priority}`);
      seen.overtakings.push(`connection and priority: ${first} before ${second}`);
    }
    if (viewer.priority === WORSE) seen.worse += 1;
    if (viewer.priority === BEST && others.some((other) => other.priority === WORSE)) seen.contested += 1;
  };
}

/** Takes all there is and keeps nothing. */
async function reader(test: TestContext, port: number, request: string): Promise<Viewer> {
  const viewer = await Viewer.open(test, port, { reads: false });
  viewer.socket.removeAllListeners("data");
  viewer.socket.on("data", () => undefined);
  viewer.send(request).resume();
  return viewer;
}

type Crowd = {
  readonly size: Size;
  readonly frames: number;
  readonly stalled: number;
  readonly slots?: number;
};

/**
 * Eight viewers of priority 5 take all they can get for as long as three of priority 0 watch the movie, with
 * others of priority 0 that take nothing.
 */
async function compete(test: TestContext, { size, frames, stalled, slots }: Crowd): Promise<Sightings> {
  const folder = makeFolder(test);
  const bytes = Buffer.concat(writeFootage(folder, "m", upTo(frames), size)).length;
  const seen: Sightings = { overtakings: [], contested: 0, worse: 0 };
  let viewers: readonly Watched[] = [];
  const handOver = judge(() => viewers, seen);
  const stages = await watchStages(test, folder, { handOver }, slots === undefined ? {} : { slots });
  viewers = stages.viewers;
  for (let count = 0; count < stalled; count += 1) {
    const viewer = await Viewer.open(test, stages.port, { reads: false });
    await stall(viewer.send(`stalled:${BEST}:start_movie:m:1\n`));
  }
  assert.equal(viewers.filter((viewer) => viewer.setAside).length, stalled);
  const worse = upTo(8).map(() => reader(test, stages.port, `worse:${WORSE}:start_movie:m:1\n`));
  await Promise.all(worse);
  await until(() => seen.worse >= FIRST_OF_WORSE, "the worse ones at work");
  const best = await Promise.all(
    upTo(3).map(() => reader(test, stages.port, `best:${BEST}:start_movie:m\n`)),
  );
  const ends = best.map((viewer) => once(viewer.closeHalf().socket, "end"));
  await within(Promise.all(ends), "the end of the movie for those of priority 0", 30_000);
  for (const viewer of best) assert.equal(viewer.received, bytes);
  test.diagnostic(`contested ${seen.contested}, handed to the worse ${seen.worse}`);
  return seen;
}

// Law 2. A crowd of previews must not hold up the one review that matters, whatever else is in its class.
describe("no message of priority 5 is handed over while one of priority 0 can go", () => {
  const crowds: Readonly<Record<string, Crowd>> = {
    "with small frames": { size: SMALL, frames: 1000, stalled: 0 },
    "with frames of several slices": { size: LARGE, frames: 60, stalled: 0 },
    "beside stalled clients of priority 0": { size: LARGE, frames: 60, stalled: 3 },
    "in a full ring": { size: SMALL, frames: 1000, stalled: 0, slots: 3 },
    "in a full ring, beside stalled clients of priority 0": { size: LARGE, frames: 60, stalled: 3, slots: 3 },
  };
  for (const [name, crowd] of Object.entries(crowds)) {
    it(name, { timeout: 60_000 }, async (test) => {
      const { overtakings, contested, worse } = await compete(test, crowd);
      assert.deepEqual(overtakings.slice(0, 5), []);
      assert.ok(contested >= 50, `only ${contested} hand-overs to the better ones were contested`);
      assert.ok(worse > FIRST_OF_WORSE, "the worse ones went hungry: no hand-over to them was judged");
    });
  }
});
