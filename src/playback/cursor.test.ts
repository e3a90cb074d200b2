import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FrameNumber } from "../base/units.ts";
import { SimulatedLog } from "../simulate/log.ts";
import { Cursor, type CursorOptions } from "./cursor.ts";
import { Grid } from "./grid.ts";

type Range = Partial<{ start: number; from: number; to: number; repeat: boolean; holes: "shown" | "passed" }>;

function cursorOver(numbers: readonly number[], range: Range = {}): Cursor {
  const { start, from, to, repeat = false, holes = "shown" } = range;
  const first = Math.max(Math.min(...numbers), from ?? Number.NEGATIVE_INFINITY);
  const options: CursorOptions = {
    log: new SimulatedLog("m", numbers),
    start: FrameNumber(start ?? first),
    from: from === undefined ? undefined : FrameNumber(from),
    to: to === undefined ? undefined : FrameNumber(to),
    repeat,
    holes,
  };
  return new Cursor(options);
}

/** The next numbers; a hole's is negative. */
function take(cursor: Cursor, count: number): number[] {
  const numbers: number[] = [];
  while (numbers.length < count) {
    const step = cursor.next();
    if (step === undefined) break;
    numbers.push(step.entry === undefined ? -Number(step.number) : step.number);
  }
  return numbers;
}

// The number shown is the file's own, on every surface.
test("a cursor gives the numbers of the range in order, holes where they are wanted", () => {
  assert.deepEqual(take(cursorOver([1001, 1002, 1004]), 9), [1001, 1002, -1003, 1004]);
  assert.deepEqual(take(cursorOver([1001, 1002, 1004], { holes: "passed" }), 9), [1001, 1002, 1004]);
  assert.deepEqual(take(cursorOver([1, 2, 3, 4, 5], { from: 2, to: 4 }), 9), [2, 3, 4]);
  assert.deepEqual(take(cursorOver([1, 2, 3, 4, 5], { start: 3, from: 2, to: 9 }), 9), [3, 4, 5]);
});

// A loop goes over the range, not over the part behind the seek.
test("a repeated range begins again at its first frame, wherever the playback started", () => {
  assert.deepEqual(
    take(cursorOver([1, 2, 3, 4], { start: 3, from: 2, repeat: true }), 7),
    [3, 4, 2, 3, 4, 2, 3],
  );
});

// Numbers that nothing tells of would be frames lost in silence.
test("a step tells how many holes were passed before it, also around the end of a pass", () => {
  const cursor = cursorOver([2, 5, 6], { from: 1, to: 6, repeat: true, holes: "passed" });
  const holes = Array.from({ length: 5 }, () => cursor.next()?.holesBefore);
  assert.deepEqual(holes, [0, 2, 0, 0, 2]);
  const ends = cursorOver([2, 5, 9], { to: 7, repeat: true, holes: "passed" });
  assert.deepEqual(
    Array.from({ length: 4 }, () => ends.next()?.holesBefore),
    [0, 2, 2, 2],
  );
});

const numbers = fc.uniqueArray(fc.integer({ min: -5, max: 20 }), { minLength: 1, maxLength: 20 });

// Skipping an hour of frames must cost as much as skipping one, and count the same.
test("skipping to a tick counts what stepping to it would have passed, and waits where it waits", () => {
  const property = fc.property(
    fc.record({
      numbers,
      holes: fc.constantFrom("shown" as const, "passed" as const, "awaited" as const),
      repeat: fc.boolean(),
      isLive: fc.boolean(),
      step: fc.constantFrom(1, 3),
      length: fc.nat(30),
      begin: fc.nat(30),
      before: fc.nat(10),
      distance: fc.nat(100),
    }),
    ({ numbers, holes, repeat, isLive, step, length, begin, before, distance }) => {
      const first = Math.min(...numbers) * step;
      const declared = isLive ? { first, last: 40 * step } : { first };
      const all = numbers.map((number) => number * step);
      const log = new SimulatedLog("m", all, { ...declared, step });
      const from = FrameNumber(first);
      const start = FrameNumber(first + Math.min(begin, length) * step);
      const to = FrameNumber(first + length * step);
      const [steps, skips] = [0, 1].map(() => new Cursor({ log, start, from, to, repeat, holes }));
      assert.ok(steps && skips);
      take(steps, before);
      take(skips, before);
      const target = skips.tick + distance;
      const expected = { frames: 0, holes: 0 };
      while (steps.tick < target) {
        const step = steps.next();
        if (step === undefined) break;
        expected[step.entry === undefined ? "holes" : "frames"] += 1;
        expected.holes += step.holesBefore;
      }
      const passed = skips.skipTo(target);
      assert.equal(skips.tick, steps.tick);
      assert.equal(passed.frames, expected.frames);
      assert.equal(skips.waits, steps.waits);
      const [next, other] = [steps.next(), skips.next()];
      assert.equal(next?.number, other?.number);
      // A skip may have told of the holes that the next step would tell of.
      const holesInAll = expected.holes + (next?.holesBefore ?? steps.holesLeft);
      assert.equal(passed.holes + (other?.holesBefore ?? skips.holesLeft), holesInAll);
    },
  );
  fc.assert(property, { seed: 19_660, numRuns: 1000 });
});

// `latest` shows a movie's last frame however late it is: it has to know which that is.
test("the last tick is known until the cursor repeats", () => {
  const cursor = cursorOver([1, 2, 4]);
  assert.equal(cursor.lastTick, 3);
  cursor.next();
  assert.equal(cursor.lastTick, 3);
  assert.equal(cursorOver([1, 2, 4], { holes: "passed" }).lastTick, 2);
  assert.equal(cursorOver([1, 2], { repeat: true }).lastTick, Number.POSITIVE_INFINITY);
});

// A movie declared as 1-100x5 has twenty frames, and what lies between them is nobody's loss.
test("of a movie with a step only the expected numbers are steps, and holes", () => {
  const log = new SimulatedLog("m", [1, 6, 16], { first: 1, last: 23, step: 5 });
  log.end();
  const options = { log, start: FrameNumber(1), from: undefined, to: undefined, repeat: false } as const;
  assert.deepEqual(take(new Cursor({ ...options, holes: "shown" }), 9), [1, 6, -11, 16, -21]);
  const skips = new Cursor({ ...options, holes: "passed" });
  assert.deepEqual(take(skips, 9), [1, 6, 16]);
  assert.equal(skips.holesLeft, 1);
  const jumps = new Cursor({ ...options, holes: "shown" });
  assert.deepEqual(jumps.skipTo(4), { frames: 3, holes: 1 });
  assert.equal(jumps.next()?.number, 21);
  const range = { from: FrameNumber(3), start: FrameNumber(3), to: FrameNumber(12), repeat: true };
  assert.deepEqual(take(new Cursor({ ...options, ...range, holes: "shown" }), 4), [6, -11, 6, -11]);
});

// What has not come yet is neither a hole nor the end.
test("in a live log the cursor waits behind the newest frame, and goes on when one lands", () => {
  for (const holes of ["shown", "passed", "awaited"] as const) {
    const log = new SimulatedLog("m", [1, 2], { first: 1, last: 5 });
    const range = { from: undefined, to: undefined, repeat: false };
    const cursor = new Cursor({ log, start: FrameNumber(1), holes, ...range });
    assert.deepEqual(take(cursor, 9), [1, 2]);
    assert.ok(cursor.waits);
    assert.deepEqual(cursor.skipTo(100), { frames: 0, holes: 0 });
    log.write(4);
    assert.deepEqual(take(cursor, 9), { shown: [-3, 4], passed: [4], awaited: [] }[holes]);
    log.write(3);
    assert.deepEqual(take(cursor, 9), holes === "awaited" ? [3, 4] : []);
    assert.ok(cursor.waits);
    log.end();
    assert.ok(!cursor.waits);
    assert.deepEqual(take(cursor, 9), holes === "passed" ? [] : [-5]);
  }
});

// The range that was asked for is there: nothing more is to come of it.
test("a range that ends below the newest frame of a live log ends, unless a frame in it is awaited", () => {
  for (const holes of ["shown", "passed", "awaited"] as const) {
    const log = new SimulatedLog("m", [1, 5], { first: 1, last: 9 });
    const range = { from: undefined, to: FrameNumber(3), repeat: false };
    const cursor = new Cursor({ log, start: FrameNumber(1), holes, ...range });
    take(cursor, 9);
    assert.equal(cursor.waits, holes === "awaited");
  }
});

// Whoever loops reviews what is there; the new frames are in the next round.
test("in a live log a repeated range begins again behind the newest frame", () => {
  const log = new SimulatedLog("m", [1, 2], { first: 1, last: 5 });
  const range = { from: undefined, to: undefined, repeat: true };
  const cursor = new Cursor({ log, start: FrameNumber(1), holes: "shown", ...range });
  assert.deepEqual(take(cursor, 3), [1, 2, 1]);
  log.write(3);
  assert.deepEqual(take(cursor, 4), [2, 3, 1, 2]);
  const empty = new Cursor({ log, start: FrameNumber(4), holes: "shown", ...range, from: FrameNumber(4) });
  assert.equal(empty.next(), undefined);
  assert.ok(empty.waits, "there is nothing to repeat yet");
});

// The first gap of a million frames is looked for with each step of a viewer who waits for it.
test("the first hole is found where it is", () => {
  const property = fc.property(numbers, fc.constantFrom(1, 3), fc.nat(70), (places, step, from) => {
    const all = places.map((place) => 100 + place * step);
    const first = 100 - 5 * step;
    const log = new SimulatedLog("m", all, { first, last: 1000, step });
    const limit = FrameNumber(Math.max(...all) + 1);
    const begin = FrameNumber(first + from);
    const expected = Array.from({ length: 300 }, (_, place) => first + place * step).find(
      (number) => number >= begin && !all.includes(number),
    );
    assert.equal(new Grid(log).firstHole(begin, limit), Math.min(expected ?? limit, limit));
  });
  fc.assert(property, { seed: 19_660, numRuns: 500 });
});

const anyMovie = fc.record({
  numbers,
  holes: fc.constantFrom("shown" as const, "passed" as const),
  step: fc.constantFrom(1, 3),
  isLive: fc.boolean(),
  from: fc.option(fc.integer({ min: -6, max: 21 }), { nil: undefined }),
  length: fc.nat(30),
  repeat: fc.boolean(),
});

/** The numbers of one pass downwards, worked out from a list: a hole's with a minus where it is shown. */
function passDown(
  there: ReadonlySet<number>,
  { from, to, step, holes }: { [Name in "from" | "to" | "step"]: number } & { holes: string },
) {
  const found: string[] = [];
  for (let number = to; number >= from; number -= step) {
    if (there.has(number)) found.push(`${number}`);
    else if (holes === "shown") found.push(`hole ${number}`);
  }
  return found;
}

// Whoever steps back through a shot must meet the frames that were there on the way up.
test("downwards a cursor gives the numbers of the range from the last there is to the first", () => {
  const property = fc.property(anyMovie, ({ numbers, holes, step, isLive, from, length, repeat }) => {
    const all = numbers.map((number) => number * step);
    const [first, newest] = [Math.min(...all), Math.max(...all)];
    const log = new SimulatedLog("m", all, { first, last: isLive ? newest + 10 * step : newest, step });
    if (!isLive) log.end();
    const bottom = Math.max(first, first + Math.ceil(((from ?? first) - first) / step) * step);
    const top = Math.min(newest, bottom + length * step);
    fc.pre(bottom <= top);
    const range = { from: FrameNumber(bottom), to: FrameNumber(top) };
    const cursor = new Cursor({ log, start: FrameNumber(top), ...range, repeat, holes, direction: -1 });
    const down = passDown(new Set(all), { from: bottom, to: top, step, holes });
    const expected = repeat ? [...down, ...down, ...down].slice(0, 40) : down;
    const steps = Array.from({ length: expected.length }, () => cursor.next());
    assert.deepEqual(
      steps.map((step) => step && `${step.entry === undefined ? "hole " : ""}${step.number}`),
      expected,
    );
    assert.ok(steps.every((step) => step?.entry === undefined || step.entry.number === step.number));
    if (!repeat) assert.deepEqual([cursor.next(), cursor.waits], [undefined, false]);
  });
  fc.assert(property, { seed: 19_660, numRuns: 1000 });
});

// What was looked ahead is looked at anew when a frame lands: nothing may be lost or shown twice by that.
test("downwards a cursor goes back to where it was, and skips as it steps", () => {
  const property = fc.property(
    numbers,
    fc.nat(20),
    fc.nat(40),
    fc.boolean(),
    (any, before, distance, repeat) => {
      // Above 0: a hole is told by its sign.
      const numbers = any.map((number) => number + 6);

      const log = new SimulatedLog("m", numbers);
      log.end();
      const start = FrameNumber(Math.max(...numbers));
      const range = { from: undefined, to: undefined, repeat, holes: "shown" } as const;
      const [steps, skips] = [0, 1].map(() => new Cursor({ log, start, ...range, direction: -1 }));
      assert.ok(steps && skips);
      take(steps, before);
      take(skips, before);
      const { mark } = skips;
      const passed = take(steps, distance);
      assert.equal(
        skips.skipTo(skips.tick + distance).frames,
        passed.filter((number) => numbers.includes(number)).length,
      );
      assert.equal(skips.next()?.number, steps.next()?.number);
      skips.rewind(mark);
      assert.deepEqual(take(skips, distance), passed);
    },
  );
  fc.assert(property, { seed: 19_660, numRuns: 1000 });
});

// The newest frame of a growing movie is where looking back begins.
test("downwards nothing is waited for, and a new pass begins at what is newest then", () => {
  const log = new SimulatedLog("m", [1, 2, 3], { first: 1, last: 9 });
  const range = { from: undefined, to: undefined, repeat: true, holes: "awaited" } as const;
  const cursor = new Cursor({ log, start: FrameNumber(3), ...range, direction: -1 });
  assert.deepEqual(take(cursor, 2), [3, 2]);
  log.write(4);
  assert.deepEqual(take(cursor, 5), [1, 4, 3, 2, 1]);
});

// Who looks back before the first frame has come is told that it is missing, and not that all is shown.
test("downwards a movie of steps has them also while none of its frames is there", () => {
  const log = new SimulatedLog("m", [], { first: 1, last: 34, step: 3 });
  const range = { from: undefined, to: undefined, repeat: false, holes: "awaited" } as const;
  const cursor = new Cursor({ log, start: FrameNumber(4), ...range, direction: -1 });
  const numbers = Array.from({ length: 3 }, () => cursor.next()?.number);
  assert.deepEqual([...numbers, cursor.waits], [4, 1, undefined, false]);
});
