import { Command } from "commander";
import { Fault } from "../base/errors.ts";
import { events } from "../base/events.ts";
import { printable } from "../base/printable.ts";
import { formatRate } from "../base/rate.ts";
import { countHoles, holesOf } from "./holes.ts";
import { type ListedMovie, lookAtMovies, movieTable } from "./movieTable.ts";
import { paletteFor } from "./palette.ts";

/** A name of the library that belongs to no movie. */
type LeftOut = { readonly path: string; readonly code: string; readonly detail: string };

/** Lines for people; more are counted. */
const SHOWN_LEFT_OUT = 20;

const EXAMPLES = `
Examples:
  mutoscope ls ~/renders
  mutoscope ls ~/renders --json | jq -r '.movies[] | select(.missing > 0) | .name'
`;

/** `mutoscope ls LIBRARY` */
export function lsCommand(): Command {
  return new Command("ls")
    .summary("list the movies of a folder")
    .description(
      "Lists the movies of a folder: frames, range, size of the picture, frames per second and holes.",
    )
    .argument("<library>", "the folder")
    .option("--json", "Write JSON, with every hole (keys are only ever added)")
    .addHelpText("after", EXAMPLES)
    .action(list);
}

async function list(library: string, { json = false }: { json?: boolean }): Promise<void> {
  const { openLibrary, probeFrame } = await import("../main.ts");
  const leftOut: LeftOut[] = [];
  const unsubscribe = events.entryLeftOut.subscribe((entry) => leftOut.push(entry));
  const catalogue = await openLibrary(library);
  unsubscribe();
  const movies = await lookAtMovies(catalogue.movies, probeFrame);
  process.stdout.write(json ? listingJson(catalogue.root, movies, leftOut) : listing(library, movies));
  if (!json) process.stderr.write(leftOutLines(leftOut));
}

/** What is not in the listing although somebody may look for it there, and why. */
function leftOutLines(leftOut: readonly LeftOut[]): string {
  const lines = leftOut
    .slice(0, SHOWN_LEFT_OUT)
    .map(({ path, code, detail }) => `left out: ${printable(path)}: ${code} ${printable(detail)}\n`);
  const more = leftOut.length - lines.length;
  return lines.join("") + (more > 0 ? `left out: ${more} more; --json lists all\n` : "");
}

function listing(library: string, movies: readonly ListedMovie[]): string {
  if (movies.length === 0) return `${printable(library)} has no movies.\n`;
  const { dim } = paletteFor(process.stdout);
  const [headings = "", ...lines] = movieTable(movies);
  return `${[dim(headings), ...lines].join("\n")}\n`;
}

/** The listing for programs: one object, whose keys keep their meaning and are only ever added to. */
export function listingJson(
  root: string,
  movies: readonly ListedMovie[],
  leftOut: readonly LeftOut[],
): string {
  return `${JSON.stringify({ library: root, movies: movies.map(movieJson), leftOut }, undefined, 2)}\n`;
}

function movieJson({ log, look }: ListedMovie): Record<string, unknown> {
  const fault = look instanceof Fault ? look.code : null;
  const picture = look instanceof Fault ? undefined : look;
  return {
    name: log.name,
    state: log.state,
    frames: log.count,
    first: log.first ?? null,
    last: log.last ?? null,
    missing: countHoles(log),
    holes: [...holesOf(log)],
    rate: formatRate(log.rate),
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    bits: picture?.bits ?? null,
    channels: picture?.channels ?? null,
    frameBytes: picture?.bytes ?? null,
    fault,
  };
}
