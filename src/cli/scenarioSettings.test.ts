import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Fault } from "../base/errors.ts";
import { parseScenario } from "./scenarioSettings.ts";

const read = (text: string) => parseScenario({ name: "s.yaml", text });

/** What is wrong with a scenario, as its reader is told. */
function complaint(text: string): string {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof Fault, String(error));
    assert.equal(error.code, "SCENARIO_INVALID");
    return error.message;
  }
  return assert.fail(`accepted: ${text}`);
}

const BAD: readonly (readonly [text: string, complaint: RegExp])[] = [
  ["", /^s\.yaml:1: viewers: found none, expected a list such as "- count: 40"$/],
  ["viewers: []\n", /^s\.yaml:1: viewers: found none/],
  ["- 1\n", /^s\.yaml:1: found a list, expected lines of the form key: value$/],
  ["viewers: [{}]\nviewers: [{}]\n", /^s\.yaml:2: map keys must be unique/],
  ["viewers: [{}\n", /^s\.yaml:\d: flow/],
  ["uplnk: 1Gbit\nviewers: [{}]\n", /^s\.yaml:1: uplnk: found an unknown key, did you mean "uplink"\?$/],
  ["viewers: [{}]\nzzz: 1\n", /^s\.yaml:2: zzz: found an unknown key, expected one of seed, duration, /],
  ["viewers:\n  - {}\n  - cont: 4\n", /^s\.yaml:3: viewers\[2\]\.cont: .*did you mean "count"\?$/],
  ["viewers: 40\n", /^s\.yaml:1: viewers: found "40", expected a list: lines that begin with "- "$/],
  ["viewers: [40]\n", /^s\.yaml:1: viewers\[1\]: found "40", expected lines of the form key: value$/],
  [
    "viewers:\n  - {}\n  - count: 0\n",
    /^s\.yaml:3: viewers\[2\]\.count: found "0", expected a whole number from 1 to 50000$/,
  ],
  [
    "viewers:\n  - count: 30000\n  - count: 20001\n",
    /^s\.yaml:\d: viewers: found 50001 viewers in all, expected at most 50000$/,
  ],
  [
    "movies: { a: { frames: 1000000 }, b: { frames: 1 } }\nviewers: [{}]\n",
    /^s\.yaml:1: movies: found 1000001 frames in all, expected at most 1000000$/,
  ],
  [
    "viewers: [{ priority: 256 }]\n",
    /viewers\[1\]\.priority: found "256", expected a whole number from 0 to 255$/,
  ],
  ["viewers: [{ priority: [1] }]\n", /viewers\[1\]\.priority: found a list, expected one value$/],
  ["viewers: [{ fps: fast }]\n", /viewers\[1\]\.fps: found "fast", expected .* or untimed$/],
  ["viewers: [{ contract: any }]\n", /\.contract: found "any", expected one of all, paced, latest$/],
  [
    "viewers: [{ contract: paced, fps: untimed }]\n",
    /\.contract: found paced for untimed viewers, expected all: /,
  ],
  [
    "viewers:\n  - link:\n      rate: 5\n",
    /^s\.yaml:3: viewers\[1\]\.link\.rate: found "5", expected a rate from /,
  ],
  ["viewers: [{ link: { stalls: 5s-2s } }]\n", /link\.stalls: found "5s-2s", expected spans in their order/],
  ["viewers: [{ link: { stalls: '2s-5s,3s-' } }]\n", /link\.stalls: found "2s-5s,3s-"/],
  ["viewers: [{ link: { lost: 5 % } }]\n", /link\.lost: found "5 %", expected when the client is lost: /],
  ["viewers: [{ link: { delay: 2h } }]\n", /link\.delay: found "2h", expected a time up to 60s/],
  ["viewers: [{ arrive: 10s-5s }]\n", /\.arrive: found "10s-5s", expected a time such as 5s/],
  [
    "movies: { day: {}, night: {} }\nviewers: [{ movie: nigh }]\n",
    /^s\.yaml:2: viewers\[1\]\.movie: found the movie "nigh", .*did you mean "night"\?$/,
  ],
  [
    "movies:\n  a:\n    size: uniform 9kB 3kB\nviewers: [{}]\n",
    /^s\.yaml:3: movies\.a\.size: found "uniform 9kB 3kB"/,
  ],
  ["movies: { a: { frame: 3 } }\nviewers: [{}]\n", /movies\.a\.frame: .*did you mean "frames"\?$/],
  ["server: { egres: 1Gbit }\nviewers: [{}]\n", /^s\.yaml:1: server\.egres: .*did you mean "egress"\?$/],
  [
    "server:\n  egress: 0bit\nviewers: [{}]\n",
    /^s\.yaml:2: server\.egress: found "0bit", expected a rate from /,
  ],
  // Rules between settings hold for a simulated server, too.
  [
    "server:\n  egress: 100Mbit\n  egress-burst: 20KiB\nviewers: [{}]\n",
    /^s\.yaml:3: server\.egress-burst: found a burst of 20KiB, expected at least the slice of /,
  ],
  [
    "server:\n  floors: 3=20%\nviewers: [{}]\n",
    /^s\.yaml:2: server\.floors: found floors with the policy strict/,
  ],
  [
    "server:\n  admission: 80%\nviewers: [{}]\n",
    /^s\.yaml:2: server\.admission: found admission without an egress budget/,
  ],
  [
    "server:\n  egress: 1Gbit\n  priority-egress: 3=1Mbit,3=2Mbit\nviewers: [{}]\n",
    /^s\.yaml:3: server\.priority-egress: found "3=1Mbit,3=2Mbit" \(priority 3 is there twice\)/,
  ],
  ["production: { seek: 8 }\nviewers: [{}]\n", /production\.seek: found "8", expected a time/],
  [
    "uplink: none\nviewers: [{}, { fps: untimed, link: { rate: none } }]\n",
    /viewers\[2\]\.fps: found untimed viewers whom nothing limits, expected a rate of their link/,
  ],
];

// A scenario is typed by hand: whoever mistypes wants to be told where, what, and what there is instead.
test("a bad scenario is refused with its line, its field, what was found and what was expected", () => {
  for (const [text, expected] of BAD) assert.match(complaint(text), expected, text);
});

// The shortest scenario is a question already.
test("every field has a default but the viewers", () => {
  const { seed, duration, uplink, movies, audiences, server } = read("viewers: [{}]\n");
  assert.deepEqual([seed, duration, uplink], [1, 10_000, 10e9 / 8000]);
  assert.equal(movies.length, 1);
  assert.deepEqual(
    audiences.map(({ count, priority, contract, pace }) => [count, priority, contract, pace]),
    [[1, 3, "paced", "movie"]],
  );
  assert.equal(server.dispatcher.egress?.server, undefined);
});

// What follows from the machine would make the same scenario say something else elsewhere.
test("a simulated server has the settings' names and derived defaults, and nothing of this machine", () => {
  const { server } = read("server: { egress: 90Mbit, window: 1MiB, slots: 99 }\nviewers: [{}]\n");
  const { egress, ring, slice, handOver } = server.dispatcher;
  assert.deepEqual(egress?.server, { rate: 90e6, burst: 112_500 });
  assert.deepEqual([slice, handOver, ring.slots, ring.windowBytes], [56_250, 56_250, 99, 1_048_576]);
  assert.equal(server.workers, 4);
});

// Anchors spare repeating a link.
test("an alias stands for what it names, and several movies may be named", () => {
  const { audiences } = read(`
movies: { a: {}, b: {}, c: {} }
viewers:
  - { movie: [a, c], link: &slow { rate: 2Mbit, delay: 40ms, stalls: "1s-2s,10s-" } }
  - { movie: b, link: *slow, fps: 24000/1001 }
`);
  const [first, second] = audiences;
  assert.deepEqual(
    first?.movies.map(({ name }) => name),
    ["a", "c"],
  );
  assert.deepEqual(second?.link, first?.link);
  assert.deepEqual(second?.link.stalls, [
    { from: 1000, to: 2000 },
    { from: 10_000, to: Number.POSITIVE_INFINITY },
  ]);
  assert.deepEqual(second?.pace, { numerator: 24_000, denominator: 1001 });
});

// They are the first thing that people try, and the last that anybody reads again.
test("every example can be read", () => {
  const folder = new URL("../../examples/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  assert.ok(names.length >= 3);
  for (const name of names) parseScenario({ name, text: readFileSync(new URL(name, folder), "utf8") });
});
