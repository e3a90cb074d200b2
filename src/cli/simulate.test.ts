import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Report } from "../simulate/report.ts";

const BIN = fileURLToPath(new URL("bin.ts", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "mutoscope-simulate-"));
after(() => rmSync(folder, { recursive: true }));

const SCENARIO = `
duration: 2s
uplink: 50Mbit
server: { egress: 45Mbit }
movies: { m: { size: lognormal 40kB 0.4 } }
viewers:
  - { count: 2, priority: 0 }
  - { count: 9, priority: 4 }
`;

const scenario = join(folder, "rush.yaml");
writeFileSync(scenario, SCENARIO);

/** Runs the program as a shell would, away from any configuration. */
function simulate(
  args: readonly string[],
  input = "",
): { status: number | null; stdout: string; stderr: string } {
  const env = { PATH: process.env["PATH"], COLUMNS: "200" };
  return spawnSync(process.execPath, [BIN, "simulate", ...args], {
    encoding: "utf8",
    env,
    input,
    cwd: folder,
  });
}

// The answer to "who gets what" is one table, and one sentence on why.
test("a scenario becomes a table with a row for each priority, and says what limits", () => {
  const { status, stdout, stderr } = simulate([scenario]);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "", "what is no terminal gets no progress");
  assert.match(
    stdout,
    /\nPRIORITY +VIEWERS +FPS +WORST +SKIPPED +LATE SENT +LATE ARRIVED +MBIT\/S +SHARE +TIME GOES TO\n/,
  );
  assert.match(stdout, /\n +0 +2 +2\d\.\d\/24 .*\n +4 +9 /);
  assert.match(
    stdout,
    /\nThe egress budget of 45Mbit limits: \d\d\.\d % used\.\nPriority 0 gets what it asks for, in time\.\n/,
  );
  assert.match(stdout, /\nPriority 4 lacks frames or has them late: it waits for /);
});

// What one program writes, another can read from a pipe.
test("a scenario comes from standard input as well, and the report goes out as JSON", () => {
  const piped = simulate(["-", "--json"], SCENARIO);
  assert.equal(piped.status, 0, piped.stderr);
  assert.equal(piped.stdout, simulate([scenario, "--json"]).stdout);
  const { seed, priorities, budget, disks } = JSON.parse(piped.stdout) as Report;
  assert.deepEqual([seed, budget?.of, disks], [1, 45e6, null]);
  assert.deepEqual(
    priorities.map(({ priority, viewers, wantedFps }) => [priority, viewers, wantedFps]),
    [
      [0, 2, 24],
      [4, 9, 24],
    ],
  );
});

// Whoever reports what they saw sends a scenario and a seed; it must be the same in every process.
test("two processes write the same trace, byte for byte; another seed makes another one", () => {
  const traces = ["1", "1", "2"].map((seed, index) => {
    const file = join(folder, `trace-${index}`);
    const { status, stderr } = simulate([scenario, "--seed", seed, "--trace", file]);
    assert.equal(status, 0, stderr);
    return readFileSync(file, "utf8");
  });
  const [first, second, other] = traces;
  assert.match(first ?? "", /^\d+\.\d{6} come \d+ - -\n\d+\.\d{6} play \d+ - -\n/);
  assert.equal(first, second);
  assert.notEqual(first, other);
});

// `-` is standard output wherever a file is asked for; what is piped on must be the trace alone.
test("a trace written to standard output leaves the report to standard error", () => {
  const file = join(folder, "trace");
  const apart = simulate([scenario, "--trace", file]);
  const piped = simulate([scenario, "--trace", "-"]);
  assert.equal(piped.status, 0, piped.stderr);
  assert.equal(piped.stdout, readFileSync(file, "utf8"));
  assert.equal(piped.stderr, apart.stdout);
  const left = spawnSync("sh", [
    "-c",
    '"$0" "$1" simulate "$2" --trace - | head -1',
    process.execPath,
    BIN,
    fileURLToPath(new URL("../../examples/review.yaml", import.meta.url)),
  ]);
  assert.match(left.stdout.toString(), /^\d+\.\d{6} come \d+ - -\n$/);
  assert.equal(left.stderr.toString(), "");
});

// Scripts tell what was typed wrongly (2) from what the world did (1).
test("a bad scenario or seed ends with status 2, a trace that cannot be written with 1", () => {
  const bad = simulate(["-"], "viewers: [{ count: many }]\n");
  assert.equal(bad.status, 2);
  assert.match(
    bad.stderr,
    /^mutoscope: SCENARIO_INVALID standard input:1: viewers\[1\]\.count: found "many", /,
  );
  assert.equal(bad.stdout, "");
  const absent = simulate([join(folder, "absent.yaml")]);
  assert.equal(absent.status, 2);
  assert.match(absent.stderr, /absent\.yaml: the scenario could not be read: ENOENT/);
  const seed = simulate([scenario, "--seed", "-4"]);
  assert.equal(seed.status, 2);
  assert.match(seed.stderr, /SCENARIO_INVALID --seed: found "-4", expected a whole number/);
  const trace = simulate([scenario, "--trace", join(folder, "no", "trace")]);
  assert.equal(trace.status, 1);
  assert.match(trace.stderr, /the trace could not be written: ENOENT/);
  const full = simulate([scenario, "--trace", "/dev/full"]);
  assert.equal(full.status, 1);
  assert.match(full.stderr, /the trace could not be written: ENOSPC/);
});

// A slip in a time would otherwise look like viewers whom the server gave nothing.
test("what a scenario says that has no effect is told, with line and field", () => {
  const text = `viewers:
  - { arrive: 11s }
  - arrive: 2s-20s
    link: { lost: 30s, stalls: "1s-2s,10s-" }
`;
  const { status, stderr } = simulate(["-"], text);
  assert.equal(status, 0);
  const notes = stderr.trimEnd().split("\n");
  assert.deepEqual(
    notes.map((note) => note.replace("mutoscope: note: standard input:", "")),
    [
      "2: viewers[1].arrive: found 11s, with a duration of 10s: nobody of them comes",
      "3: viewers[2].arrive: found 2s-20s, with a duration of 10s: some of them never come",
      "4: viewers[2].link.lost: found 30s, with a duration of 10s: none of them is lost",
      "4: viewers[2].link.stalls: found 1s-2s,10s-, with a duration of 10s: a stall never begins",
    ],
  );
});

// A table that nobody gets any more would be worse than none.
for (const example of ["review", "screening"]) {
  test(`docs/simulate.md shows what the ${example} example prints`, () => {
    const root = new URL("../../", import.meta.url);
    const page = readFileSync(new URL("docs/simulate.md", root), "utf8");
    const { stdout } = simulate([fileURLToPath(new URL(`examples/${example}.yaml`, root))]);
    const [uses = "", table = "", verdict = ""] = stdout.split("\n\n");
    for (const line of [uses, table, verdict].join("\n").split("\n")) {
      assert.ok(
        page.includes(`\n    ${line}\n`),
        `not on the page (mutoscope simulate examples/${example}.yaml): ${line}`,
      );
    }
  });
}
