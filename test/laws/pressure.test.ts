import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { present } from "../../src/base/assert.ts";
import { type Account, accountOf, checkCounts, checkLateness, checkWaits } from "./accounts.ts";
import { Contention } from "./contention.ts";
import { Tribunal } from "./promises.ts";
import { type Arrived, readAll } from "./reader.ts";
import { tried } from "./trials.ts";
import { type Kind, workloads } from "./workloads.ts";

/** Too little of everything: budgets, slots, room in flight, workers' time. */
const HARD: Kind = {
  hasOwnBuckets: true,
  hasSmallRing: true,
  hasSmallFlight: true,
  latencies: [0, 0, 3, 60],
};

/** Calls `check` with every workload that was run and every epoch that its clients asked for. */
function pressed(
  t: TestContext,
  { kind = HARD, runs }: { readonly kind?: Kind; readonly runs: number },
  check: (accounts: readonly Account[], contention: Contention) => void,
): void {
  tried(t, { cases: workloads(kind), runs }, (workload) => {
    const contention = new Contention(workload).run();
    const tribunal = new Tribunal(contention);
    tribunal.watch();
    const epochs = tribunal.onlookers.flatMap((onlooker) => onlooker.epochs);
    check(
      epochs.map((epoch) => accountOf(epoch, workload)),
      contention,
    );
  });
}

const sumOf = (accounts: readonly Account[], of: (account: Account) => number): number =>
  accounts.reduce((sum, account) => sum + of(account), 0);

// Slices of many clients are mixed on the way; one byte in the wrong place is a broken picture.
test("law 1: under pressure messages arrive whole, in order and each once", (t) => {
  pressed(t, { runs: 200 }, (_, { received, workload }) => {
    for (const [viewer, handOvers] of received.entries()) {
      const { road, acts } = present(workload.viewers[viewer], "somebody else");
      const mayEndEarly = road.kind === "stalled" || acts.some(({ kind }) => kind === "lose");
      checkSequence(readAll(handOvers), { mayEndEarly });
    }
  });
});

/** Numbers 0, 1, 2 … in every epoch, epochs one after another, and every message whole. */
function checkSequence(
  arrived: readonly Arrived[],
  { mayEndEarly }: { readonly mayEndEarly: boolean },
): void {
  for (const [index, { epoch, message, isWhole }] of arrived.entries()) {
    const before = arrived[index - 1];
    assert.ok(before === undefined || before.epoch <= epoch, "an epoch came back");
    assert.equal(message, before?.epoch === epoch ? before.message + 1 : 0, "a message is lost or doubled");
    assert.ok(isWhole || (mayEndEarly && index === arrived.length - 1), "a message is not whole");
  }
}

// `all` is evidence, `paced` a promise of time, `latest` one of freshness: each loses only what it says.
test("law 8: under pressure `all` loses nothing, and what `paced` and `latest` pass over is counted", (t) => {
  const seen = { skipped: 0, sent: 0 };
  pressed(t, { runs: 400 }, (accounts) => {
    for (const account of accounts) checkCounts(account);
    seen.skipped += sumOf(accounts, ({ receipt }) => receipt.skipped);
    seen.sent += sumOf(accounts, ({ receipt }) => receipt.sent);
  });
  assert.ok(seen.skipped > 1000 && seen.sent > 10_000, JSON.stringify(seen));
});

// Who asks why a playback was late gets figures that its own clock confirms.
test("law 8: a receipt's lateness is what the client computes from its own times", (t) => {
  const seen = { late: 0, timed: 0 };
  pressed(t, { runs: 250 }, (accounts) => {
    for (const account of accounts) checkLateness(account);
    seen.late += sumOf(accounts, ({ receipt }) => receipt.late);
    seen.timed += sumOf(accounts, ({ receipt }) => (receipt.lateness === undefined ? 0 : 1));
  });
  assert.ok(seen.late > 50 && seen.timed > 500, JSON.stringify(seen));
});

// Time that nobody accounts for is where the reason for being late would have been.
test("law 8: a receipt's waits are all the time that messages waited, each moment once", (t) => {
  const seen = { client: 0, budget: 0, better: 0, turn: 0, ring: 0, production: 0 };
  pressed(t, { runs: 400 }, (accounts) => {
    for (const account of accounts) {
      checkWaits(account);
      for (const reason of Object.keys(seen) as (keyof typeof seen)[]) {
        seen[reason] += account.receipt.waits[reason];
      }
    }
  });
  // Here hand-overs take no time: the turns of equals take hardly any.
  for (const [reason, ms] of Object.entries(seen))
    assert.ok(ms > (reason === "turn" ? 0 : 100), `nobody waited for ${reason}`);
});

// Behind the newest frame another would only be older when its turn comes.
test("`latest` never has more than one message waiting", (t) => {
  const kind: Kind = { contracts: ["latest"], hasOwnBuckets: true, latencies: [0, 3] };
  pressed(t, { kind, runs: 150 }, (_, { mostHeld, workload }) => {
    assert.ok(mostHeld <= workload.viewers.length, `${mostHeld} of ${workload.viewers.length} viewers wait`);
  });
});
