import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, progressLine } from "./progressBar.ts";

// People look at it to decide whether to wait.
test("the line says how much is done, how fast, and how long it will take", () => {
  const line = progressLine({ frames: 200, total: 800, seconds: 4 });
  assert.equal(line, "██████░░░░░░░░░░░░░░░░░░  25 %  200/800 frames  50 frames/s  12 s left");
});

// The total comes from a container that may be wrong or silent.
test("a total that is unknown is not invented, and one that is too small does not overflow", () => {
  assert.equal(progressLine({ frames: 30, total: undefined, seconds: 10 }), "30 frames  3.0 frames/s");
  assert.match(progressLine({ frames: 90, total: 80, seconds: 1 }), /^█{24} 100 % {2}90\/80 .* 0 s left$/);
  assert.equal(
    progressLine({ frames: 0, total: 10, seconds: 0 }),
    `${"░".repeat(24)}   0 %  0/10 frames  0.0 frames/s`,
  );
});

// Long imports are read in hours, not in thousands of seconds.
test("a duration has minutes and hours when it needs them", () => {
  assert.deepEqual([3, 59.2, 187, 7387].map(duration), ["3 s", "1:00", "3:07", "2:03:07"]);
});
