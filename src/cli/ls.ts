import { Command } from "commander";
import { Fault } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { formatRate } from "../base/rate.ts";
import { countHoles, holesOf } from "./holes.ts";
import { type ListedMovie, lookAtMovies, movieTable } from "./movieTable.ts";
import { paletteFor } from "./palette.ts";

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
  const catalogue = await openLibrary(library);
  const movies = await lookAtMovies(catalogue.movies, probeFrame);
  process.stdout.write(json ? listingJson(catalogue.root, movies) : listing(library, movies));
}

function listing(library: string, movies: readonly ListedMovie[]): string {
  if (movies.length === 0) return `${printable(library)} has no movies.\n`;
  const { dim } = paletteFor(process.stdout);
  const [headings = "", ...lines] = movieTable(movies);
  return `${[dim(headings), ...lines].join("\n")}\n`;
}

/** The listing for programs: one object, whose keys keep their meaning and are only ever added to. */
export function listingJson(root: string, movies: readonly ListedMovie[]): string {
  return `${JSON.stringify({ library: root, movies: movies.map(movieJson) }, undefined, 2)}\n`;
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
