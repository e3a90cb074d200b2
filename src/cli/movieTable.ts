import { printable } from "../base/printable.ts";
import { formatRate } from "../base/rate.ts";
import { Fault } from "../base/errors.ts";
import type { FrameLog, probeFrame } from "../main.ts";
import { type Column, alignColumns } from "./columns.ts";
import { type Hole, countHoles, holesOf } from "./holes.ts";

/** What a frame's file says of its picture. */
export type FrameLook = Awaited<ReturnType<typeof probeFrame>>;

/** A movie, and its first frame's looks or why it has none that can be told. */
export type ListedMovie = { readonly log: FrameLog; readonly look: FrameLook | Fault | undefined };

/** How many holes a line of the table spells out. */
const SHOWN_HOLES = 3;

/** Each probe opens a file: so many at once keep a disk busy without using up descriptors. */
const PROBES_AT_ONCE = 16;

const COLUMNS: readonly Column[] = [
  { heading: "MOVIE", side: "left" },
  { heading: "FRAMES", side: "right" },
  { heading: "RANGE", side: "left" },
  { heading: "SIZE", side: "left" },
  { heading: "RATE", side: "right" },
  { heading: "HOLES", side: "left" },
];

/** Looks into the first frame of each movie. */
export async function lookAtMovies(
  logs: readonly FrameLog[],
  probe: typeof probeFrame,
): Promise<ListedMovie[]> {
  const listed: ListedMovie[] = [];
  for (let start = 0; start < logs.length; start += PROBES_AT_ONCE) {
    const group = logs.slice(start, start + PROBES_AT_ONCE);
    listed.push(...(await Promise.all(group.map((log) => lookAtMovie(log, probe)))));
  }
  return listed;
}

async function lookAtMovie(log: FrameLog, probe: typeof probeFrame): Promise<ListedMovie> {
  const entry = log.nth(0);
  try {
    return { log, look: entry === undefined ? undefined : await probe(entry) };
  } catch (error) {
    if (error instanceof Fault) return { log, look: error };
    throw error;
  }
}

/** The movies as lines of an aligned table, headings first. */
export function movieTable(movies: readonly ListedMovie[]): string[] {
  return alignColumns(COLUMNS, movies.map(cells));
}

function cells({ log, look }: ListedMovie): string[] {
  const range = log.first === undefined ? "-" : `${log.first}-${log.last}`;
  return [
    printable(log.name),
    String(log.count),
    range,
    sizeText(look),
    formatRate(log.rate),
    holesText(log),
  ];
}

function sizeText(look: ListedMovie["look"]): string {
  if (look === undefined) return "-";
  if (look instanceof Fault) return look.code;
  const depth = look.bits > 8 ? ` ${look.bits}-bit` : "";
  return `${look.width}x${look.height}${depth}${look.channels < 3 ? " grey" : ""}`;
}

function holesText(log: FrameLog): string {
  const count = countHoles(log);
  if (count === 0) return "-";
  const shown: string[] = [];
  for (const hole of holesOf(log)) {
    shown.push(shown.length < SHOWN_HOLES ? rangeText(hole) : "…");
    if (shown.length > SHOWN_HOLES) break;
  }
  return `${count}: ${shown.join(" ")}`;
}

function rangeText({ first, last }: Hole): string {
  return first === last ? String(first) : `${first}-${last}`;
}
