import { type Mutant, mutated } from "./mutant.ts";
import { type Outcomes, outcomesOf } from "./outcomes.ts";

/** As much of a failure as a reader wants to see. */
const SHOWN = 400;

/**
 * Why a mutant does not count as caught; undefined when it does: each of its guards has failed, because a
 * rule did not hold.
 */
export async function escapeOf(mutant: Mutant): Promise<string | undefined> {
  try {
    mutated(mutant);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const outcomes = await outcomesOf(mutant.caughtBy, mutant);
  const escapes = titlesOf(mutant.caughtBy).flatMap((title) => escapeFrom(title, outcomes) ?? []);
  return escapes.length === 0 ? undefined : escapes.join("\n");
}

/** The titles of tests that do not pass as the sources are. */
export async function failing(tests: Mutant["caughtBy"]): Promise<string[]> {
  const outcomes = await outcomesOf(tests);
  return titlesOf(tests).filter((title) => {
    const runs = outcomes.tests.filter((test) => test.title === title);
    return runs.length !== 1 || runs[0]?.failure !== undefined;
  });
}

export function titlesOf(tests: Mutant["caughtBy"]): string[] {
  return Object.values(tests).flat();
}

function escapeFrom(title: string, { tests, complaints }: Outcomes): string | undefined {
  const test = tests.find((each) => each.title === title);
  if (test === undefined) return `"${title}" did not come to an end: ${complaints.slice(0, SHOWN)}`;
  const { failure } = test;
  if (failure === undefined) return `"${title}" passes`;
  if (failure.kind === "assertion") return undefined;
  return `"${title}" fails, and not because a rule does not hold: ${failure.message.slice(0, SHOWN)}`;
}
