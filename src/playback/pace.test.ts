import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRate } from "../base/rate.ts";
import { MonotonicMs } from "../base/units.ts";
import { Pace } from "./pace.ts";

const NTSC = parseRate("24000/1001");
const at = MonotonicMs;

// A slow disk at the start is no reason to skip the beginning of a movie.
test("the timeline starts when the first message leaves", () => {
  const pace = new Pace(parseRate("25"), "paced", at(1000));
  assert.equal(pace.due(0), 1000);
  assert.equal(pace.due(5), 1000);
  pace.left(0, at(3000));
  assert.equal(pace.due(1), 3040);
  const seeked = new Pace(parseRate("25"), "paced", at(1000));
  seeked.left(2, at(3000));
  assert.equal(seeked.due(3), 3040);
});

// A fraction that is rounded once for each frame is a frame too many after an hour.
test("dues are exact over a million ticks of 24000/1001", () => {
  const pace = new Pace(NTSC, "paced", at(0));
  pace.left(0, at(500));
  for (let tick = 0; tick <= 1_000_000; tick += 1000) {
    const exact = 500 + (tick / 1000) * 41_708 + (tick / 1000) * (1 / 3);
    assert.ok(Math.abs(pace.due(tick) - exact) < 1e-6 * Math.max(tick, 1), `tick ${tick}`);
    assert.equal(pace.tickAt(pace.due(tick)), tick);
    assert.equal(pace.tickAt(at(pace.due(tick) + pace.period / 2)), tick);
  }
});

// What is shown in time must not be skipped for a rounding in the last binary digit.
test("the newest tick at a due is that due's, for every rate", () => {
  for (const text of ["24", "24000/1001", "30000/1001", "23.976", "60", "7/3", "1000"]) {
    const pace = new Pace(parseRate(text), "paced", at(0));
    pace.left(0, at(1234.5678));
    for (let tick = 0; tick < 5000; tick += 7) assert.equal(pace.tickAt(pace.due(tick)), tick, text);
  }
});

// Whoever catches up takes from those who are on time.
test("under `all` a late message moves everything after it; under the others it moves nothing", () => {
  const all = new Pace(parseRate("25"), "all", at(0));
  const paced = new Pace(parseRate("25"), "paced", at(0));
  for (const pace of [all, paced]) {
    pace.left(0, at(0));
    pace.left(1, at(100));
  }
  assert.equal(all.due(2), 140);
  assert.equal(paced.due(2), 80);
  all.left(2, at(140));
  assert.equal(all.due(3), 180);
});

// Nobody is late for what was not there, and nobody goes sooner for having waited.
test("after a wait the timeline starts anew: due now, or when it would have been if that is later", () => {
  for (const contract of ["all", "paced", "latest"] as const) {
    const pace = new Pace(parseRate("25"), contract, at(0));
    pace.left(0, at(0));
    pace.restart(1, at(10));
    assert.ok(!pace.isRunning);
    assert.equal(pace.due(1), 40);
    pace.left(1, at(40));
    pace.restart(2, at(5000));
    assert.equal(pace.due(2), 5000);
    assert.equal(pace.tickAt(at(9000)), 0, "nothing is late before it has left");
    pace.left(2, at(5100));
    assert.ok(pace.isRunning);
    assert.equal(pace.due(3), 5140);
  }
});
