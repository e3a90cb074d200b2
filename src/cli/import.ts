import { constants } from "node:os";
import { Command, Option } from "commander";
import { fault } from "../base/errors.ts";
import { formatRate, parseRate } from "../base/rate.ts";
import type { ImportFormat, ImportResult } from "../main.ts";
import { ProgressBar, duration } from "./progressBar.ts";

const FORMATS = ["ppm", "png", "jpg"] as const satisfies readonly ImportFormat[];

type Flags = {
  readonly library: string;
  readonly range?: string;
  readonly format: ImportFormat;
  readonly fps?: string;
  readonly force?: true;
};

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `mutoscope import VIDEO NAME`: makes a movie of a video. */
export function importCommand(): Command {
  return new Command("import")
    .summary("make a movie of a video")
    .description("Makes a movie of a video file: anything that ffmpeg reads, a picture file for each frame.")
    .argument("<video>", "the video's file")
    .argument("<name>", "the movie's name, as take3 or sh010/beauty")
    .option("--library <folder>", "the library's folder, made when it is not there", "movies")
    .option("--range <first-last>", "only these frames, counted from 1; they keep their numbers")
    .addOption(new Option("--format <format>", "how frames are written").choices(FORMATS).default("ppm"))
    .option("--fps <rate>", "double or drop frames to reach this rate, as 24 or 24000/1001")
    .option("--force", "replace a movie of this name that an import made")
    .action(runImport);
}

async function runImport(video: string, name: string, flags: Flags): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (signal: (typeof ENDING_SIGNALS)[number]): void => interruption.abort(signal);
  for (const signal of ENDING_SIGNALS) process.on(signal, interrupt);
  const started = performance.now();
  const bar = new ProgressBar(process.stderr);
  // Help and errors of the command line answer without loading the server.
  const { importVideo } = await import("../main.ts");
  try {
    const result = await importVideo({
      video,
      name,
      library: flags.library,
      range: parseRange(flags.range),
      format: flags.format,
      rate: flags.fps === undefined ? undefined : parseRate(flags.fps),
      replace: flags.force,
      signal: interruption.signal,
      onProgress: ({ frames, total }) => bar.show(frames, total),
    });
    bar.clear();
    process.stdout.write(describe(result, flags, name, (performance.now() - started) / 1000));
  } catch (error) {
    bar.clear();
    if (!interruption.signal.aborted) throw error;
    process.stderr.write("Interrupted. Nothing of the movie has been kept.\n");
    process.exitCode = 128 + constants.signals[interruption.signal.reason as (typeof ENDING_SIGNALS)[number]];
  } finally {
    for (const signal of ENDING_SIGNALS) process.off(signal, interrupt);
  }
}

/**
 * `10-20`, or `7` for one frame.
 * @throws RANGE_INVALID
 */
function parseRange(text: string | undefined): { first: number; last: number } | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text);
  if (match === null) throw fault("RANGE_INVALID", `found ${JSON.stringify(text)}, expected as 1-120, or 7`);
  const [, first, last = first] = match;
  return { first: Number(first), last: Number(last) };
}

/** One line on what was made, and one for each thing that people might not expect. */
function describe(result: ImportResult, flags: Flags, name: string, seconds: number): string {
  const { frames, first, last, rate, rateVaries, complaints, folder } = result;
  const numbers = `frames ${first} to ${last} (${frames})`;
  const lines = [`${name}: ${numbers} at ${formatRate(rate)} fps in ${folder}, ${duration(seconds)}.`];
  if (last < (parseRange(flags.range)?.last ?? last)) lines.push(`The video ends at frame ${last}.`);
  if (rateVaries)
    lines.push(
      "The video's frames come at varying times: they play at the average rate. --fps evens them out.",
    );
  if (complaints.count > 0)
    lines.push(`ffmpeg found ${complaints.count} faults in the video, the first: ${complaints.first}`);
  lines.push(`Serve it: mutoscope serve ${flags.library}`);
  return `${lines.join("\n")}\n`;
}
