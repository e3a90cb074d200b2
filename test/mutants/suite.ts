// A program: runs tests of the suite in this process, and prints what became of each as a line of JSON.
//   node test/mutants/suite.ts '{"test/laws/priority.test.ts":["law 2: …"]}'
import { writeSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { pathToFileURL } from "node:url";
import * as fc from "fast-check";
import { type Mutant, ROOT } from "./mutant.ts";
import { chosen } from "./mutants.ts";
import type { Outcome } from "./outcomes.ts";

// That a property does not hold is all that is asked: the smallest case takes longer to find than any.
fc.configureGlobal({ endOnFailure: true });

// Broken is not unreadable: a file that does not load is no mutant.
const mutant = chosen();
if (mutant !== undefined) await import(pathToFileURL(join(ROOT, mutant.file)).href);

const tests = JSON.parse(process.argv[2] ?? "{}") as Mutant["caughtBy"];
const titles = new Set(Object.values(tests).flat());

const suite = run({
  files: Object.keys(tests).map((file) => join(ROOT, file)),
  isolation: "none",
  testNamePatterns: [...titles].map(
    (title) => new RegExp(`^${title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`),
  ),
});
suite.on("test:pass", ({ name, skip }) => {
  // What the patterns leave out is told as skipped.
  if (titles.has(name) && skip === undefined) tell({ title: name });
});
suite.on("test:fail", ({ name, details }) => {
  if (details.type === "suite") return;
  const { kind, message } = failureOf(details.error);
  tell({ title: name, failure: { kind, message } });
});
// Whatever a broken server has left open does not keep this process.
suite.on("end", () => process.exit());
suite.resume();

function tell(outcome: Outcome): void {
  writeSync(1, `${JSON.stringify(outcome)}\n`);
}

/** Ours and Node's are called the same; properties and the runner wrap what was thrown. */
function failureOf(error: unknown): { kind: "assertion" | "other"; message: string } {
  let message = "";
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    message = cause.message;
    if (cause.name === "AssertionError") return { kind: "assertion", message };
  }
  return { kind: "other", message };
}
