import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DUDS } from "./duds.ts";
import { named, type Mutant } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";
import { escapeOf, failing, titlesOf } from "./verdict.ts";

/** A run keeps a core busy. */
const AT_ONCE = { concurrency: 2, timeout: 300_000 };

/** All guards, each once. */
function guardsOf(mutants: readonly Mutant[]): Mutant["caughtBy"] {
  const all: Record<string, string[]> = {};
  for (const [file, titles] of mutants.flatMap(({ caughtBy }) => Object.entries(caughtBy)))
    all[file] = [...new Set([...(all[file] ?? []), ...titles])];
  return all;
}

// A suite is worth what it would notice: each of these mistakes has been made somewhere, by somebody.
describe(
  "with a mutant, the tests that guard its law fail, each because a rule does not hold:",
  AT_ONCE,
  () => {
    for (const mutant of MUTANTS) {
      it(mutant.name, async () => {
        const escape = await escapeOf(mutant);
        assert.equal(escape, undefined, `"${mutant.name}" (${mutant.breaks}) is not caught: ${escape}`);
      });
    }

    // Otherwise a test that always fails would catch them all.
    it("and without one they pass", async () => {
      assert.deepEqual(await failing(guardsOf(MUTANTS)), []);
    });
  },
);

describe("mutants", () => {
  // `MUTANT=name` has to mean one of them, and each has to be guarded.
  it("have names of their own, and guards whose titles are", () => {
    const names = [...MUTANTS, ...DUDS].map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, caughtBy } of MUTANTS) assert.ok(titlesOf(caughtBy).length > 0, name);
    const titles = titlesOf(guardsOf(MUTANTS));
    assert.equal(new Set(titles).size, titles.length);
  });
});

// What would pass for a caught mutant without being one.
describe("nothing counts as caught", AT_ONCE, () => {
  const reasons: Readonly<Record<string, RegExp>> = {
    unbroken: /passes/,
    crash: /ReferenceError: nobody is not defined/,
    blunder: /not because a rule does not hold: this\.nobody is not a function/,
    bystander: /passes/,
    unguarded: /did not come to an end: $/,
    misspelt: /SyntaxError.*Expression expected/s,
    stale: /found 0 times in src\/dispatch\/slicer\.ts/,
    ambiguous: /found [1-9]\d* times in src\/dispatch\/slicer\.ts/,
  };
  it("but what makes a named test fail by a rule", () => {
    assert.deepEqual(
      Object.keys(reasons),
      DUDS.map(({ name }) => name),
    );
  });
  for (const [name, reason] of Object.entries(reasons)) {
    it(`when it is ${name}`, async () => assert.match((await escapeOf(named(DUDS, name))) ?? "", reason));
  }
});
