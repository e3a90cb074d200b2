import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault, fault } from "../base/errors.ts";
import type { Levels } from "../base/rendition.ts";
import type { FrameEntry, FrameLog } from "../library/log.ts";
import { MovieLevels, sampleOf } from "./levels.ts";
import type { MeasuredLevels } from "./render/measure.ts";
import { NOW, urgent, wish } from "./stage.testing.ts";
import type { Urgency } from "./urgency.ts";

const entry = (number: number): FrameEntry => wish(number).entry;
const MOVIE = entry(1).movie;

type Asked = {
  readonly number: number;
  readonly urgency: Urgency;
  readonly settle: (outcome: MeasuredLevels | Fault) => void;
};

/** Movies whose frames are measured when a test says so. */
class Bench {
  readonly asked: Asked[] = [];
  readonly heard: string[] = [];
  sample = [entry(1), entry(50), entry(100)];
  readonly levels = new MovieLevels({
    sample: () => this.sample,
    measure: ({ number }, urgency, settle) => void this.asked.push({ number, urgency, settle }),
  });

  wait(number: number, urgency = NOW): void {
    this.levels.wait(entry(number), "picture", urgency, (outcome) => this.heard.push(textOf(outcome)));
  }

  measure(number: number, outcome: MeasuredLevels | Fault): void {
    for (const asked of this.asked.splice(0)) {
      if (asked.number === number) asked.settle(outcome);
      else this.asked.push(asked);
    }
  }

  get waitsFor(): number[] {
    return this.asked.map(({ number }) => number);
  }
}

const textOf = (outcome: Levels | Fault): string =>
  outcome instanceof Fault ? outcome.code : `${outcome.low}-${outcome.high}`;

const damaged = fault("FRAME_CORRUPT", "found nothing");

// Playback must not flicker: every frame is stretched as every other one of its movie.
test("a movie is measured once, from its sample, for all who wait", () => {
  const bench = new Bench();
  bench.wait(7);
  bench.wait(8);
  assert.deepEqual(bench.waitsFor, [1, 50, 100]);
  assert.ok(bench.levels.isAwaited(MOVIE, "picture"));
  bench.measure(1, { low: 10, high: 20 });
  bench.measure(100, { low: 5, high: 15 });
  assert.deepEqual(bench.heard, []);
  bench.measure(50, { low: 11, high: 40 });
  assert.deepEqual(bench.heard, ["5-40", "5-40"]);
  bench.wait(9);
  assert.deepEqual(bench.heard.at(-1), "5-40");
  assert.deepEqual(bench.waitsFor, []);
  assert.deepEqual(bench.levels.get(MOVIE, "picture"), { low: 5, high: 40 });
});

// Originals of 16 bits need no levels where pictures do: what is cached of them must not depend on these.
test("levels that pictures needed are not given to originals that did not ask", () => {
  const bench = new Bench();
  bench.wait(7);
  for (const number of [1, 50, 100]) bench.measure(number, { low: 0, high: 9 });
  assert.equal(bench.levels.get(MOVIE, "original"), undefined);
  bench.levels.wait(entry(7), "original", NOW, () => undefined);
  assert.deepEqual(bench.levels.get(MOVIE, "original"), { low: 0, high: 9 });
});

test("frames of the sample that cannot be read are stepped over", () => {
  const bench = new Bench();
  bench.wait(7);
  bench.measure(1, damaged);
  bench.measure(50, { low: 1, high: 2 });
  bench.measure(100, damaged);
  assert.deepEqual(bench.heard, ["1-2"]);
});

test("when no frame of the sample can be read, each waiting frame is tried, and hears its own error", () => {
  const bench = new Bench();
  for (const number of [7, 8, 9]) bench.wait(number);
  for (const number of [1, 50, 100]) bench.measure(number, damaged);
  assert.deepEqual(bench.waitsFor, [7]);
  bench.measure(7, fault("FRAME_EMPTY", "found nothing"));
  bench.measure(8, { low: 3, high: 4 });
  assert.deepEqual(bench.heard, ["FRAME_EMPTY", "3-4", "3-4"]);
});

// A renderer's first frames may be damaged because they are being written: later they are not.
test("a movie of which nothing could be measured is measured again for the next who asks", () => {
  const bench = new Bench();
  bench.sample = [];
  bench.wait(7);
  bench.measure(7, damaged);
  assert.deepEqual(bench.heard, ["FRAME_CORRUPT"]);
  bench.sample = [entry(1)];
  bench.wait(7);
  bench.measure(1, { low: 1, high: 2 });
  assert.deepEqual(bench.heard, ["FRAME_CORRUPT", "1-2"]);
});

// Law 2: the best viewer must not wait at the pace of the worst one who happened to ask first.
test("who is more urgent makes the measuring more urgent, and who is less does not", () => {
  const bench = new Bench();
  bench.wait(7, urgent(5));
  bench.measure(1, { low: 1, high: 2 });
  bench.wait(8, urgent(7));
  assert.deepEqual(bench.waitsFor, [50, 100]);
  bench.levels.hurry(MOVIE, urgent(0));
  assert.deepEqual(
    bench.asked.slice(2).map(({ number, urgency }) => [number, urgency.priority]),
    [
      [50, 0],
      [100, 0],
    ],
  );
  for (const number of [50, 100]) bench.measure(number, { low: 1, high: 2 });
  assert.deepEqual(bench.heard, ["1-2", "1-2"]);
});

// Another movie may come under the name: what was measured of the old one would be wrong for ever.
test("a movie that comes back is measured anew, even if it left while it was measured", () => {
  const bench = new Bench();
  bench.sample = [entry(1)];
  bench.wait(7);
  bench.levels.forget(MOVIE);
  bench.measure(1, { low: 1, high: 2 });
  assert.deepEqual(bench.heard, ["1-2"]);
  assert.equal(bench.levels.get(MOVIE, "picture"), undefined);
  bench.wait(7);
  bench.measure(1, { low: 3, high: 4 });
  assert.deepEqual(bench.heard, ["1-2", "3-4"]);
});

// Not one frame of the sample can be read, and the frames are tried one by one: that too has its pace.
test("who is more urgent hurries the frame that is tried itself, and those tried after it", () => {
  const bench = new Bench();
  bench.sample = [entry(1)];
  bench.wait(7, urgent(5));
  bench.wait(8, urgent(5));
  bench.measure(1, damaged);
  bench.levels.hurry(MOVIE, urgent(0));
  const asked = (): number[][] => bench.asked.map(({ number, urgency }) => [number, urgency.priority]);
  assert.deepEqual(asked(), [
    [7, 5],
    [7, 0],
  ]);
  bench.measure(7, damaged);
  assert.deepEqual(asked(), [[8, 0]]);
});

// Its frames may still be on their way to a viewer when another movie takes the name.
test("what a frame of a movie that is gone is measured as is kept for nobody", () => {
  const bench = new Bench();
  bench.sample = [];
  bench.wait(7);
  bench.sample = [entry(1)];
  bench.wait(8);
  bench.measure(7, { low: 0, high: 10 });
  assert.deepEqual(bench.heard, ["0-10"]);
  assert.equal(bench.levels.get(MOVIE, "picture"), undefined);
  bench.measure(1, { low: 3, high: 4 });
  assert.deepEqual(bench.heard, ["0-10", "3-4"]);
});

const logOf = (count: number): FrameLog =>
  ({ count, nth: (rank: number) => (rank < count ? entry(rank) : undefined) }) as FrameLog;

const ranks = (count: number): number[] => sampleOf(logOf(count)).map(({ number }) => number);

test("the sample is the first frame, the last one, and those evenly between them", () => {
  assert.deepEqual(ranks(0), []);
  assert.deepEqual(ranks(1), [0]);
  assert.deepEqual(ranks(3), [0, 1, 2]);
  assert.deepEqual(ranks(5), [0, 1, 2, 3, 4]);
  assert.deepEqual(ranks(101), [0, 25, 50, 75, 100]);
});
