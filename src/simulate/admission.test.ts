import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseScenario } from "../cli/scenarioSettings.ts";
import type { PriorityReport, Report } from "./report.ts";
import { runScenario } from "./run.ts";

/** A period at 24 frames per second. */
const PERIOD = 1000 / 24;

const screening = readFileSync(new URL("../../examples/screening.yaml", import.meta.url), "utf8");

function run(text: string): { report: Report; lines: string[] } {
  const lines: string[] = [];
  const trace = (line: string): void => void lines.push(line);
  return { report: runScenario(parseScenario({ name: "test.yaml", text }), { trace }), lines };
}

function of({ priorities }: Report, priority: number): PriorityReport {
  return priorities.find((one) => one.priority === priority) ?? assert.fail();
}

// docs/priority.md, P8: who was admitted is not degraded by whoever of the same or a worse priority comes,
// nor by a better one for whom there is room.
test("admitted viewers at 24 frames a second lose no frame, and are punctual, beside those refused", () => {
  const { report } = run(screening);
  const everyone = of(report, 3);
  assert.deepEqual([everyone.viewers, everyone.refused], [20, 13]);
  for (const one of [of(report, 0), everyone]) {
    assert.equal(one.skipped, 0);
    assert.ok(one.worstFps > 23.5, `${one.worstFps} frames a second`);
    assert.ok((one.atArrival?.worst ?? Infinity) < PERIOD, `${one.atArrival?.worst} ms late`);
  }
  assert.match(report.verdict.join("\n"), /Priority 3: 13 of 20 were refused \(BUSY\): with 7\.61 frames/);
  // 9.1 of 20 fit into the whole budget: without admission all of them lack frames.
  const { report: open } = run(screening.replace(/admission: 90%/, ""));
  assert.equal(of(open, 3).refused, 0);
  assert.ok(of(open, 3).skippedShare > 0.5);
});

function withOneMore(fps: number): string {
  return `${screening}  - { name: one more, fps: ${fps}, arrive: 9s }\n`;
}

// What was said to fit does, and what needs more does not.
test("with the frames a second that are said to fit, one more is admitted", () => {
  assert.equal(of(run(withOneMore(7.61)).report, 3).refused, 13);
  assert.equal(of(run(withOneMore(7.62)).report, 3).refused, 14);
});

// Who decides by numbers must be able to have them again.
test("who is refused follows from the scenario and its seed, and is in the trace", () => {
  const [first, second] = [run(screening), run(screening)];
  assert.deepEqual(first.lines, second.lines);
  assert.deepEqual(first.report, second.report);
  const events = first.lines.map((line) => line.split(" ").slice(1, 3));
  const refused = events.filter(([event]) => event === "refuse").map(([, viewer]) => viewer);
  assert.equal(refused.length, 13);
  for (const viewer of refused) {
    const theirs = events.filter(([, number]) => number === viewer).map(([event]) => event);
    assert.deepEqual(theirs, ["come", "refuse"]);
  }
});

// A place is given back when its viewer goes, however it goes.
test("viewers who leave or are lost make room for those who come later", () => {
  const { report } = run(`
server: { egress: 20Mbit, admission: 80% }
movies: { m: { size: 50kB } }
viewers:
  - { arrive: 0s, stay: 3s }
  - { arrive: 4s, link: { lost: 6s } }
  - { arrive: 7s }
  - { arrive: 8s }
`);
  const { viewers, refused, lost, skipped } = of(report, 3);
  assert.deepEqual([viewers, refused, lost, skipped], [4, 1, 1, 0]);
});

// Law 7 the other way round: what was refused has not been asked for.
test("a viewer whose seek is refused goes on with what it has", () => {
  const { report, lines } = run(`
duration: 20s
server: { egress: 10Mbit, admission: 80% }
movies: { m: { size: uniform 10kB 60kB } }
viewers: [{ arrive: 0s, seek-every: 1s }]
`);
  const { refused, refusedSeeks, fps, skipped } = of(report, 3);
  assert.equal(refused, 0);
  assert.ok(refusedSeeks > 2, `${refusedSeeks} were refused`);
  assert.equal(refusedSeeks, lines.filter((line) => line.includes(" refuse ")).length);
  assert.equal(lines.filter((line) => line.includes(" play ")).length, 20 - refusedSeeks);
  assert.ok(fps > 23.5 && skipped === 0, `${fps} frames a second, ${skipped} skipped`);
  assert.match(report.verdict.join("\n"), /Seeks of admitted viewers that were refused/);
});

// The first frame decides, and it has to be made: seeks that come meanwhile wait for the answer.
test("a decision waits for its first frame to be made, and for nothing when the viewer goes", () => {
  const { report, lines } = run(`
server: { egress: 100Mbit, admission: 80%, workers: 1 }
production: { time: 400ms, per-megabyte: 0 }
movies: { a: {}, b: {} }
viewers:
  - { movie: a, arrive: 0s, fps: 2, contract: all, seek-every: 100ms, stay: 3s }
  - { movie: b, arrive: 9800ms }
`);
  const times = lines.filter((line) => line.includes(" play 1 ")).map((line) => Number(line.split(" ")[0]));
  assert.equal(times[0], 400);
  assert.ok(times.length > 2 && times.length <= 8, `${times.length} times`);
  assert.deepEqual([of(report, 3).viewers, of(report, 3).refused], [2, 0]);
  assert.ok(!lines.some((line) => line.includes(" play 2 ")), "its frame was not made in time");
});

// A table must not say of people who were sent away that they were untimed, or had nothing to complain of.
test("of a priority of which all were refused it is said that they were", () => {
  const { report } = run(`
server: { egress: 1Mbit, admission: 50% }
viewers: [{ count: 3, arrive: 0s }, { priority: 5, fps: untimed }]
`);
  const { viewers, refused, wantedFps, fps } = of(report, 3);
  assert.deepEqual([viewers, refused, wantedFps, fps], [3, 3, undefined, 0]);
  const verdict = report.verdict.join("\n");
  assert.match(verdict, /Priority 3: 3 of 3 were refused \(BUSY\): with 1\.08 frames a second/);
  assert.doesNotMatch(verdict, /Priority 3 (is|gets|lacks|got)/);
});
