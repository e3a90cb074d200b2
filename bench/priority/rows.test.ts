import assert from "node:assert/strict";
import { test } from "node:test";
import { passes } from "../family.ts";
import type { Row } from "../family.ts";
import type { Seeks } from "../load.ts";
import { equalRows } from "./equalRows.ts";
import { type LinkRun, linkRows } from "./linkRows.ts";
import { type Cost, WAYS, type Way, costRows } from "./simulationRows.ts";
import { vastRows } from "./vastRows.ts";

function verdicts(rows: readonly Row[]): (boolean | undefined)[] {
  return rows.map(passes).filter((verdict) => verdict !== undefined);
}

const run = (lost: number, p99: number): LinkRun => ({
  seen: { due: 100, lost, p50: 1, p99, worst: p99, first: 5 },
  readersRate: 45e6,
  skipped: [lost],
});

// The promise is of a budget: without one, what happens is told and not judged.
test("link passes when no frame is lost and p99 is at most a period late, with a budget", () => {
  const none = run(90, 3000);
  const verdict = (lost: number, p99: number): (boolean | undefined)[] =>
    verdicts(linkRows([{ budget: run(lost, p99), stalled: run(lost, p99), none }], 41));
  assert.deepEqual(verdict(0, 41), [true, true, true, true]);
  assert.deepEqual(verdict(1, 42), [false, false, false, false]);
});

const readers = (least: number) => [{ none: [[100, 99], [least]], budget: [[100], [least, 100]] }];

// A fair average of two groups may hide one client that starves.
test("equal passes when of all clients the least got 95 % of what the most got", () => {
  assert.deepEqual(verdicts(equalRows(readers(95))), [true, true]);
  assert.deepEqual(verdicts(equalRows(readers(94))), [false, false]);
  assert.deepEqual(verdicts(equalRows(readers(0))), [false, false]);
});

const seeks = (max: number, lastMax: number): Seeks => {
  const delays = { p50: 0.1, p90: 0.1, p99: 0.1 };
  return { seeks: 200, ...delays, max, lastByte: { ...delays, max: lastMax } };
};

function vastVerdicts(first: number, last: number): (boolean | undefined)[] {
  const pair = { idle: seeks(1, 2), beside: seeks(first, last) };
  return verdicts(vastRows([{ budget: pair, none: pair }], 15));
}

// The promise is about the worst of all: a median keeps it always.
test("vast passes when the slowest took at most as long as idle, the promise, a turn and a tick", () => {
  assert.deepEqual(vastVerdicts(18, 19), [true, true]);
  assert.deepEqual(vastVerdicts(18.1, 19.1), [false, false]);
});

/** Milliseconds for each message of a simulation of so many. */
function cost(way: Way, about: number, each: number): Cost {
  return { way, about, repetition: 1, messages: about, ms: each * about };
}

function costVerdicts(each: number): (boolean | undefined)[] {
  const costs = WAYS.flatMap((way) => [cost(way, 10_000, 0.01), cost(way, 1_000_000, each)]);
  return verdicts(costRows(costs));
}

// What grows with the square is fine at a thousand and useless at a million.
test("simulated passes when a message of a million costs at most twice one of ten thousand", () => {
  assert.deepEqual(costVerdicts(0.0199), [true, true]);
  assert.deepEqual(costVerdicts(0.0201), [false, false]);
});
