import { writeFile } from "node:fs/promises";
import { cpus, loadavg, release } from "node:os";
import { parseArgs } from "node:util";
import { checkOut } from "./before.ts";
import { OUR_COMMAND } from "./candidates.ts";
import { compileAll } from "./compile.ts";
import { passes } from "./family.ts";
import type { Plan } from "./family.ts";
import { table } from "./report.ts";
import { runSession } from "./session.ts";
import type { Results } from "./session.ts";
import { seededRandom } from "./statistics.ts";
import { COMPARED_WITH_BEFORE, FAMILIES, TARGETS, TOGETHER } from "./targets.ts";

const togetherText = Object.entries(TOGETHER)
  .map(([name, targets]) => `${name} stands for ${targets.join()}`)
  .join("; ");

const USAGE = `npm run bench -- [options]

Compares the server with its peers, all in one run, and judges the targets of docs/performance.md.

  --only t1,t6       only these targets, of ${TARGETS.join(", ")};
                     ${togetherText}
  --quick            2 short repetitions instead of 7: a look, not a figure
  --repetitions N    so many repetitions
  --seed N           the random order of an earlier run
  --json FILE        writes every figure of every repetition
  --before COMMIT    compares reading and seeking with our server of an earlier commit, too
  --figure FILE      draws what link measured: bytes by priority over time (SVG)
  --server "CMD"     measures another server: {folder} and {port} are replaced

Status: 0 all targets met, 1 one is missed, 2 the measurement itself failed.
`;

const OPTIONS = {
  only: { type: "string" },
  quick: { type: "boolean" },
  repetitions: { type: "string" },
  seed: { type: "string" },
  json: { type: "string" },
  before: { type: "string" },
  figure: { type: "string" },
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

/** Enough for a look. */
const QUICK_WARM_MS = 1000;

function targetsOf(text: string): string[] {
  const names = text
    .toLowerCase()
    .split(",")
    .flatMap((name) => TOGETHER[name] ?? name);
  const unknown = names.find((name) => !TARGETS.includes(name));
  if (unknown !== undefined) throw new Error(`--only: "${unknown}" is none of ${TARGETS.join(", ")}`);
  return TARGETS.filter((target) => names.includes(target));
}

async function planOf(values: Values): Promise<Plan> {
  const seed =
    values.seed === undefined ? 1 + Math.floor(Math.random() * 999_999) : wholeNumber("seed", values.seed);
  const quick = values.quick ?? false;
  const targets = targetsOf(values.only ?? TARGETS.join());
  if (values.figure !== undefined && !targets.includes("link"))
    throw new Error("--figure: the picture is of the target link, which --only leaves out");
  if (values.before !== undefined && !targets.some((target) => COMPARED_WITH_BEFORE.includes(target)))
    throw new Error(`--before: only ${COMPARED_WITH_BEFORE.join()} compare, which --only leaves out`);
  const repetitions = values.repetitions ?? (quick ? "2" : "7");
  return {
    targets,
    repetitions: wholeNumber("repetitions", repetitions),
    isQuick: quick,
    warmMs: quick ? QUICK_WARM_MS : WARM_MS,
    measureMs: quick ? 400 : 1200,
    seeks: quick ? 300 : 1000,
    seed,
    random: seededRandom(seed),
    progress: (text) => void process.stderr.write(`${text}\n`),
    ours: values.server?.split(/\s+/) ?? OUR_COMMAND,
    ...(values.before === undefined ? {} : { before: await checkOut(values.before) }),
    ...(values.figure === undefined ? {} : { figure: values.figure }),
  };
}

type Outcome = {
  readonly plan: Plan;
  readonly results: Results;
  readonly loadBefore: number;
};

async function saveJson(file: string, { plan, results, loadBefore }: Outcome): Promise<void> {
  const { targets, repetitions, seed } = plan;
  const machine = {
    processors: cpus().length,
    model: cpus()[0]?.model,
    kernel: release(),
    node: process.version,
    loadBefore,
  };
  const rows = results.rows.map((row) => ({ ...row, passes: passes(row) }));
  const { figures, notes } = results;
  const content = { machine, targets, repetitions, seed, rows, figures, notes };
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
  const plan = await planOf(values);
  write(
    `${cpus().length} processors, Node ${process.version}, ` +
      `${plan.repetitions} repetitions, seed ${plan.seed}`,
  );
  const loadBefore = loadNow();
  await compileAll();
  const results = await runSession(plan, FAMILIES);
  const { rows, notes } = results;
  write(`\nMedians. Only ratios mean anything: they are of pairs inside one repetition.\n\n${table(rows)}`);
  if (plan.before !== undefined) write(`\n"ours, before" is commit ${plan.before.commit}.`);
  for (const note of notes) write(`\n${note}`);
  if (loadBefore > QUIET_LOAD)
    write(`\nNOT QUIET: the load average was ${loadBefore.toFixed(2)} before the run. Repeat it alone.`);
  if (values.json !== undefined) await saveJson(values.json, { plan, results, loadBefore });
  if (rows.some((row) => passes(row) === false)) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
