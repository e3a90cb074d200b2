import assert from "node:assert/strict";
import { test } from "node:test";
import { passes } from "../family.ts";
import { type MjpegCandidate, mjpegRows } from "./mjpegRows.ts";
import { missedShare } from "./watching.ts";

const SEEN = {
  p50Ms: 1,
  p99Ms: 2,
  worstMs: 3,
  firstMs: [],
  seconds: 1,
  serverCpuSeconds: 1,
  readerCpuSeconds: 1,
};
const STEADY = { ...SEEN, due: 10, inTime: 10, came: 10, late: 0, skipped: 0, waiting: 0 };

function carried(candidate: MjpegCandidate, most: number) {
  return { candidate, most, cpuMicroseconds: 10, steps: [], steady: STEADY };
}

// The best of the packages is the peer, and nobody knows before which that is.
test("t7 asks for 1.3 times the clients of each package, and only shows processor time", () => {
  const rows = mjpegRows([
    carried("ours", 1300),
    carried("mjpeg-proxy", 1000),
    carried("mjpeg-server", 1001),
  ]);
  assert.deepEqual(
    rows.map((row) => [row.peer?.name, passes(row)]),
    [
      ["mjpeg-proxy", true],
      ["mjpeg-proxy", undefined],
      ["mjpeg-server", false],
      ["mjpeg-server", undefined],
    ],
  );
});

// A frame that was left out is as missing as one that came too late.
test("frames that never came are missed as those that were late", () => {
  assert.equal(missedShare({ due: 1000, inTime: 999 }), 0.001);
  assert.ok(Number.isNaN(missedShare({ due: 0, inTime: 0 })));
});
