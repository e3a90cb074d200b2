import { lstat, rename, rm, writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { Command } from "commander";
import { fault } from "../base/errors.ts";
import { formatOfExtension, parseFormat, parseRendition, type Rendition } from "../base/rendition.ts";
import { printable } from "../base/printable.ts";
import { FrameNumber } from "../base/units.ts";
import type { Catalogue, FrameEntry, FrameLog, nearMovie } from "../main.ts";
import { isServerUrl } from "./remote.ts";
import { type RemoteWish, grabFrom } from "./remoteGrab.ts";
import { readPriority } from "./remoteOptions.ts";
import { settingsOf } from "./settingOptions.ts";
import { targetsOf, WHAT } from "./targets.ts";

/** What the options of this command leave behind, as they were typed. */
export type GrabFlags = {
  readonly movie?: string;
  readonly frame?: string;
  readonly output?: string;
  readonly format?: string;
  readonly width?: string;
  readonly quality?: string;
  readonly levels?: string;
  readonly exposure?: string;
  readonly priority?: string;
};

const EXAMPLES = `
Examples:
  mutoscope grab ~/scans --movie embryo --frame 120 -o embryo.png
  mutoscope grab ~/scans --movie embryo --frame last --levels 0,4095 --width 640 -o embryo.jpg
  mutoscope grab ~/renders --movie sh010/beauty --frame 1001 --exposure 2 --format jpeg > look.jpg
  mutoscope grab 'beauty.####.exr' -o first.webp
  mutoscope grab http://127.0.0.1:8080 sw 42 -o sw42.png

Without a format, a width, levels or an exposure the frame is what a classic client gets: PPM or PGM, its
samples untouched. Settings are read from the environment and the configuration file, as by mutoscope serve.
`;

/** `mutoscope grab WHAT --movie NAME --frame N`: one picture, without a server. */
export function grabCommand(): Command {
  return new Command("grab")
    .summary("make one picture of a movie")
    .description(
      "Makes one picture of a movie, exactly as a server makes it; or gets one from a server: " +
        "grab URL MOVIE 42.",
    )
    .argument(WHAT.argument, WHAT.description)
    .option("--movie <name>", "which movie, as mutoscope ls lists it; the only one, when there is one")
    .option(
      "--frame <number>",
      "the number in the file's name, or all of its digits where ls shows them, or first or last " +
        "(default: first)",
    )
    .option("-o, --output <file>", "where the picture goes; standard output when not given")
    .option("--format <format>", "ppm, png, jpeg or webp; when not given, what the file's name ends in")
    .option("--width <pixels>", "make it smaller; the height follows")
    .option("--quality <1-100>", "of JPEG and WebP, 80 when not given")
    .option("--levels <low,high>", "the values that become black and white, or auto")
    .option("--exposure <stops>", "how many times the light is doubled, as 1 or -0.5")
    .option("--priority <0-255>", "of a server: smaller goes first, 3 when not given; it may lower it")
    .addHelpText("after", EXAMPLES)
    .action(grab);
}

async function grab(what: readonly string[], flags: GrabFlags, command: Command): Promise<void> {
  const { output = STANDARD_OUTPUT } = flags;
  if (output === STANDARD_OUTPUT && process.stdout.isTTY)
    command.error(
      "error: A picture is nothing for a terminal: name a file with -o, or send it to a program with |.",
    );
  // What was typed wrongly is told before the library is looked through.
  const rendition = renditionOf(flags);
  const [first = ""] = what;
  const isRemote = isServerUrl(first);
  if (flags.priority !== undefined && !isRemote)
    throw fault("OPTION_INVALID", `found --priority ${flags.priority}, expected it with a server alone`);
  const bytes = isRemote
    ? await grabFrom(first, remoteWish(what, flags), rendition)
    : await grabHere(what, flags, rendition);
  if (output === STANDARD_OUTPUT) process.stdout.write(bytes);
  else await write(output, bytes);
}

/** Of folders and patterns, without a server. */
async function grabHere(
  what: readonly string[],
  flags: GrabFlags,
  rendition: Rendition,
): Promise<Uint8Array> {
  const settings = await settingsOf({});
  const { grabFrame, nearMovie, readLibrary } = await import("../main.ts");
  const library = await readLibrary(await targetsOf(what), { movies: settings.movies });
  const entry = entryOf(movieOf(library, flags.movie, nearMovie), flags.frame ?? "first");
  const { parts } = await grabFrame(settings, library, { entry, rendition });
  const { number, label } = entry;
  if (label !== undefined) process.stderr.write(`frame ${number} is ${label}\n`);
  return Buffer.concat(parts);
}

/** `grab URL MOVIE 42` is `grab URL --movie MOVIE --frame 42`. */
function remoteWish(
  [, name, place, ...others]: readonly string[],
  { movie, frame, priority }: GrabFlags,
): RemoteWish {
  const [more] = others;
  if (more !== undefined)
    throw fault("OPTION_INVALID", `found ${more}, expected a server, a movie and a frame: grab URL MOVIE 42`);
  return { movie: movie ?? name, frame: frame ?? place ?? "first", priority: readPriority(priority) };
}

const STANDARD_OUTPUT = "-";

/**
 * The rendition that is asked for. What is written into a `.ppm` is the frame as it is, unless something else
 * is asked for.
 * @throws RENDITION_INVALID
 */
export function renditionOf({ output = STANDARD_OUTPUT, format, ...words }: GrabFlags): Rendition {
  const { width, levels, exposure } = words;
  const extension = extname(output);
  const isPlain = [width, levels, exposure].every((word) => word === undefined);
  if (format !== undefined) return parseRendition(parseFormat(format), words);
  const found = extension === "" ? "ppm" : (formatOfExtension(extension) ?? parseFormat(extension));
  const rendition = parseRendition(found, words);
  return found === "ppm" && isPlain ? "original" : rendition;
}

/** @throws MOVIE_NOT_FOUND, also when none is named and there is not exactly one */
export function movieOf(
  catalogue: Pick<Catalogue, "movies" | "find">,
  name: string | undefined,
  near: typeof nearMovie,
): FrameLog {
  const { movies } = catalogue;
  const [only, second] = movies;
  const movie = name === undefined ? (second === undefined ? only : undefined) : catalogue.find(name);
  if (movie !== undefined) return movie;
  const found =
    name === undefined ? `found ${movies.length} movies and no --movie` : `found no movie "${name}"`;
  const meant = name === undefined ? undefined : near(name, catalogue);
  const advice =
    meant === undefined ? "expected one of those that mutoscope ls lists" : `did you mean "${meant}"?`;
  throw fault("MOVIE_NOT_FOUND", `${found}, ${advice}`);
}

/** @throws FRAME_NUMBER_INVALID, FRAME_NOT_FOUND, FRAME_MISSING */
export function entryOf(log: FrameLog, text: string): FrameEntry {
  const entry =
    text === "first" ? log.nth(0) : text === "last" ? log.nth(log.count - 1) : numbered(log, text);
  if (entry !== undefined) return entry;
  const frames = log.count === 0 ? "a movie without frames" : `frame ${text}`;
  throw fault("FRAME_NOT_FOUND", `found ${frames}, expected a frame of ${log.name}`);
}

function numbered(log: FrameLog, text: string): FrameEntry | undefined {
  if (/^\d{16,}$/.test(text)) return labelled(log, text);
  if (!/^-?\d{1,15}$/.test(text))
    throw fault("FRAME_NUMBER_INVALID", `found "${text}", expected a whole number, first or last`);
  const number = FrameNumber(Number(text) + 0);
  const entry = log.at(number);
  const { first, last } = log;
  if (entry !== undefined || first === undefined || last === undefined) return entry;
  if (number < first || number > last) {
    throw fault("FRAME_NOT_FOUND", `found frame ${text}, expected ${first} to ${last} of ${log.name}`);
  }
  throw fault("FRAME_MISSING", `frame ${text} of ${log.name} has no file`);
}

/** Of names with too many digits for a number: the frame whose file has these. */
function labelled(log: FrameLog, digits: string): FrameEntry | undefined {
  for (let rank = 0; rank < log.count; rank += 1) {
    const entry = log.nth(rank);
    if (entry?.label === digits) return entry;
  }
  return undefined;
}

/** Under its name there is a whole picture, or what was there before. Devices and pipes are written to. */
async function write(file: string, bytes: Uint8Array): Promise<void> {
  const there = await lstat(file).catch(() => undefined);
  const target = there === undefined || there.isFile() ? `${file}.part` : file;
  try {
    await writeFile(target, bytes);
    if (target !== file) await rename(target, file);
  } catch (error) {
    if (target !== file) await rm(target, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw fault("LIBRARY_UNWRITABLE", `${printable(file)}: the picture could not be written: ${code}`, error);
  }
}
