import assert from "node:assert/strict";
import { test } from "node:test";
import { present } from "../../src/base/assert.ts";
import type { Receipt } from "../../src/base/events.ts";
import { BitRate, Bytes, KiB, MonotonicMs } from "../../src/base/units.ts";
import { chance } from "../../src/simulate/chance.ts";
import { SimulatedLog } from "../../src/simulate/log.ts";
import { readAll } from "./reader.ts";
import { FAST, open } from "./theatre.ts";

const RATE = { numerator: 25, denominator: 1 };

/** Between two frames, in milliseconds. */
const PERIOD = 40;

/** Arbitrary: what is left to chance follows from it. */
const SEED = 7;

type Shown = {
  /** How many of the frames that were counted each was shown. */
  readonly frames: readonly number[];
  readonly receipts: readonly Receipt[];
  /** Of all messages but the first of each, with which its timeline begins. */
  readonly lateness: readonly number[];
};

/**
 * `count` people come within the first second, each to a movie of its own, or all to one; what they are shown
 * after 3 s counts.
 */
function watch(
  count: number,
  seconds: number,
  options: Parameters<typeof open>[0] & { readonly latest?: boolean; readonly movies?: "one" },
): Shown {
  const { clock, server, plan } = open(options);
  const numbers = Array.from({ length: 5000 }, (_, index) => index + 1);
  const shared = new SimulatedLog("m", numbers, { rate: RATE });
  const contract = options.latest === true ? "latest" : "paced";
  const viewers = Array.from({ length: count }, (_, index) => {
    const viewer = server.connect(FAST);
    const log = options.movies === "one" ? shared : new SimulatedLog(`m${index}`, numbers, { rate: RATE });
    const comes = MonotonicMs(1 + 1000 * chance(SEED, index));
    clock.at(comes, () => viewer.playback.play(plan({ contract }, log)));
    return viewer;
  });
  const sent = (): number[] => viewers.map(({ playback }) => playback.receiptSoFar?.sent ?? 0);
  clock.run(MonotonicMs(3000));
  const before = sent();
  clock.run(MonotonicMs(3000 + seconds * 1000));
  const frames = sent().map((all, index) => all - (before[index] ?? 0));
  for (const { playback } of viewers) playback.stop();
  const lateness = viewers.flatMap(({ sink }) => {
    const [first, ...others] = readAll(sink.received);
    const zero = present(first, "a viewer that was shown nothing").time;
    return others.map(({ time, frame }) => time - zero - (frame - 1) * PERIOD);
  });
  return {
    frames,
    lateness,
    receipts: viewers.map(({ ended }) => present(ended[0], "an epoch without a receipt").receipt),
  };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

// Behind a round of two hundred equals a frame is as old as the round when its turn comes. A newer one is due
// then, and what its viewer has waited for is a picture of now.
test("over a link for a tenth of the frames none leaves older than a period, and all get as many", () => {
  const size = 50_000;
  const rate = BitRate((200 * 25 * size * 8) / 10);
  const egress = { server: { rate, burst: Bytes(256 * KiB) } };
  for (const { latest, movies } of [
    { latest: false, movies: "one" },
    { latest: true, movies: "one" },
    { latest: false, movies: undefined },
  ] as const) {
    const made = { size: () => size, latency: () => 1 };
    const { frames, lateness } = watch(200, 10, { latest, ...(movies && { movies }), egress, frames: made });
    const sorted = lateness.toSorted((a, b) => a - b);
    const median = sorted[sorted.length >> 1] ?? Number.NaN;
    // What nobody else watches has to be made when its turn comes, and others go meanwhile.
    const late = sorted[Math.floor(sorted.length * (movies === "one" ? 0.999 : 0.9))] ?? Number.NaN;
    assert.ok(median < 0.75 * PERIOD && late < 1.25 * PERIOD, `${median} and ${late} ms late`);
    const [fewest, most] = [Math.min(...frames), Math.max(...frames)];
    const isFair = movies === "one" ? fewest >= 0.9 * most : fewest >= (0.9 * sumOf(frames)) / 200;
    assert.ok(isFair, `${fewest} to ${most} frames`);
    assert.ok(sumOf(frames) >= 0.97 * 5000, `${sumOf(frames)} frames of 5000`);
  }
});

/** Milliseconds for a frame: `mean`, or anything from half to one and a half of it. */
function timeOf(mean: number, isSpread: boolean): (entry: { movie: string; number: number }) => number {
  return ({ movie, number }) =>
    isSpread ? mean * (0.5 + chance(SEED, number, Number(movie.slice(1)))) : mean;
}

// What is made and comes too late keeps the next one from being made in time: work for nothing.
test("one viewer is shown nine in ten of the frames that workers can make, however long each takes", () => {
  for (const workers of [1, 2, 4]) {
    for (const periods of [1.5, 3, 10]) {
      for (const isSpread of [false, true]) {
        const mean = periods * PERIOD;
        const frames = { workers, latency: timeOf(mean, isSpread) };
        const shown = watch(1, 60, { atOnce: workers, frames });
        const could = Math.min(60 * 25, (60_000 * workers) / mean);
        const seen = `${workers} workers, ${mean} ms, ${isSpread}: ${shown.frames.join(" ")} of ${could}`;
        assert.ok(sumOf(shown.frames) >= 0.9 * could, seen);
        assert.ok((shown.receipts[0]?.lateness?.median ?? Number.NaN) < PERIOD, seen);
      }
    }
  }
});

// By their dues, whoever was skipped stands behind all others with each new frame it aims at, for seconds.
test("equals whose frames cannot all be made get equal parts of what can", () => {
  for (const isSpread of [false, true]) {
    for (const [count, mean, workers] of [
      [8, 20, 1],
      [8, 60, 4],
      [24, 20, 4],
      [3, 30, 1],
      [2, 60, 1],
    ] as const) {
      const frames = { workers, latency: timeOf(mean, isSpread) };
      const shown = watch(count, 10, { atOnce: workers, frames });
      const share = Math.min(...shown.frames) / Math.max(...shown.frames);
      const seen = `${count} viewers, ${workers} workers of ${mean} ms: ${shown.frames.join(" ")}`;
      assert.ok(share >= 0.8, seen);
      assert.ok(sumOf(shown.frames) >= 0.88 * Math.min(count * 250, (10_000 * workers) / mean), seen);
    }
  }
});

// Taking turns is for those who fall behind: with enough for all, what is due first is made first.
test("where all frames can be made nobody loses one, whatever the others' rates", () => {
  for (const [count, mean, workers] of [
    [8, 4, 1],
    [8, 9, 2],
    [24, 6, 4],
  ] as const) {
    const { frames, receipts } = watch(count, 10, {
      atOnce: workers,
      frames: { workers, latency: () => mean },
    });
    const skipped = sumOf(receipts.map((receipt) => receipt.skipped));
    assert.ok(skipped <= count && Math.min(...frames) >= 248, `${skipped} skipped, ${frames.join(" ")}`);
  }
});
