import type { TestContext } from "node:test";
import * as fc from "fast-check";

/** Fixed, so that a run says the same everywhere; `FC_SEED` tries other cases. */
const seed = Number(process.env["FC_SEED"] ?? 19_660);

/** Checks a property on `runs` cases, and says with which seed. */
export function holds<Case>(t: TestContext, property: fc.IProperty<Case>, runs: number): void {
  t.diagnostic(`FC_SEED=${seed}, ${runs} cases`);
  fc.assert(property, { seed, numRuns: runs });
}

/** The first case that breaks the property, made as small as it gets; undefined when it holds. */
export function findBreach<Case>(property: fc.IProperty<Case>, runs: number): string | undefined {
  const { failed, errorInstance } = fc.check(property, { seed, numRuns: runs });
  if (!failed) return undefined;
  return errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
}
