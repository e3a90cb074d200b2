import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault, fault } from "../base/errors.ts";
import type { Levels } from "../base/rendition.ts";
import { MonotonicMs } from "../base/units.ts";
import type { FrameEntry } from "../library/log.ts";
import { MovieLevels } from "./levels.ts";
import type { MeasuredLevels } from "./render/measure.ts";
import { NOW, logOf, urgent, wish } from "./stage.testing.ts";
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
  /** All frames of the movie; none: it is gone. */
  sample = [entry(1), entry(50), entry(100)];
  state: "recorded" | "live" = "recorded";
  now = 0;
  readonly levels = new MovieLevels({
    log: () => (this.sample.length === 0 ? undefined : logOf(this.sample, this.state)),
    now: () => MonotonicMs(this.now),
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

/** A movie of which these have been measured. */
function measuredBench(sample: FrameEntry[], low: number, high: number, flat?: true): Bench {
  const bench = new Bench();
  bench.sample = sample;
  bench.wait(1);
  for (const number of bench.waitsFor) bench.measure(number, { low, high, ...(flat && { flat }) });
  assert.deepEqual(bench.heard.splice(0), [`${low}-${high}`]);
  return bench;
}

const entries = (...numbers: number[]): FrameEntry[] => numbers.map((number) => entry(number));
const rewritten = (number: number): FrameEntry => wish(number, undefined, 2).entry;

// A movie may be looked at when there is but one frame of it, and that one black.
test("flat levels hold until there are others to measure, and are asked once a second", () => {
  const bench = measuredBench(entries(1), 0, 65_535, true);
  bench.wait(1);
  assert.deepEqual(bench.heard.splice(0), ["0-65535"]);
  bench.sample = entries(1, 2, 3, 4, 5, 6, 7, 8);
  assert.equal(bench.levels.get(MOVIE, "picture"), undefined);
  bench.wait(5);
  // What was measured of the first frame is still true.
  assert.deepEqual(bench.waitsFor, [3, 5, 6, 8]);
  for (const number of bench.waitsFor) bench.measure(number, { low: 0, high: 0, flat: true });
  assert.deepEqual(bench.heard.splice(0), ["0-65535"]);
  bench.sample = entries(1, 2, 3, 4, 5, 6, 7, 8, 9);
  bench.now = 999;
  assert.ok(bench.levels.get(MOVIE, "picture"));
  bench.now = 1000;
  bench.wait(9);
  assert.deepEqual(bench.waitsFor, [7, 9]);
  for (const number of bench.waitsFor) bench.measure(number, { low: 3, high: 4095 });
  assert.deepEqual(bench.heard, ["3-4095"]);
});

test("a movie is measured again when it has twice the frames, and not for each that lands", () => {
  const bench = measuredBench(entries(1, 2, 3, 4), 95, 105);
  for (const number of [5, 6, 7]) {
    bench.sample.push(entry(number));
    bench.now += 40;
    bench.wait(number);
  }
  bench.now = 5000;
  bench.wait(7);
  assert.deepEqual(bench.waitsFor, []);
  bench.sample.push(entry(8));
  bench.wait(8);
  for (const number of bench.waitsFor) bench.measure(number, { low: 0, high: 4095 });
  assert.equal(bench.heard.at(-1), "0-4095");
  // In minutes of a live movie so often, and in hours of it a few times more.
  let measured = 0;
  for (let number = 9; number <= 9000; number++) {
    bench.sample.push(entry(number));
    bench.now += 40;
    if (bench.levels.isAwaited(MOVIE, "picture")) measured += 1;
    else continue;
    bench.wait(number);
    while (bench.asked.length > 0) bench.measure(bench.asked[0]?.number ?? 0, { low: 0, high: 4095 });
  }
  assert.equal(measured, 10);
});

// The last doubling may be long before the last frame.
test("a movie is measured once more when it is complete, and when it has stopped growing", () => {
  const declared = measuredBench(entries(1, 2), 95, 105);
  declared.state = "live";
  declared.sample = entries(1, 2, 3, 4);
  declared.wait(4);
  for (const number of declared.waitsFor) declared.measure(number, { low: 95, high: 105 });
  declared.sample = entries(1, 2, 3, 4, 5);
  declared.state = "recorded";
  declared.wait(5);
  assert.deepEqual(declared.waitsFor, [5]);
  const open = measuredBench(entries(1, 2, 3), 95, 105);
  open.sample = entries(1, 2, 3, 4);
  for (open.now of [5000, 14_999]) assert.ok(open.levels.get(MOVIE, "picture"));
  open.now = 15_000;
  open.wait(4);
  assert.deepEqual(open.waitsFor, [4]);
});

test("a movie is measured again when frames that were measured have been rewritten, or half are gone", () => {
  const bench = measuredBench(entries(1, 2, 3, 4), 95, 105);
  bench.sample[2] = rewritten(3);
  bench.now = 999;
  assert.ok(bench.levels.get(MOVIE, "picture"));
  bench.now = 1000;
  bench.wait(4);
  assert.deepEqual(bench.waitsFor, [3]);
  bench.measure(3, { low: 0, high: 500 });
  assert.deepEqual(bench.heard.splice(0), ["0-500"]);
  bench.now = 3000;
  bench.sample.shift();
  bench.wait(4);
  assert.deepEqual(bench.waitsFor, []);
  bench.sample.shift();
  bench.wait(4);
  for (const number of bench.waitsFor) bench.measure(number, { low: 1, high: 400 });
  assert.deepEqual(bench.levels.get(MOVIE, "picture"), { low: 0, high: 500 });
});

test("a movie that is complete and unchanged is never measured again", () => {
  for (const flat of [undefined, true] as const) {
    const bench = measuredBench(entries(1, 2, 3), 95, 105, flat);
    for (bench.now of [1, 2000, 100_000, 1e9, 1e10]) bench.wait(2);
    assert.deepEqual(bench.waitsFor, []);
    assert.equal(bench.heard.length, 5);
  }
});

// The levels that a movie had are better than none.
test("what was measured holds on when nothing can be read of the movie as it is now", () => {
  const bench = measuredBench(entries(1), 95, 105);
  bench.sample = [rewritten(1)];
  bench.now = 1000;
  bench.wait(1);
  bench.measure(1, damaged);
  assert.deepEqual(bench.heard, ["95-105"]);
  bench.wait(1);
  assert.deepEqual(bench.waitsFor, []);
});

// Playback must not flicker.
test("a playback keeps the levels of its first picture, whatever is measured later", () => {
  const bench = measuredBench(entries(1), 95, 105);
  const [early, late] = [{}, {}];
  const kept = bench.levels.get(MOVIE, "picture", early);
  assert.deepEqual(kept, { low: 95, high: 105 });
  bench.sample = entries(1, 2);
  assert.equal(bench.levels.get(MOVIE, "picture", late), undefined);
  bench.wait(2);
  assert.equal(bench.levels.get(MOVIE, "picture", early), kept);
  bench.measure(2, { low: 0, high: 4095 });
  assert.equal(bench.levels.get(MOVIE, "picture", early), kept);
  assert.equal(bench.levels.keep(early, { low: 95, high: 105 }), true);
  assert.equal(bench.levels.keep(early, { low: 0, high: 4095 }), false);
  assert.deepEqual(bench.levels.get(MOVIE, "picture", late), { low: 0, high: 4095 });
});

// It has shown black, or one grey, and nothing else: whoever watches a movie from its dark beginning on must
// see it, and must not be kept waiting for each frame that lands.
test("a playback that began with flat levels takes the first others, and does not wait for them", () => {
  const bench = measuredBench(entries(1), 0, 65_535, true);
  const playback = {};
  bench.levels.get(MOVIE, "picture", playback);
  bench.sample = entries(1, 2);
  assert.equal(bench.levels.get(MOVIE, "picture", playback)?.high, 65_535);
  bench.levels.renew(entry(2), "picture", NOW);
  bench.levels.renew(entry(2), "picture", NOW);
  assert.deepEqual(bench.waitsFor, [2]);
  assert.equal(bench.levels.get(MOVIE, "picture", playback)?.high, 65_535);
  bench.measure(2, { low: 0, high: 4095 });
  assert.equal(bench.levels.get(MOVIE, "picture", playback)?.high, 4095);
  bench.sample = entries(1, 2, 3, 4);
  bench.wait(4);
  for (const number of bench.waitsFor) bench.measure(number, { low: 0, high: 9000 });
  assert.equal(bench.levels.get(MOVIE, "picture", playback)?.high, 4095);
});
