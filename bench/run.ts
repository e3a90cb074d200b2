import { writeFile } from "node:fs/promises";
import { cpus, loadavg, release } from "node:os";
import { parseArgs } from "node:util";
import { Candidates, OUR_COMMAND } from "./candidates.ts";
import { compileAll } from "./compile.ts";
import { makeMovie } from "./movie.ts";
import { table } from "./report.ts";
import { Session, TARGETS } from "./session.ts";
import type { Plan, Results, Target } from "./session.ts";
import { seededRandom } from "./statistics.ts";
import { judge, passes } from "./targets.ts";
import type { Row } from "./targets.ts";

const USAGE = `npm run bench -- [options]

Compares the server with peers written in C, all in one run, and judges the targets of docs/performance.md.

  --only t1,t4,t6    only these targets
  --quick            2 short repetitions instead of 7: a look, not a figure
  --repetitions N    so many repetitions
  --seed N           the random order of an earlier run
  --json FILE        writes every figure of every repetition
  --server "CMD"     measures another server: {folder} and {port} are replaced

Status: 0 all targets met, 1 one is missed, 2 the measurement itself failed.
`;

const OPTIONS = {
  only: { type: "string" },
  quick: { type: "boolean" },
  repetitions: { type: "string" },
  seed: { type: "string" },
  json: { type: "string" },
  server: { type: "string" },
  help: { type: "boolean" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name}: "${text}" is not a whole number from 1`);
  return value;
}

/**
 * How long clients read before they are measured. In its first second a runtime that compiles while it runs
 * needs twice the processor time of the third; a server that people watch runs longer than that.
 */
const WARM_MS = 2500;

function targetsOf(text: string): Target[] {
  const names = text.toLowerCase().split(",");
  const unknown = names.find((name) => !TARGETS.some((target) => target === name));
  if (unknown !== undefined) throw new Error(`--only: "${unknown}" is none of ${TARGETS.join(", ")}`);
  return TARGETS.filter((target) => names.includes(target));
}

function planOf(values: Values): Plan {
  const seed =
    values.seed === undefined ? 1 + Math.floor(Math.random() * 999_999) : wholeNumber("seed", values.seed);
  const quick = values.quick ?? false;
  const repetitions = values.repetitions ?? (quick ? "2" : "7");
  return {
    targets: targetsOf(values.only ?? TARGETS.join()),
    repetitions: wholeNumber("repetitions", repetitions),
    warmMs: WARM_MS,
    measureMs: quick ? 800 : 1200,
    seeks: quick ? 500 : 1000,
    seed,
    random: seededRandom(seed),
    progress: (text) => void process.stderr.write(`${text}\n`),
  };
}

async function measure(plan: Plan, ours: readonly string[]): Promise<Results> {
  await compileAll();
  const movie = await makeMovie();
  return new Session(new Candidates(movie, ours), movie, plan).run();
}

type Outcome = {
  readonly plan: Plan;
  readonly results: Results;
  readonly rows: readonly Row[];
  readonly loadBefore: number;
};

async function saveJson(file: string, { plan, results, rows, loadBefore }: Outcome): Promise<void> {
  const { targets, repetitions, seed } = plan;
  const machine = {
    processors: cpus().length,
    model: cpus()[0]?.model,
    kernel: release(),
    node: process.version,
    loadBefore,
  };
  const verdicts = rows.map((row) => ({ ...row, passes: passes(row) }));
  const received = Object.fromEntries(results.received);
  const content = { machine, targets, repetitions, seed, rows: verdicts, received, seeks: results.seeks };
  await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

/**
 * Above this many busy processors before the run, others share the machine, and idle figures are not idle.
 */
const QUIET_LOAD = 0.5;

function loadNow(): number {
  return loadavg()[0] ?? 0;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return write(USAGE);
  const plan = planOf(values);
  write(
    `${cpus().length} processors, Node ${process.version}, ` +
      `${plan.repetitions} repetitions, seed ${plan.seed}`,
  );
  const loadBefore = loadNow();
  const results = await measure(plan, values.server?.split(/\s+/) ?? OUR_COMMAND);
  const rows = judge(results, plan.targets);
  write(`\nMedians. Only ratios mean anything: they are of pairs inside one repetition.\n\n${table(rows)}`);
  if (loadBefore > QUIET_LOAD)
    write(`\nNOT QUIET: the load average was ${loadBefore.toFixed(2)} before the run. Repeat it alone.`);
  if (values.json !== undefined) await saveJson(values.json, { plan, results, rows, loadBefore });
  if (rows.some((row) => passes(row) === false)) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
