import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { Command, Option } from "commander";
import { MISSING_POLICIES, type MissingPolicy } from "../base/contract.ts";
import { fault } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { parseRendition } from "../base/rendition.ts";
import type { Frame, PlayOptions, Playback, PlaybackReceipt, RenditionOption } from "../../client/index.ts";
import { type OutputPattern, outputPattern } from "./outputPattern.ts";
import { ProgressBar, duration } from "./progressBar.ts";
import { URL_ARGUMENT, connectTo } from "./remote.ts";
import { optionOf } from "./remoteGrab.ts";
import { readPriority } from "./remoteOptions.ts";

type Flags = {
  readonly output?: string;
  readonly range?: string;
  readonly missing?: MissingPolicy;
  readonly priority: string;
  readonly force?: true;
  readonly width?: string;
  readonly quality?: string;
  readonly levels?: string;
  readonly exposure?: string;
};

/** Frames on their way while one is written. */
const AHEAD = 8;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const EXAMPLES = `
Examples:
  mutoscope record http://127.0.0.1:8080 sw -o out.%04d.png
  mutoscope record http://farm:8080 sh010/beauty --range 1001-1100 -o take/beauty.####.jpg --width 1280
  mutoscope record http://scope:8080 embryo --missing skip --priority 7 -o embryo.####.ppm

Nothing is skipped, however long it takes; when the connection breaks, it goes on behind the last frame.
`;

/** `mutoscope record URL MOVIE -o PATTERN`: the frames of a movie as files. */
export function recordCommand(): Command {
  return new Command("record")
    .summary("save the frames of a movie as files")
    .description("Saves the frames of a server's movie as files, each under its own number.")
    .argument(URL_ARGUMENT.argument, URL_ARGUMENT.description)
    .argument("<movie>", "which movie")
    .option("-o, --output <pattern>", "where they go, as out.%04d.png or out.####.jpg (needed)")
    .option("--range <first-last>", "only these frames, by their own numbers; all when not given")
    .addOption(
      new Option("--missing <policy>", "what is saved for a frame that is missing").choices(MISSING_POLICIES),
    )
    .option("--width <pixels>", "make them smaller; the height follows")
    .option("--quality <1-100>", "of JPEG and WebP, 80 when not given")
    .option("--levels <low,high>", "the values that become black and white, or auto")
    .option("--exposure <stops>", "how many times the light is doubled, as 1 or -0.5")
    .option("--priority <0-255>", "smaller goes first; the server may lower it", "3")
    .option("--force", "write over files that are there")
    .addHelpText("after", EXAMPLES)
    .action(record);
}

async function record(url: string, movie: string, flags: Flags, command: Command): Promise<void> {
  const { parsePattern, parseFrameRange } = await import("../main.ts");
  // Asked for here, behind the arguments: who gives none of them hears of the first that is missing.
  const { output } = flags;
  if (output === undefined) command.error("error: required option '-o, --output <pattern>' not specified");
  const pattern = outputPattern(parsePattern(output));
  const range = flags.range === undefined ? undefined : parseFrameRange(flags.range);
  if (range !== undefined && range.step > 1)
    throw fault("OPTION_INVALID", `found --range ${flags.range}, expected no step, as 1-100`);
  const rendition = renditionOf(pattern, flags);
  const priority = readPriority(flags.priority);
  const client = await connectTo(url, "mutoscope record", priority);
  try {
    const { frames, missing, first, last } = await client.movie(movie);
    const wish: PlayOptions = {
      from: range?.first,
      to: range?.last,
      missing: flags.missing,
      rendition,
      ahead: AHEAD,
    };
    const whole =
      first === null || last === null ? undefined : frames + (flags.missing === "skip" ? 0 : missing);
    const total = range === undefined ? whole : range.last - range.first + 1;
    await mkdir(pattern.folder, { recursive: true });
    await save(client.play(movie, wish), pattern, { total, mayReplace: flags.force === true, movie });
  } finally {
    client.close();
  }
}

type Saving = { readonly total: number | undefined; readonly mayReplace: boolean; readonly movie: string };

async function save(
  playback: Playback,
  pattern: OutputPattern,
  { total, mayReplace, movie }: Saving,
): Promise<void> {
  const started = performance.now();
  const bar = new ProgressBar(process.stderr);
  let signal: (typeof SIGNALS)[number] | undefined;
  const interrupt = (name: (typeof SIGNALS)[number]): void => {
    signal = name;
    void playback.stop();
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  let count = 0;
  try {
    for await (const frame of playback) {
      await write(pattern.fileOf(frame.number), frame, mayReplace);
      count += 1;
      bar.show(count, total);
    }
    bar.clear();
    const receipt = await playback.receipt;
    process.stdout.write(describe(movie, count, receipt, (performance.now() - started) / 1000));
  } finally {
    bar.clear();
    for (const name of SIGNALS) process.off(name, interrupt);
  }
  if (signal === undefined) return;
  process.stderr.write("Interrupted. What has been saved is whole, and stays.\n");
  process.exitCode = 128 + constants.signals[signal];
}

/** Under its name there is a whole picture or none. */
async function write(file: string, { bytes }: Frame, mayReplace: boolean): Promise<void> {
  const part = `${file}.part`;
  if (!mayReplace && existsSync(file))
    throw fault("FILE_EXISTS", `found ${printable(file)}, expected no such file: --force writes over it`);
  try {
    await writeFile(part, bytes);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw fault("LIBRARY_UNWRITABLE", `${printable(file)}: ${code}`, error);
  }
}

function renditionOf(
  { format }: OutputPattern,
  { width, quality, levels, exposure }: Flags,
): RenditionOption {
  const words = { width, quality, levels, exposure };
  const isPlain = Object.values(words).every((word) => word === undefined);
  if (format === "ppm" && isPlain) return "original";
  return optionOf(parseRendition(format, words));
}

function describe(movie: string, count: number, receipt: PlaybackReceipt, seconds: number): string {
  const { first, last, missing, substituted, lost } = receipt;
  const numbers = first === undefined ? "no frame" : `${count} frames, ${first} to ${last}`;
  const lines = [`${movie}: ${numbers}, ${duration(seconds)}.`];
  const standIns = substituted > 0 ? `, for ${substituted} another picture stands in` : "";
  if (missing > 0) lines.push(`${missing} frames are missing${standIns}.`);
  if (lost > 0) lines.push(`The connection broke ${lost} times; nothing was lost by that.`);
  return `${lines.join("\n")}\n`;
}
