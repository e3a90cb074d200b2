import assert from "node:assert/strict";
import { test } from "node:test";
import { passes } from "../family.ts";
import type { Received } from "../load.ts";
import { cell, cellKey, small } from "./cells.ts";
import { judgeReading } from "./readingRows.ts";

const received = (rate: number, fairness = 1): Received => ({
  rate,
  fairness,
  serverCpu: 0.1,
  readerLoad: 0.5,
});

function largeVerdicts(rate: number, fairness: number): (boolean | undefined)[] {
  const measured = new Map<string, Received[]>();
  for (const clients of [1, 8, 64]) {
    measured.set(cellKey(cell("ours", clients)), [received(rate, fairness)]);
    measured.set(cellKey(cell("epoll", clients)), [received(100)]);
    measured.set(cellKey(cell("bare", clients)), [received(100)]);
  }
  return judgeReading(measured, ["t1"]).map(passes);
}

// A row that passes for the wrong reason hides a regression for good.
test("t1 passes at 0.95 of the epoll loop and a fairness of 0.9, and fails below", () => {
  const passed = [true, undefined, true];
  const failed = [false, undefined, false];
  assert.deepEqual(largeVerdicts(95, 0.9), [undefined, ...passed, ...passed]);
  assert.deepEqual(largeVerdicts(94, 0.89), [undefined, ...failed, ...failed]);
});

// Which of two runs was faster is chance: the ratio's interval says whether speed was lost.
test("an earlier commit is a peer wherever it was measured, with an interval", () => {
  const measured = new Map<string, Received[]>();
  for (const clients of [1, 8, 64])
    for (const candidate of ["ours", "epoll", "bare", "before"] as const) {
      const each = candidate === "before" ? 50 : 100;
      measured.set(cellKey(cell(candidate, clients)), [received(each), received(each)]);
    }
  const rows = judgeReading(measured, ["t1"]).filter(({ peer }) => peer?.name === "ours, before");
  assert.equal(rows.length, 3);
  for (const { judged, interval } of rows) {
    assert.deepEqual(judged, [2, 2]);
    assert.deepEqual(interval, { low: 2, high: 2 });
  }
});

function smallVerdicts(rate: number): (boolean | undefined)[] {
  const measured = new Map<string, Received[]>();
  for (const clients of [8, 64]) {
    measured.set(cellKey(small("ours", clients)), [received(rate)]);
    measured.set(cellKey(cell("ours", clients)), [received(1)]);
    measured.set(cellKey(small("writev", clients)), [received(100)]);
    measured.set(cellKey(small("bare", clients)), [received(100)]);
  }
  return judgeReading(measured, ["t3"]).map(passes);
}

// The two sizes of frames have candidates of the same names: figures of one must not judge the other.
test("t3 passes at 0.9 of the gathering loop, measured with small frames alone", () => {
  assert.deepEqual(smallVerdicts(90), [true, undefined, true, undefined]);
  assert.deepEqual(smallVerdicts(89), [false, undefined, false, undefined]);
});
