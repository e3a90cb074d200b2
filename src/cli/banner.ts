import { hostname } from "node:os";
import { formatDuration } from "../base/quantity.ts";
import { printable } from "../base/printable.ts";
import type { Catalogue, RunningServer } from "../main.ts";
import type { Settings } from "../settings.ts";
import { type ListedMovie, movieTable } from "./movieTable.ts";
import type { Palette } from "./palette.ts";
import { priorityLines } from "./priorityLines.ts";
import { scanText } from "./scanProgress.ts";
import { isLoopback, keepCommand, movieUrls, serverUrl, watchCommand } from "./watching.ts";

/** How many movies the banner shows: what fits a screen together with the rest. */
export const SHOWN_MOVIES = 10;

/** Where to look on, for whoever has only an address. */
const WEB_PATHS = "/, /status, /docs";

/** What `serve` tells about. */
export type Served = {
  /** The library as the user named it. */
  readonly library: string;
  readonly server: Pick<RunningServer, "classic" | "http" | "maxConnections" | "request"> & {
    readonly catalogue: Catalogue;
  };
  /** The first movies, at most `SHOWN_MOVIES`. */
  readonly movies: readonly ListedMovie[];
  readonly settings: Settings;
};

/** What was found, where to watch it, who can, and what priority means. Ends in a line break. */
export function banner(served: Served, palette: Palette): string {
  const sections = [beginning(served, palette), watching(served, palette), others(served, palette)];
  const priority = priorityLines(served.settings, palette);
  return `${[...sections, priority, "", stopping(served)].flat().join("\n")}\n`;
}

/** What was found; of a library that takes longer it is told when it has been looked through. */
function beginning(served: Served, palette: Palette): string[] {
  const { progress } = served.server.catalogue;
  if (progress.isComplete) return found(served, palette);
  return [`${palette.bold(printable(served.library))}: ${scanText(progress)}`, ""];
}

/** What was found, and an empty line. */
export function found({ library, server, movies, settings }: Served, { bold, dim }: Palette): string[] {
  const count = server.catalogue.movies.length;
  const head = `${bold(printable(library))}: ${count === 1 ? "1 movie" : `${count} movies`}`;
  if (count === 0) return [head, ...expected(library, settings), ""];
  const [headings = "", ...lines] = movieTable(movies);
  const hidden = count - movies.length;
  const more = hidden === 0 ? [] : [dim(`  … and ${hidden} more: mutoscope ls ${printable(library)}`)];
  return [head, `  ${dim(headings)}`, ...lines.map((line) => `  ${line}`), ...more, ""];
}

function expected(library: string, { watch }: Settings): string[] {
  return [
    "  No movie is here yet. A movie is a sequence of numbered pictures (ppm, pgm, png or jpg), such as",
    "  shot.1001.png, shot.1002.png …, in this folder or in one below it. A video becomes one by",
    `    mutoscope import VIDEO NAME --library ${printable(library)}`,
    watch === "off"
      ? "  Then start the server again: it was told not to watch."
      : "  It appears here by itself: the folder is watched.",
  ];
}

function watching({ server, movies }: Served, { bold, cyan }: Palette): string[] {
  const { host, port } = server.classic;
  const where = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const upTo = `classic protocol, up to ${server.maxConnections} connections`;
  const listening = `${bold("Listening")} on ${bold(where)} (${upTo})`;
  const { http } = server;
  const web =
    http === undefined ? [] : [`${bold("Listening")} on ${bold(serverUrl(http))} (HTTP: ${WEB_PATHS})`];
  const movie = movies[0]?.log;
  if (movie === undefined) return [listening, ...web, ""];
  const commands = [watchCommand(movie, server), keepCommand(movie, server)].map(
    (command) => `  ${cyan(command)}`,
  );
  const pages = movieUrls(movie, server).map((url) => `  ${cyan(url)}`);
  return [listening, ...commands, ...web, ...pages, ""];
}

function others({ server }: Served, { bold, yellow }: Palette): string[] {
  const { host, port } = server.classic;
  const ports = server.http === undefined ? `port ${port}` : `ports ${port} and ${server.http.port}`;
  if (isLoopback(host)) {
    return [
      `${bold("Other machines")} cannot connect. To let them in: --host 0.0.0.0 (then everyone who reaches`,
      `${ports} of this machine can watch every movie here).`,
      "",
    ];
  }
  return [
    yellow(`Everyone who reaches ${ports} of ${hostname()} can watch every movie: there are no passwords.`),
    "To keep it to this machine: --host 127.0.0.1",
    "",
  ];
}

function stopping({ settings }: Served): string[] {
  const most = formatDuration(settings.shutdown);
  return [
    `Ctrl-C finishes the frames under way, for at most ${most}, and leaves; a second one leaves at once.`,
  ];
}
