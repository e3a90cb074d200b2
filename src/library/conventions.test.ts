import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CONVENTIONS } from "./conventions.testing.ts";
import { distinctNames, findSequences } from "./names.ts";

/** `1..3 7` */
function inRuns(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const latest = runs.at(-1);
    if (latest !== undefined && latest[1] + 1 === number) latest[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}..${last}`)).join(" ");
}

function holesIn(numbers: readonly number[]): number[] {
  const there = new Set(numbers);
  const [first = 0, last = -1] = [numbers[0], numbers.at(-1)];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).filter((n) => !there.has(n));
}

function movies(files: readonly string[]): Record<string, readonly [string, string]> {
  const { sequences } = findSequences(files);
  const names = distinctNames(sequences);
  return Object.fromEntries(
    sequences.map(({ numbers }, index) => {
      const all = [...numbers];
      return [names[index] ?? "", [inRuns(all), inRuns(holesIn(all))]];
    }),
  );
}

// What users of image sequences expect, collected from the tools they use: names in, movies, numbers and
// holes out.
describe("names in a folder", () => {
  for (const { convention, files, movies: expected } of CONVENTIONS) {
    it(convention, () => {
      assert.deepEqual(movies(files), expected);
      assert.deepEqual(movies(files.toReversed()), expected, "in any order");
    });
  }
});
