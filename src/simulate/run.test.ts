import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseScenario } from "../cli/scenarioSettings.ts";
import type { PriorityReport, Report } from "./report.ts";
import { runScenario } from "./run.ts";

/** A period at 24 frames per second. */
const PERIOD = 1000 / 24;

/** The promise of docs/priority.md, as a scenario: four paced viewers among forty that saturate the link. */
function contention(server: string): string {
  return `
duration: 10s
uplink: 100Mbit
server: ${server}
movies: { sw: { frames: 300, size: 57654B, fps: 24 } }
viewers:
  - { name: review, count: 4, priority: 0 }
  - { name: exports, count: 40, priority: 5, fps: untimed }
`;
}

/** Frames that are in no cache, for which workers and disks are needed. */
function browsing(production: string): string {
  return `
server: { workers: 2, cache: 1MiB }
production: ${production}
movies: { m: { frames: 5000, size: 100kB } }
viewers: [{ count: 6, priority: 0, seek-every: 700ms }, { count: 30, priority: 4, seek-every: 700ms }]
`;
}

function run(text: string): Report {
  return runScenario(parseScenario({ name: "test.yaml", text }));
}

function traced(text: string): { report: Report; lines: string[] } {
  const lines: string[] = [];
  const report = runScenario(parseScenario({ name: "test.yaml", text }), {
    trace: (line) => lines.push(line),
  });
  return { report, lines };
}

function of(report: Report, priority: number): PriorityReport {
  return report.priorities.find((one) => one.priority === priority) ?? assert.fail();
}

// Law 2: with a budget below the uplink, queues build where priority rules, and saturating readers cost the
// better ones nothing.
test("with a budget below the uplink, the best priority loses nothing and is punctual", () => {
  const report = run(contention("{ egress: 90Mbit }"));
  const best = of(report, 0);
  assert.equal(best.skipped, 0);
  assert.ok(best.sent >= 4 * 24 * 9 - 4, `${best.sent} sent`);
  assert.ok((best.atHandOver?.p99 ?? Infinity) < PERIOD, `${best.atHandOver?.p99} ms late when sent`);
  assert.ok((best.atArrival?.p99 ?? Infinity) < PERIOD, `${best.atArrival?.p99} ms late when arrived`);
  assert.ok((report.budget?.share ?? 0) > 0.97, "the others have what is left");
  assert.match(report.verdict.join("\n"), /budget of 90Mbit limits.*\nPriority 0 gets what it asks for/);
});

// The honest other half: behind the socket buffers all are equal, in whatever order these were filled.
test("without a budget, the kernel's buffers make the better ones late", () => {
  const report = run(contention("{}"));
  const best = of(report, 0);
  assert.ok((best.atArrival?.p50 ?? 0) > 10 * PERIOD, `${best.atArrival?.p50} ms late when arrived`);
  assert.ok(best.fps < 10, `${best.fps} frames per second arrived`);
  assert.ok(best.why.uplink > 0.9, "its time goes to the kernel");
  assert.match(report.verdict.join("\n"), /uplink of 100Mbit limits.*priority means nothing/);
});

// Law 3: who does not read is set aside, whatever its priority.
test("stalled clients of the best priority cost the others nothing", () => {
  const stalled = `  - { count: 8, priority: 0, fps: untimed, link: { stalls: 0s-, buffer: 64KiB } }\n`;
  const [without, among] = [contention("{ egress: 90Mbit }"), contention("{ egress: 90Mbit }") + stalled];
  const [before, after] = [run(without), run(among)];
  assert.equal(of(after, 0).skipped, 0);
  const [late, lateAmong] = [of(before, 0).atHandOver?.p99 ?? 0, of(after, 0).atHandOver?.p99 ?? 0];
  assert.ok(lateAmong < late + 5, `${lateAmong} ms late instead of ${late}`);
  assert.ok(of(after, 5).arrived > 0.95 * of(before, 5).arrived);
});

// A stall is the client's: it gets nothing meanwhile, skips what is late, and goes on with what is due.
test("a paced viewer skips what was due while it stalled, and goes on", () => {
  const report = run(`
duration: 10s
movies: { m: { size: 50kB } }
viewers: [{ priority: 2, arrive: 0s, link: { buffer: 64KiB, stalls: 2s-5s } }]
`);
  const only = of(report, 2);
  // Two messages lie in the buffer when it stalls.
  assert.ok(only.skipped > 60 && only.skipped <= 72, `${only.skipped} skipped`);
  // One message waits for the client until it is skipped, and two on its link.
  const { client, link } = only.why;
  assert.ok(client > 0.25 && client + link > 0.99, `${client} for the client, ${link} for its link`);
  assert.ok((only.atArrival?.worst ?? 0) > 2900, "what had left arrives after the stall");
});

// Law 7: a lost client frees what it held, and is counted.
test("a client is lost at its time, or when it has taken its bytes, and gets nothing after that", () => {
  const { report, lines } = traced(`
duration: 4s
movies: { m: { size: 100kB } }
viewers:
  - { priority: 1, arrive: 0s, link: { lost: 2s } }
  - { priority: 2, arrive: 0s, link: { lost: 1MB } }
  - { priority: 3, arrive: 0s, stay: 1s }
`);
  assert.deepEqual(
    report.priorities.map(({ viewers, lost }) => [viewers, lost]),
    [
      [1, 1],
      [1, 1],
      [1, 0],
    ],
  );
  assert.equal(of(report, 1).arrived, 48);
  assert.equal(of(report, 2).arrived, 10);
  assert.equal(of(report, 3).arrived, 24);
  const ends = lines
    .map((line) => line.split(" "))
    .filter(([, event]) => event === "lost" || event === "close");
  assert.deepEqual(
    ends.map(([, event, viewer]) => [event, viewer]),
    [
      ["lost", "2"],
      ["close", "3"],
      ["lost", "1"],
    ],
  );
});

// Each seek is an epoch of its own, with a receipt.
test("a viewer that seeks begins again somewhere else, as often as it says", () => {
  const { report, lines } = traced(`
duration: 10s
movies: { m: { size: 10kB, frames: 500 } }
viewers: [{ arrive: 0s, seek-every: 3s }]
`);
  assert.equal(lines.filter((line) => / play /.test(line)).length, 4);
  assert.equal(report.priorities[0]?.startUp?.count, 4);
  assert.equal(report.priorities[0]?.skipped, 0);
});

// Slow production is named as what it is; the most urgent frame is made first.
test("where workers or disks limit, the report says so", () => {
  const workers = run(browsing("{ time: 12ms }"));
  assert.match(workers.verdict.join("\n"), /^The workers limit/);
  assert.ok(of(workers, 0).fps > 2 * of(workers, 4).fps, "the better ones' frames are made first");
  const disks = run(browsing("{ time: 0, disks: 1, disk-rate: 1Gbit, seek: 12ms }"));
  assert.match(disks.verdict.join("\n"), /^The disks limit/);
});

// A limit of one's own is neither the server's budget nor the link, and is not cured by more of either.
test("who is kept by a limit of their own is told so, and nobody who did not come is judged", () => {
  const own = run(`
server: { egress: 100Mbit, priority-egress: 0=5Mbit }
viewers: [{ count: 4, priority: 0 }, { count: 2, priority: 9, arrive: 11s }]
`);
  assert.ok(of(own, 0).skippedShare > 0.5);
  assert.deepEqual(own.verdict, [
    "Nothing that the server shares is used up: priority 0 is kept by client-egress or priority-egress.",
    "Priority 0 lacks frames or has them late: it waits for the budget.",
  ]);
  assert.deepEqual(run("viewers: [{ arrive: 11s }]").verdict, ["Nobody came."]);
});

// What a viewer asked for does not depend on how long it was there.
test("a timed viewer that is lost in its first moment is one that got nothing, and not untimed", () => {
  const report = run("viewers: [{ arrive: 0s, fps: 25, link: { lost: 0s } }]");
  const { viewers, lost, wantedFps, fps } = of(report, 3);
  assert.deepEqual([viewers, lost, wantedFps, fps], [1, 1, 25, 0]);
  assert.match(report.verdict.join("\n"), /Priority 3 got nothing/);
  assert.doesNotMatch(report.verdict.join("\n"), /untimed/);
});

// A failing seed, or a figure in a report, is worth something only if it can be had again.
test("the same scenario and seed give the same trace, byte for byte, and another seed another one", () => {
  const text = readFileSync(new URL("../../examples/hospital.yaml", import.meta.url), "utf8").replace(
    "duration: 60s",
    "duration: 8s",
  );
  const [first, second] = [traced(text), traced(text)];
  assert.ok(first.lines.length > 1000);
  assert.equal(first.lines.join(""), second.lines.join(""));
  assert.deepEqual(first.report, second.report);
  const other = traced(text.replace("seed: 7", "seed: 8"));
  assert.notEqual(first.lines.join(""), other.lines.join(""));
});

// The trace and the report are made at different places: they must not contradict each other.
test("the trace has what the report counts, in the order of time and each message once", () => {
  const { report, lines } = traced(contention("{ egress: 90Mbit }"));
  const events = lines.map((line) => line.trimEnd().split(" "));
  const count = (name: string): number => events.filter(([, event]) => event === name).length;
  assert.equal(count("start"), report.messages);
  assert.equal(
    count("arrive"),
    report.priorities.reduce((sum, { arrived }) => sum + arrived, 0),
  );
  const sent = events.filter(([, event]) => event === "send");
  assert.equal(
    sent.reduce((sum, [, , , , bytes]) => sum + Number(bytes), 0),
    report.bytes,
  );
  let last = 0;
  for (const [time = ""] of events) {
    assert.ok(Number(time) >= last, "time goes back");
    last = Number(time);
  }
  const arrived = events
    .filter(([, event]) => event === "arrive")
    .map(([, , viewer, message]) => `${viewer} ${message}`);
  assert.equal(new Set(arrived).size, arrived.length, "a message arrived twice");
  // The budget's own law: over any time t at most σ + ρt leave (here: 10 ms of 90 Mbit/s).
  const rate = 90e6 / 8000;
  let level = rate * 10;
  let before = 0;
  for (const [time, , , , bytes] of sent) {
    level = Math.min(level + (Number(time) - before) * rate, rate * 10) - Number(bytes);
    before = Number(time);
    assert.ok(level > -1, `${-level} bytes more than the bucket has at ${time} ms`);
  }
});
