import assert from "node:assert/strict";
import { present } from "../../src/base/assert.ts";
import { type Backlog, LARGEST, type Seen } from "./backlog.ts";
import { dice, type Nearest } from "./backlogs.ts";
import { Meter } from "./promises.ts";

const CRUMB = 0.01;

/** A best priority that has a bucket of its own, and worse ones that always have something. */
export function bucketedBacklogOf(seed: number): Backlog {
  const next = dice(seed);
  const perMs = 100 + 900 * next();
  const sizes = (): number[] =>
    Array.from({ length: 1 + Math.floor(next() * 3) }, () => 1 + Math.floor(next() * 3000));
  const ranks = Array.from({ length: 2 + Math.floor(next() * 3) }, (_, priority) => ({
    priority,
    floor: undefined,
    playbacks: Array.from({ length: 1 + Math.floor(next() * 2) }, sizes),
    portion: undefined,
  }));
  const own = { perMs: perMs * (0.05 + 0.9 * next()), burst: LARGEST * (1 + 9 * next()) };
  return {
    ranks,
    server: { perMs, burst: LARGEST * (1 + 4 * next()) },
    priorities: new Map([[0, own]]),
    batch: 8,
    windowBytes: 2 * LARGEST,
    handOvers: 200,
  };
}

/**
 * Between any two moments the worse priorities together have (C − ρ)·t − (σ + L) bytes or more: that is C − ρ
 * after (σ + L)/(C − ρ). The server's bucket holds less than L whenever somebody waits for it, and the best
 * priority's lets at most σ + ρ·t pass.
 */
export function judgeRest({ server, priorities }: Backlog, seen: readonly Seen[]): Nearest {
  const budget = present(server, "no budget");
  const own = present(priorities?.get(0), "no bucket");
  const [all, best] = [new Meter(budget), new Meter(own)];
  const rest = budget.perMs - own.perMs;
  const most = own.burst + LARGEST;
  let bytes = 0;
  let mostBeyond = 0;
  let nearest = 0;
  for (const { time, rank, bytes: handed } of seen) {
    all.take(time, handed, "the server");
    if (rank.priority === 0) best.take(time, handed, "the best priority");
    // Before what goes now, and since the moment after what went then.
    const lacking = mostBeyond - (bytes - rest * time);
    assert.ok(lacking <= most + CRUMB, `the worse ones lack ${lacking} bytes at ${time} ms, at most ${most}`);
    nearest = Math.max(nearest, lacking / most);
    if (rank.priority > 0) bytes += handed;
    mostBeyond = Math.max(mostBeyond, bytes - rest * time);
  }
  return { rest: nearest };
}
