import assert from "node:assert/strict";
import { test } from "node:test";
import { type Status, statusLine } from "./statusLine.ts";

const status: Status = {
  movie: "sh010/beauty",
  frame: 1042,
  first: 1001,
  last: 1100,
  fps: 24,
  speed: 1,
  priority: 2,
  skipped: 0,
  isSubstitute: false,
  typed: "",
  notice: undefined,
};

// The number in the file's name is what people talk about.
test("the line begins with the frame's own number, and tells what plays how", () => {
  assert.equal(statusLine(status, 80), "1042 of 1001–1100  sh010/beauty  ▶ 24 fps  priority 2  ? keys");
  assert.equal(
    statusLine({ ...status, speed: -2, fps: 48, skipped: 3, isSubstitute: true }, 120),
    "1042 (substitute) of 1001–1100  sh010/beauty  ◀ 48 fps ×2  priority 2  3 skipped  ? keys",
  );
  const paused = { ...status, frame: undefined, first: null, last: null, speed: 0, typed: "10" };
  assert.equal(statusLine(paused, 80), "– of ?–?  sh010/beauty  paused  priority 2  go to 10▏  ? keys");
});

// A line that wraps pushes the picture out of the window.
test("the line is never longer than the terminal is wide", () => {
  assert.equal(statusLine(status, 20).length, 20);
  assert.match(statusLine({ ...status, notice: "reconnecting" }, 100), /reconnecting$/);
});
