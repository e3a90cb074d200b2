import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { fault } from "../base/errors.ts";
import type { ScenarioFile } from "../simulate/document.ts";
import type { Progress } from "../simulate/run.ts";
import type { Report } from "../simulate/report.ts";
import type { Scenario } from "../simulate/scenario.ts";
import { STATUS } from "./failure.ts";
import { paletteFor } from "./palette.ts";
import { parseScenario, parseSeed } from "./scenarioSettings.ts";
import { simulationJson, simulationText } from "./simulationText.ts";
import { STANDARD_OUTPUT, TraceFailure, TraceFile } from "./traceFile.ts";

export { parseScenario } from "./scenarioSettings.ts";

/** What the options of this command leave behind, as they were typed. */
type SimulateFlags = { readonly json?: boolean; readonly seed?: string; readonly trace?: string };

const EXAMPLES = `
Examples:
  mutoscope simulate examples/office.yaml             who gets what on 10 Gbit
  mutoscope simulate examples/office.yaml --json      the same for programs
  mutoscope simulate examples/screening.yaml          who is let in, and what those get
  mutoscope simulate rush.yaml --seed 7 --trace t.log another seed, with one line for each event
  printf 'viewers: [{count: 500, fps: 24}]\\nuplink: 1Gbit\\n' | mutoscope simulate -

A scenario names a server's settings, its uplink, movies and viewers; docs/simulate.md has the format. The
playbacks, the ring, the dispatcher and the budgets are the server's own; time, links, workers and disks are
simulated. The same scenario and seed give the same result, and the same trace byte for byte.
`;

/** `mutoscope simulate SCENARIO` */
export function simulateCommand(): Command {
  return new Command("simulate")
    .summary("say who would get what, from a description")
    .description(
      "Simulates a server and its viewers, and says what each priority gets: frames per second, skipped " +
        "frames, lateness, its share of the link, and what it waits for.",
    )
    .argument("<scenario>", "a file in YAML; - reads standard input")
    .option("--json", "write JSON, in bytes and milliseconds")
    .option("--seed <number>", "decides all that is left to chance, instead of the scenario's seed")
    .option(
      "--trace <file>",
      "write one line for each event: time, event, viewer, epoch.message, bytes; - writes them to standard " +
        "output, and the report to standard error",
    )
    .addHelpText("after", EXAMPLES)
    .action(simulate);
}

async function simulate(name: string, { json = false, seed, trace }: SimulateFlags): Promise<void> {
  const read = parseScenario(await readInput(name));
  const scenario = seed === undefined ? read : { ...read, seed: parseSeed({ text: seed, place: "--seed" }) };
  for (const remark of scenario.remarks) process.stderr.write(`mutoscope: note: ${remark}\n`);
  try {
    const report = await run(scenario, trace);
    const output = trace === STANDARD_OUTPUT ? process.stderr : process.stdout;
    output.write(json ? simulationJson(report) : simulationText(report, paletteFor(output)));
  } catch (error) {
    if (!(error instanceof TraceFailure)) throw error;
    if (error.hasReaderLeft) return;
    process.stderr.write(`mutoscope: ${error.message}\n`);
    process.exitCode = STATUS.fault;
  }
}

async function run(scenario: Scenario, trace: string | undefined): Promise<Report> {
  const { runScenario } = await import("../simulate/run.ts");
  const progress = process.stderr.isTTY ? showProgress : undefined;
  const file = trace === undefined ? undefined : new TraceFile(trace);
  try {
    const report = runScenario(scenario, { trace: file?.write, progress });
    file?.flush();
    return report;
  } finally {
    file?.close();
    if (progress !== undefined) process.stderr.write(ERASE_LINE);
  }
}

const STANDARD_INPUT = "-";

async function readInput(name: string): Promise<ScenarioFile> {
  if (name === STANDARD_INPUT) return { name: "standard input", text: await text(process.stdin) };
  try {
    return { name, text: await readFile(name, "utf8") };
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException;
    throw fault("SCENARIO_INVALID", `${name}: the scenario could not be read: ${message}`, error);
  }
}

const ERASE_LINE = "\r\u001B[K";

function showProgress({ ms, of, messages }: Progress): void {
  const percent = Math.floor((ms / of) * 100);
  process.stderr.write(`${ERASE_LINE}${percent} %, ${messages.toLocaleString("en")} frames sent`);
}
