import assert from "node:assert/strict";
import { test } from "node:test";
import { passes } from "../family.ts";
import { deepRows } from "./deep.ts";
import { firstRows } from "./first.ts";
import { KINDS, singleRows } from "./single.ts";
import { steadyRows } from "./steady.ts";
import { viewerRows } from "./viewers.ts";

const WATCHED = {
  due: 1000,
  inTime: 999,
  came: 999,
  late: 0,
  skipped: 1,
  waiting: 0,
  p50Ms: 1,
  p99Ms: 5,
  worstMs: 6,
  firstMs: [3, null, 5],
  seconds: 10,
  serverCpuSeconds: 5,
  readerCpuSeconds: 1,
};

// The goal is about the library's own bytes, which both only pass on; what a JPEG costs is shown.
test("t8 judges requests per second of files as they are, in pairs of one repetition", () => {
  const measured = KINDS.flatMap((kind) => [
    { kind, candidate: "ours" as const, perSecond: 90, cpuMicroseconds: 20 },
    { kind, candidate: "nginx" as const, perSecond: 100, cpuMicroseconds: 10 },
    { kind, candidate: "bare" as const, perSecond: 60, cpuMicroseconds: 16 },
  ]);
  assert.deepEqual(
    KINDS.flatMap((kind) => singleRows(kind, measured)).map((row) => [row.judged, passes(row)]),
    [
      [[0.9], true],
      [[2], undefined],
      [[1.5], undefined],
      [[1.25], undefined],
      [[0.9], undefined],
      [[2], undefined],
      [[1.5], undefined],
      [[1.25], undefined],
    ],
  );
});

// nginx has files and no playbacks: only one of the ways to a first picture is also its own.
test("a first picture is told by its median and slowest hundredth, beside nginx where that has it", () => {
  const waited = { p50: 1, p99: 2, max: 3 };
  const rows = firstRows([
    { candidate: "ours", speech: "ppm", waited },
    { candidate: "ours", speech: "mjpeg", waited },
    { candidate: "nginx", speech: "ppm", waited: { p50: 0.5, p99: 1, max: 1 } },
  ]);
  assert.deepEqual(
    rows.map(({ what, ours, peer }) => [what, ours, peer?.figures]),
    [
      ["HTTP, a frame as it is, p50", [1], [0.5]],
      ["HTTP, a frame as it is, p99", [2], [1]],
      ["MJPEG, first picture, p50", [1], undefined],
      ["MJPEG, first picture, p99", [2], undefined],
    ],
  );
});

// 2,000 clients stand for 1,000, and the server's own memory is not theirs.
test("memory is what 1,000 viewers add", () => {
  const [row] = viewerRows([{ what: "idle WebSockets", clients: 2000, before: 80e6, after: 110e6 }]);
  assert.deepEqual([row?.what, row?.ours], ["1,000 idle WebSockets", [15]]);
});

// Under 0.1 %: one frame in a thousand.
test("of five hundred viewers' frames one in a thousand may be missed", () => {
  const verdicts = [999, 998].map((inTime) =>
    steadyRows([{ speech: "websocket", watched: { ...WATCHED, inTime } }]).map(passes),
  );
  assert.deepEqual(
    verdicts.map(([missed]) => missed),
    [true, false],
  );
});

// A viewer who has no picture yet has not waited a known time.
test("deep frames are told by what a viewer saw in a second, and how long who saw something waited", () => {
  const rows = deepRows([{ viewers: 20, from: "cold", watched: { ...WATCHED, came: 500, inTime: 400 } }]);
  assert.deepEqual(
    rows.map(({ what, unit, ours }) => `${what}: ${ours.join()} ${unit}`),
    [
      "deep, 20 viewers, cold: 12 frames/s",
      "deep, 20 viewers, cold, missed: 60 %",
      "deep, 20 viewers, cold, first picture: 4 ms",
      "deep, 20 viewers, cold, server's processor: 0.5 CPU s/s",
    ],
  );
});
