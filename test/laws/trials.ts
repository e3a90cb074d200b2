import type { TestContext } from "node:test";
import * as fc from "fast-check";
import { FIRST_SEED } from "./backlogs.ts";

/** How long a workload that fails is made smaller: they are large, and the search would take minutes. */
const PATIENCE_MS = 5000;

/** Checks `runs` workloads, and says with which seed. */
export function tried<Case>(
  t: TestContext,
  { cases, runs }: { readonly cases: fc.Arbitrary<Case>; readonly runs: number },
  check: (one: Case) => void,
): void {
  t.diagnostic(`FC_SEED=${FIRST_SEED}, ${runs} cases`);
  let patience = Number.POSITIVE_INFINITY;
  const property = fc.property(cases, (one) => {
    // Behind it nothing counts as a smaller case that fails: the smallest one found is told.
    if (performance.now() > patience) return;
    try {
      check(one);
    } catch (error) {
      patience = Math.min(patience, performance.now() + PATIENCE_MS);
      throw error;
    }
  });
  fc.assert(property, { seed: FIRST_SEED, numRuns: runs });
}
