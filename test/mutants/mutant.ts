import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, present } from "../../src/base/assert.ts";

/** The project's folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A variant of one source file that is broken on purpose, and the tests that must see it. */
export type Mutant = {
  /** What it is called by, and what `MUTANT` names. */
  readonly name: string;
  /** The law or promise that it breaks, and what that means to somebody. */
  readonly breaks: string;
  /** Relative to the project's folder. */
  readonly file: string;
  /**
   * Lines of the file, as a diff has them: a line that begins with `-` goes, with `+` comes, with a space
   * stays, and `@@` stands between places. Each place must be found once. Indentation does not count.
   */
  readonly change: string;
  /** Titles of tests by test file. Each must fail with it, and pass without. */
  readonly caughtBy: { readonly [file: string]: readonly string[] };
};

type Place = { readonly before: readonly string[]; readonly after: readonly string[] };

/** @throws AssertionError when the source has no such lines any more, or has them twice */
export function mutate(source: string, { name, file, change }: Mutant): string {
  let lines = source.split("\n");
  for (const place of placesOf(change)) {
    const starts = findAll(lines, place.before);
    const shown = place.before.join("\n");
    const advice = "follow the source, or drop the mutant";
    const [start] = starts;
    const found = `found ${starts.length} times in ${file}, expected once: ${advice}\n${shown}`;
    assert(
      starts.length === 1 && start !== undefined,
      `the mutant "${name}" is stale, its lines are ${found}`,
    );
    lines = lines.toSpliced(start, place.before.length, ...place.after);
  }
  return lines.join("\n");
}

/** The source of a mutant's file, broken. */
export function mutated(mutant: Mutant): string {
  return mutate(readFileSync(join(ROOT, mutant.file), "utf8"), mutant);
}

export function named(mutants: readonly Mutant[], name: string): Mutant {
  return present(
    mutants.find((mutant) => mutant.name === name),
    `no mutant is called "${name}"`,
  );
}

function placesOf(change: string): Place[] {
  return change.split("@@\n").map((place) => {
    const lines = place.split("\n").filter((line) => line.trim() !== "");
    const wrong = lines.find((line) => !/^[ +-]/.test(line));
    assert(wrong === undefined, `a line of a change begins with none of "+", "-" and a space: ${wrong}`);
    return { before: textOf(lines, /^[ -]/), after: textOf(lines, /^[ +]/) };
  });
}

function textOf(lines: readonly string[], side: RegExp): string[] {
  return lines.filter((line) => side.test(line)).map((line) => line.slice(1).trim());
}

/** Where the lines begin. */
function findAll(lines: readonly string[], wanted: readonly string[]): number[] {
  return lines.flatMap((_, start) =>
    wanted.every((line, index) => lines[start + index]?.trim() === line) ? [start] : [],
  );
}
