import { HAIR } from "./chooser.ts";
import type { Facts } from "./facts.ts";

/** The smaller, the sooner it loses a message. */
export function loserRank(facts: Facts, opens: number, now: number): readonly number[] {
  const { setAside, period, due, priority } = facts;
  if (setAside) return [0];
  if (opens > now) return [1, -opens];
  return [2, -priority, period === undefined ? Number.NEGATIVE_INFINITY : -(due + period)];
}

export function compareRanks(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((value, index) => value !== b[index] && !isNear(value, b[index] ?? 0));
  return differs < 0 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < HAIR;
}
