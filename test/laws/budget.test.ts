import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { judgeAll } from "./backlogs.ts";
import { Contention } from "./contention.ts";
import { type Evidence, Tribunal } from "./promises.ts";
import { bucketedBacklogOf, judgeRest } from "./restPromises.ts";
import { tried } from "./trials.ts";
import { type Kind, workloads } from "./workloads.ts";

/**
 * Judges `runs` workloads of a kind by all that was promised.
 * @returns what of interest happened in them: a promise that was never put to the test is none
 */
function judge(t: TestContext, kind: Kind, runs: number): Evidence {
  const sum = { handOvers: 0, preferred: 0, budgetWaits: 0, longestWait: 0 };
  tried(t, { cases: workloads(kind), runs }, (workload) => {
    const evidence = new Tribunal(new Contention(workload).run()).judge();
    sum.handOvers += evidence.handOvers;
    sum.preferred += evidence.preferred;
    sum.budgetWaits += evidence.budgetWaits;
    sum.longestWait = Math.max(sum.longestWait, evidence.longestWait);
  });
  t.diagnostic(JSON.stringify(sum));
  return sum;
}

// What a link carries is counted by its owner, and a burst beyond it queues where no priority rules.
test("over every time t at most σ + C·t bytes leave: of the server, each client and each priority", (t) => {
  const { handOvers } = judge(t, { hasOwnBuckets: true }, 300);
  assert.ok(handOvers > 10_000);
});

// The promise that everything else is for: in virtual time, where no tick and no turn is long, it is L/C.
test("under a budget the best that becomes ready waits for its own bytes, and nothing worse goes", (t) => {
  const { preferred, budgetWaits, longestWait } = judge(t, {}, 300);
  assert.ok(preferred > 5000 && budgetWaits > 2000, "hardly anybody waited");
  assert.ok(longestWait > 0.9, "nobody waited as long as the promise allows");
});

// Whoever is kept by a limit of its own must keep nobody else, not even by its places in the ring.
test("who has no bytes left in a bucket of its own holds up nobody, however small the ring", (t) => {
  const { preferred } = judge(t, { hasOwnBuckets: true, hasSmallRing: true }, 300);
  assert.ok(preferred > 5000);
});

// Nothing waits for company, a timer or a full batch: what a link could have carried in that time is lost.
test("without a budget no time passes while somebody can go, however small the ring", (t) => {
  for (const hasSmallRing of [false, true]) judge(t, { isBudgeted: false, hasSmallRing }, 100);
});

// An operator gives the best priority a bucket so that the others can count on the rest.
test("beside a priority with the bucket (σ, ρ) the worse ones get C − ρ after (σ + L)/(C − ρ)", (t) => {
  const { rest = 0 } = judgeAll(t, { runs: 300, backlogOf: bucketedBacklogOf, judge: judgeRest });
  assert.ok(rest > 0.7, `the worse ones never lacked more than ${rest} of what is promised`);
});

// All clients stop reading for a second and go on at the same moment: what was not sent then is not owed.
test("after a stall of everybody the bucket's burst leaves at once, and no more", () => {
  const [perMs, burst, from, to] = [100, 5000, 100, 1100];
  const viewer = (priority: number) => ({
    road: { kind: "fast", pause: { from, to } } as const,
    acts: [
      { kind: "play", at: 0, movie: 0, priority, contract: "all", rate: undefined, repeat: true } as const,
    ],
  });
  const contention = new Contention({
    limits: {
      server: { perMs, burst },
      client: undefined,
      priorities: new Map(),
      slice: 1000,
      batch: 8,
      slots: 100,
      ringBytes: 1e6,
      windowMessages: 2,
      windowBytes: 2000,
      inFlight: 1e6,
    },
    movies: [{ size: 936, frames: 5 }],
    viewers: [viewer(0), viewer(0), viewer(3), viewer(3), viewer(5), viewer(9)],
    latency: 0,
    span: 1200,
  }).run();
  new Tribunal(contention).judge();
  const bytesIn = (least: number, most: number): number =>
    contention.happenings.reduce(
      (sum, one) => sum + (one.kind === "handOver" && one.time >= least && one.time < most ? one.bytes : 0),
      0,
    );
  assert.equal(bytesIn(to - 500, to), 0, "nobody was stalled");
  assert.equal(bytesIn(to, to + 0.5), burst);
  assert.ok(bytesIn(to, to + 50) <= burst + 50 * perMs);
  assert.ok(bytesIn(to, to + 50) >= burst + 50 * perMs - 1000, "less than there was");
});
