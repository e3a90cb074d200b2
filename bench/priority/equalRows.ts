import type { Row } from "../family.ts";

/** Without a budget, and with one. */
export const EQUAL_CASES = ["none", "budget"] as const;
export type EqualCase = (typeof EQUAL_CASES)[number];

/** The bytes of each client, by movie. */
export type EqualRepetition = { readonly [Case in EqualCase]: readonly (readonly number[])[] };

const NAMES = { none: "", budget: ", budget" } as const satisfies Record<EqualCase, string>;

/** Each within 5 % of every other. */
const EQUAL = { atLeast: 0.95 };

/** The rows of `equal`: of all clients the one that received least by the one that received most. */
export function equalRows(repetitions: readonly EqualRepetition[]): Row[] {
  return EQUAL_CASES.map((which) => {
    const ratios = repetitions.map((each) => leastByMost(each[which].flat()));
    return {
      target: "equal",
      what: `5 kB and 5 MB frames, 4 + 4 reading${NAMES[which]}: least by most`,
      unit: "",
      ours: ratios,
      about: "ours",
      judged: ratios,
      goal: EQUAL,
    };
  });
}

function leastByMost(bytes: readonly number[]): number {
  const most = Math.max(...bytes);
  return most === 0 ? 0 : Math.min(...bytes) / most;
}
