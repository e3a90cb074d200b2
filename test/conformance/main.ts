import { parseArgs } from "node:util";
import { readFrameFiles } from "./frameFiles.ts";
import { Report, count } from "./report.ts";
import type { Target } from "./evidence.ts";
import { TOPICS } from "./rules.ts";
import { run } from "./run.ts";

const USAGE = `npm run conformance -- HOST:PORT [--movie NAME] [--frames DIR] [--patience SECONDS] [--json]

Judges a server of the classic protocol by the rules of docs/protocols/classic.md.

  --movie NAME        a movie of the server, without holes (sw)
  --frames DIR        the folder of its frame files, to compare every byte
  --patience SECONDS  how long to wait for anything (2)
  --json              print the results as JSON

The exit status is 0 when nothing that could be judged is broken, else 1; 2 for a wrong command line.
`;

type Arguments = { readonly target: Target; readonly json: boolean };

function readArguments(): Arguments | string {
  const options = {
    movie: { type: "string", default: "sw" },
    frames: { type: "string" },
    patience: { type: "string", default: "2" },
    json: { type: "boolean", default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [address = "", ...rest] = positionals;
    const [, host = "", port = ""] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(address) ?? [];
    const patience = Number(values.patience) * 1000;
    if (host === "" || rest.length > 0)
      return `found "${positionals.join(" ")}", expected HOST:PORT\n\n${USAGE}`;
    if (!(patience >= 100 && patience <= 60_000)) return "--patience: expected 0.1 to 60 seconds\n";
    const files = values.frames === undefined ? undefined : readFrameFiles(values.frames, values.movie);
    if (files?.length === 0) return `--frames: found no frame of ${values.movie} in ${values.frames}\n`;
    return { target: { host, port: Number(port), movie: values.movie, files, patience }, json: values.json };
  } catch (error) {
    return `${(error as Error).message}\n`;
  }
}

const write = (text: string): void => void process.stdout.write(text);

async function main(): Promise<number> {
  const read = readArguments();
  if (typeof read === "string") {
    process.stderr.write(read);
    return 2;
  }
  const { target, json } = read;
  const report = new Report(write, {
    colours: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
  });
  const results = await run(target, TOPICS, (result) => {
    if (!json) report.add(result);
  });
  if (json) write(`${JSON.stringify({ ...count(results), results }, undefined, 2)}\n`);
  else report.end(results);
  return count(results).broken === 0 ? 0 : 1;
}

// Whoever reads the report may have seen enough: `| head`.
process.stdout.on("error", () => process.exit(1));
process.exitCode = await main();
