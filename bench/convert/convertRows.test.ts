import assert from "node:assert/strict";
import { test } from "node:test";
import { convertRows } from "./convertRows.ts";
import { readTimes } from "./processorTime.ts";

test("a pass is told by frames per second, per processor second, and its first frame", () => {
  const pass = {
    kind: "exr",
    from: "disk",
    frames: 60,
    seconds: 3,
    firstSeconds: 0.25,
    processorSeconds: 4,
  } as const;
  assert.deepEqual(
    convertRows([pass]).map(({ what, unit, ours }) => `${what}: ${ours.join()} ${unit}`),
    [
      "EXR, warm from disk: 20 frames/s",
      "EXR, warm from disk, per core: 15 frames/CPU s",
      "EXR, warm from disk, first frame: 250 ms",
    ],
  );
});

// A process may call itself anything, also what looks like the fields behind its name.
test("a process's times are read behind its name", () => {
  const text = "41 (a) b (c) S 7 41 41 0 -1 4194560 900 0 3 0 120 30 5 6 20 0 11 0 99\n";
  assert.deepEqual(readTimes(text), { pid: 41, parent: 7, ticks: 161 });
});
