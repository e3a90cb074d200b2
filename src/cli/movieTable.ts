import { Fault } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { formatRate } from "../base/rate.ts";
import type { FrameLog } from "../main.ts";
import { type Column, alignColumns } from "./columns.ts";
import { countFrames, countHoles, holesOf, progressOf } from "../base/holes.ts";
import { type Labels, labelsOf } from "./labels.ts";
import type { ListedMovie } from "./lookAtMovies.ts";

export { type FrameLook, type ListedMovie, lookAtMovies } from "./lookAtMovies.ts";

/** How many holes a line of the table spells out. */
const SHOWN_HOLES = 3;

/** What a name and a state keep of a line that is too narrow for both. */
const LEAST_NAME = 16;
const LEAST_STATE = 16;

const COLUMNS: readonly Column[] = [
  { heading: "MOVIE", side: "left" },
  { heading: "FRAMES", side: "right" },
  { heading: "RANGE", side: "left" },
  { heading: "SIZE", side: "left" },
  { heading: "DEPTH", side: "left" },
  { heading: "FORMAT", side: "left" },
  { heading: "RATE", side: "right" },
  { heading: "STATE", side: "left" },
];

/**
 * The movies as lines of an aligned table, headings first. Lines longer than `width` lose the ends of long
 * states and the middles of long names.
 */
export function movieTable(movies: readonly ListedMovie[], width = Infinity): string[] {
  const rows = movies.map(cells);
  const excess = longest(alignColumns(COLUMNS, rows)) - width;
  if (excess <= 0) return alignColumns(COLUMNS, rows);
  const states = longest(rows.map((row) => row.at(-1) ?? ""));
  const state = Math.max(states - excess, Math.min(LEAST_STATE, states));
  const names = longest(rows.map(([name = ""]) => name));
  const name = Math.max(names - (excess - (states - state)), Math.min(LEAST_NAME, names));
  return alignColumns(
    COLUMNS,
    rows.map((row) => {
      const [longName = "", longState = ""] = [row[0], row.at(-1)];
      return row.with(0, middleCut(longName, name)).with(row.length - 1, endCut(longState, state));
    }),
  );
}

function longest(lines: readonly string[]): number {
  return lines.reduce((most, line) => Math.max(most, Array.from(line).length), 0);
}

/** Names of shots differ at their ends, names of shows at their beginnings. */
function middleCut(text: string, length: number): string {
  const letters = Array.from(text);
  if (letters.length <= length) return text;
  const kept = Math.max(length - 1, 0);
  const start = Math.floor(kept / 2);
  return [...letters.slice(0, start), "…", ...letters.slice(letters.length - (kept - start))].join("");
}

function endCut(text: string, length: number): string {
  const letters = Array.from(text);
  return letters.length <= length ? text : `${letters.slice(0, Math.max(length - 1, 0)).join("")}…`;
}

function cells({ log, look }: ListedMovie): string[] {
  const [size, depth] = pictureText(look);
  return [
    printable(log.name),
    String(countFrames(log)),
    rangeOf(log),
    size,
    depth,
    log.nth(0)?.format ?? "-",
    formatRate(log.rate),
    stateText(log),
  ];
}

function rangeOf(log: FrameLog): string {
  if (log.first === undefined) return "-";
  const range = rangeText({ first: log.first, last: log.last ?? log.first }, log.step);
  const labels = labelsOf(log);
  return labels === undefined ? range : `${range} (${shortened(labels)})`;
}

/** The digits that both stamps begin with are written once. */
function shortened({ first, last }: Labels): string {
  if (first === last) return first;
  const differ = Array.from(first).findIndex((digit, index) => digit !== last[index]);
  return first.length === last.length && differ > 0 ? `${first}…${last.slice(differ)}` : `${first}…${last}`;
}

function pictureText(look: ListedMovie["look"]): readonly [size: string, depth: string] {
  if (look === undefined) return ["-", "-"];
  if (look instanceof Fault) return [look.code, "-"];
  const colours = look.channels < 3 ? " grey" : "";
  const alpha = look.channels % 2 === 0 ? " + alpha" : "";
  const depth = `${look.bits}-bit${look.float === true ? " float" : ""}${colours}${alpha}`;
  return [`${look.width}x${look.height}`, depth];
}

/** What a person wants to know of a movie's frames: whether they are all there, and if not, which are not. */
export function stateText(log: FrameLog): string {
  const progress = progressOf(log);
  const holes = holesText(log);
  if (progress === undefined) return holes === "" ? "complete" : holes;
  const { there, expected, waitingFor } = progress;
  const live = `${there} of ${expected}, waiting for ${waitingFor}`;
  return holes === "" ? live : `${live}; ${holes}`;
}

function holesText(log: FrameLog): string {
  const count = countHoles(log);
  if (count === 0) return "";
  const shown: string[] = [];
  for (const hole of holesOf(log)) {
    shown.push(shown.length < SHOWN_HOLES ? rangeText(hole, log.step) : "…");
    if (shown.length > SHOWN_HOLES) break;
  }
  return `${count.toLocaleString("en")} ${count === 1 ? "hole" : "holes"}: ${shown.join(" ")}`;
}

/** `1-10`, `1-91x10`, or `7` for one frame. */
function rangeText({ first, last }: { readonly first: number; readonly last: number }, step: number): string {
  if (first === last) return String(first);
  return step === 1 ? `${first}-${last}` : `${first}-${last}x${step}`;
}
