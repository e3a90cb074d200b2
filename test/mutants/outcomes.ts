import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type Mutant, ROOT } from "./mutant.ts";

/** What became of one test. */
export type Outcome = {
  readonly title: string;
  /** `assertion`: a rule that is stated somewhere did not hold. Undefined when the test passed. */
  readonly failure?: { readonly kind: "assertion" | "other"; readonly message: string };
};

/** What became of tests, and what their process said besides and came to. */
export type Outcomes = { readonly tests: readonly Outcome[]; readonly complaints: string };

/** For the tests of one file, many times what the slowest need on two busy cores: who reaches it hangs. */
const PATIENCE_MS = 30_000;

const SUITE = fileURLToPath(new URL("suite.ts", import.meta.url));
const APPLY = new URL("apply.ts", import.meta.url).href;

/** Runs tests in a process of their own, with a mutant or with the sources as they are. */
export async function outcomesOf(tests: Mutant["caughtBy"], mutant?: Mutant): Promise<Outcomes> {
  // As a test of ours it would report to our runner, and run nothing.
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const child = spawn(process.execPath, [SUITE, JSON.stringify(tests)], {
    cwd: ROOT,
    // In the environment, so that the programs that tests start are broken too.
    env: { ...environment, NODE_OPTIONS: `--import=${APPLY}`, MUTANT: mutant?.name },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE_MS * Object.keys(tests).length,
    killSignal: "SIGKILL",
  });
  const [output, complaints] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  const killed = child.signalCode === null ? "" : `ended by ${child.signalCode}: it hangs\n`;
  return { tests: lines.map((line) => JSON.parse(line) as Outcome), complaints: killed + complaints };
}
