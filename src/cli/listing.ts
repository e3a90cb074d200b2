import { Fault } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { formatRate } from "../base/rate.ts";
import { countFrames, countHoles, holesOf, progressOf } from "../base/holes.ts";
import { labelsOf } from "./labels.ts";
import { type ListedMovie, movieTable } from "./movieTable.ts";
import type { Palette } from "./palette.ts";

/** A name of the library that belongs to no movie. */
export type LeftOut = { readonly path: string; readonly code: string; readonly detail: string };

/** Lines for people; more are counted. */
const SHOWN_LEFT_OUT = 20;

/** As people count: `shot2` before `shot10`. The order is that of the root locale everywhere. */
const NATURAL = new Intl.Collator("und", { numeric: true });

export function inNaturalOrder<T extends { readonly name: string }>(movies: readonly T[]): T[] {
  return movies.toSorted((a, b) => NATURAL.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
}

/** The listing for people: a table, an empty line and the sums. */
export function listing(movies: readonly ListedMovie[], { dim }: Palette, width: number): string {
  const [headings = "", ...lines] = movieTable(movies, width);
  return `${[dim(headings), ...lines, "", totals(movies)].join("\n")}\n`;
}

function totals(movies: readonly ListedMovie[]): string {
  const { frames, holes, live, unread } = sums(movies);
  const texts = [counted(movies.length, "movie"), counted(frames, "frame")];
  if (holes > 0) texts.push(counted(holes, "hole"));
  if (live > 0) texts.push(`${grouped(live)} waiting for frames`);
  if (unread > 0) texts.push(`${grouped(unread)} whose first frame cannot be read`);
  return texts.join(", ");
}

function sums(movies: readonly ListedMovie[]) {
  const sum = (of: (movie: ListedMovie) => number): number =>
    movies.reduce((total, movie) => total + of(movie), 0);
  return {
    frames: sum(({ log }) => countFrames(log)),
    holes: sum(({ log }) => countHoles(log)),
    live: sum(({ log }) => (log.state === "live" ? 1 : 0)),
    unread: sum(({ look }) => (look instanceof Fault ? 1 : 0)),
  };
}

function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** As in `1,000`. */
function grouped(count: number): string {
  return count.toLocaleString("en");
}

/** What is not in the listing although somebody may look for it there, and why. */
export function leftOutLines(leftOut: readonly LeftOut[]): string {
  const lines = leftOut
    .slice(0, SHOWN_LEFT_OUT)
    .map(({ path, code, detail }) => `left out: ${printable(path)}: ${code} ${printable(detail)}\n`);
  const more = leftOut.length - lines.length;
  return lines.join("") + (more > 0 ? `left out: ${more} more; --json lists all\n` : "");
}

/** The listing for programs: one object, whose keys keep their meaning and are only ever added to. */
export function listingJson(
  roots: readonly string[],
  movies: readonly ListedMovie[],
  leftOut: readonly LeftOut[],
): string {
  const { frames, holes, live } = sums(movies);
  const listed = {
    library: roots[0] ?? null,
    libraries: roots,
    totals: { movies: movies.length, frames, missing: holes, live },
    movies: movies.map(movieJson),
    leftOut,
  };
  return `${JSON.stringify(listed, undefined, 2)}\n`;
}

function movieJson({ log, look }: ListedMovie): Record<string, unknown> {
  const picture = look instanceof Fault ? undefined : look;
  const progress = progressOf(log);
  return {
    name: log.name,
    title: log.title ?? null,
    state: log.state,
    frames: countFrames(log),
    // What there is, or what is declared; then what there is.
    first: log.first ?? null,
    last: log.last ?? null,
    step: log.step,
    lowest: log.nth(0)?.number ?? null,
    newest: log.newest ?? null,
    // Of frames that are numbered in order: the digits of the first and the last file.
    labels: labelsOf(log) ?? null,
    expected: progress?.expected ?? null,
    waitingFor: progress?.waitingFor ?? null,
    missing: countHoles(log),
    holes: [...holesOf(log)],
    missingPolicy: log.missing ?? null,
    rate: formatRate(log.rate),
    format: log.nth(0)?.format ?? null,
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    bits: picture?.bits ?? null,
    float: picture === undefined ? null : (picture.float ?? false),
    channels: picture?.channels ?? null,
    frameBytes: picture?.bytes ?? null,
    fault: look instanceof Fault ? look.code : null,
  };
}
