import { Command, Option } from "commander";
import { events } from "../base/events.ts";
import { printable } from "../base/printable.ts";
import type { LibraryTarget } from "../main.ts";
import { rowOf } from "../settings.ts";
import { foundInstead } from "./foundInstead.ts";
import { endSoon } from "./linger.ts";
import { type LeftOut, inNaturalOrder, leftOutLines, listing, listingJson } from "./listing.ts";
import { lookAtMovies } from "./lookAtMovies.ts";
import { paletteFor } from "./palette.ts";
import { type SettingOptions, settingsOf } from "./settingOptions.ts";
import { WHAT, targetsOf } from "./targets.ts";

/** How long pictures may take to look at, all together, in milliseconds: a mount may hang. */
const LOOKING_MS = 30_000;

const EXAMPLES = `
Examples:
  mutoscope ls ~/renders
  mutoscope ls 'beauty.####.exr' 1001-1100
  mutoscope ls ~/renders --json | jq -r '.movies[] | select(.missing > 0) | .name'
`;

/** `mutoscope ls WHAT...` */
export function lsCommand(): Command {
  return new Command("ls")
    .summary("list the movies of a folder")
    .description(
      "Lists the movies of folders: frames, range, size and depth of the picture, format, frames " +
        "per second, and which frames are missing or still to come.",
    )
    .argument(WHAT.argument, WHAT.description)
    .addOption(new Option("--movies <PATH>", rowOf("movies").sentence.replace(/\.$/, "")))
    .option("--json", "Write JSON, with every hole (keys are only ever added)")
    .addHelpText("after", EXAMPLES)
    .action(list);
}

async function list(
  what: readonly string[],
  { json = false, ...flags }: SettingOptions & { json?: boolean },
): Promise<void> {
  const { movies: described } = await settingsOf(flags);
  const targets = await targetsOf(what);
  const { probeFrame, readLibrary } = await import("../main.ts");
  const leftOut: LeftOut[] = [];
  const unsubscribe = events.entryLeftOut.subscribe((entry) => leftOut.push(entry));
  const library = await readLibrary(targets, { movies: described });
  unsubscribe();
  const movies = await lookAtMovies(inNaturalOrder(library.movies), probeFrame, wait(LOOKING_MS));
  const width = process.stdout.isTTY ? process.stdout.columns : Infinity;
  const text = json
    ? listingJson(library.roots, movies, leftOut)
    : movies.length > 0
      ? listing(movies, paletteFor(process.stdout), width)
      : await nothing(what, targets, library.roots);
  if (!json) process.stderr.write(leftOutLines(leftOut));
  // A file on a mount that hangs may still be waited for, and would be for ever.
  process.stdout.write(text, endSoon);
}

/** Why there may be no movie, and what to do about it. */
async function nothing(
  what: readonly string[],
  targets: readonly LibraryTarget[],
  roots: readonly string[],
): Promise<string> {
  const named = printable(what.join(" "));
  if (targets.every(({ kind }) => kind === "pattern")) {
    const [folder = "."] = targets.map((target) => (target.kind === "pattern" ? target.folder : target.path));
    return `No file is named like ${named}.\nWhat is there: mutoscope ls ${printable(folder)}\n`;
  }
  const { isPicture } = await import("../main.ts");
  return `${named} has no movies.\n${await foundInstead(roots, isPicture)}\n`;
}

function wait(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}
