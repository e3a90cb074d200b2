import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Backlog, LARGEST, type Rank, run, type Seen } from "./backlog.ts";

/** `FC_SEED` tries other backlogs. */
export const FIRST_SEED = Number(process.env["FC_SEED"] ?? 19_660);

/** Numbers from 0 to below 1 that follow from a seed (Mulberry32): cheaper than what can shrink. */
export function dice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Dice = () => number;

const pick = <T>(next: Dice, ...all: readonly [T, ...T[]]): T =>
  all[Math.floor(next() * all.length)] ?? all[0];

/** From a fiftieth of a hand-over to five of them. */
function sizes(next: Dice): number[] {
  const kind = next();
  // The worst case of most formulas: exactly one hand-over, or one byte more.
  if (kind < 0.2) return [LARGEST];
  if (kind < 0.3) return [LARGEST + 1];
  return Array.from({ length: 1 + Math.floor(next() * 5) }, () =>
    Math.max(Math.round((LARGEST / 50) * 250 ** next()), 1),
  );
}

/** How many hand-overs a backlog is followed for. */
const FEWEST = 60;
const MORE = 120;

/** A backlog with floors that are together at most 1; `comes`: not everybody always has something. */
export function backlogOf(seed: number, { comes }: { readonly comes: boolean }): Backlog {
  const next = dice(seed);
  const count = 2 + Math.floor(next() * 4);
  const weights = Array.from({ length: count }, () => 0.1 + next());
  const sum = weights.reduce((all, one) => all + one, 0);
  // Floors that leave nothing over are the hardest.
  const together = next() < 0.5 ? 1 : 0.3 + 0.7 * next();
  const slack = 1 - 1e-12;
  const ranks = weights.map((weight, priority): Rank => {
    const hasFloor = next() < 0.8;
    const isComing = comes && next() < 0.5;
    return {
      priority: priority * 3,
      floor: hasFloor ? (weight / sum) * together * slack : undefined,
      playbacks: Array.from({ length: pick(next, 1, 1, 2, 3) }, () => sizes(next)),
      portion: isComing
        ? { messages: 1 + Math.floor(next() * 6), every: 1 + Math.floor(next() * 30) }
        : undefined,
    };
  });
  // Somebody must have something always.
  if (ranks.every(({ portion }) => portion !== undefined))
    ranks.push({ priority: 200, floor: undefined, playbacks: [[LARGEST]], portion: undefined });
  const isBudgeted = comes || next() < 0.7;
  return {
    ranks,
    server: isBudgeted
      ? { perMs: pick(next, 50, 300, 1000), burst: LARGEST * pick(next, 1, 1.5, 10) }
      : undefined,
    batch: pick(next, 1, 8),
    windowBytes: pick(next, 2 * LARGEST, 5 * LARGEST),
    handOvers: FEWEST + Math.floor(next() * MORE),
  };
}

/** How near something came to a promise, as a part of what is allowed. */
export type Nearest = Readonly<Record<string, number>>;

export type Trial = {
  readonly runs: number;
  readonly backlogOf: (seed: number) => Backlog;
  readonly judge: (backlog: Backlog, seen: readonly Seen[]) => Nearest;
};

/**
 * Judges as many backlogs, and says of the first that breaks a promise which it is.
 * @returns how near any came to that
 */
export function judgeAll(t: TestContext, trial: Trial): Nearest {
  const nearest: Record<string, number> = {};
  for (let seed = FIRST_SEED; seed < FIRST_SEED + trial.runs; seed += 1) {
    const backlog = trial.backlogOf(seed);
    try {
      const found = trial.judge(backlog, run(backlog));
      for (const [name, part] of Object.entries(found)) nearest[name] = Math.max(nearest[name] ?? 0, part);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      assert.fail(`seed ${seed}: ${said}\n${JSON.stringify(backlog)}`);
    }
  }
  const all = Object.entries(nearest).map(([name, part]) => `${name} ${part.toFixed(3)}`);
  t.diagnostic(`FC_SEED=${FIRST_SEED}, ${trial.runs} cases, nearest to what is promised: ${all.join(", ")}`);
  return nearest;
}
