import { basename, dirname } from "node:path";
import { type Fault, fault } from "../base/errors.ts";
import { quote } from "../wire/quote.ts";
import { Shapes } from "./alike.ts";
import { isSeparator } from "./digits.ts";
import { formatOf } from "./formats.ts";
import { type FrameRange, looksLikeRange, parseFrameRange } from "./frameRange.ts";
import { type DoubleFrame, type Sequence, assemble, sequenceName } from "./names.ts";
import type { LibraryTarget } from "./target.ts";

/** One sequence, by the names of its files. */
export type PatternTarget = Extract<LibraryTarget, { kind: "pattern" }>;

/**
 * How the place of the frame number is written. Where a name has several kinds, the first is meant: in
 * `logo@2x.####.png` the `@` is part of the name.
 */
const PLACES = [/%[0-9]*d/g, /#+/g, /@+/g] as const;

const PRINTF = /%[0-9]*d/;
/** `%d` or `%04d`; others pad with spaces. */
const PADDED_PRINTF = /^%(?:0([0-9]{1,2}))?d$/;

/** A range directly before the place, as RV writes it: `foo.1-100x10#.exr`. */
const RANGE_BEFORE = /^(.*?[._\s-]|)(-?[0-9]+--?[0-9]+(?:x[0-9]+)?)$/su;

/**
 * Whether the last part of a path has a place for a frame number; or its folder has one as printf writes it,
 * which `parsePattern` refuses.
 */
export function isPattern(text: string): boolean {
  const { path } = splitRange(text);
  const name = basename(path);
  return PRINTF.test(dirname(path)) || PLACES.some((place) => name.search(place) >= 0);
}

/**
 * Reads a pattern: `shots/beauty.%04d.exr`, `####` or `#` for any padding, `@@@@` for four digits. The range
 * that its frames will have in the end may stand before the place (`foo.1-100x10#.exr`) or follow after a
 * space (`beauty.####.exr 1001-1100`), or be given as `range`.
 * @throws PATTERN_INVALID when there is no place for the frame number in the file's name, or more than one,
 * or its extension is no picture's
 * @throws RANGE_INVALID when there are two ranges, or one that is none
 */
export function parsePattern(text: string, range?: string): PatternTarget {
  const { path, following } = splitRange(text);
  const folder = dirname(path);
  const name = basename(path);
  if (PRINTF.test(folder)) {
    throw invalid(text, `found a place for the frame number in the folder's name`);
  }
  const place = placeIn(name, text);
  const inside = RANGE_BEFORE.exec(place.before);
  const ranges = [inside?.[2], following, range].filter((each) => each !== undefined);
  if (ranges.length > 1) {
    throw fault(
      "RANGE_INVALID",
      `found two ranges for ${quote(text)}: ${ranges.join(" and ")}, expected one`,
    );
  }
  const declared: FrameRange | undefined = ranges[0] === undefined ? undefined : parseFrameRange(ranges[0]);
  const before = inside?.[1] ?? place.before;
  return { kind: "pattern", text, folder, before, after: place.after, width: place.width, range: declared };
}

/** A range that follows the pattern in the same text, after white space. */
function splitRange(text: string): { readonly path: string; readonly following: string | undefined } {
  const [, path, last = ""] = /^(.*\S)\s+(\S+)$/su.exec(text.trimEnd()) ?? [];
  return path !== undefined && looksLikeRange(last)
    ? { path, following: last }
    : { path: text, following: undefined };
}

type Place = { readonly before: string; readonly after: string; readonly width: number | undefined };

function placeIn(name: string, text: string): Place {
  for (const kind of PLACES) {
    const [place, another] = name.matchAll(kind);
    if (place === undefined) continue;
    const before = name.slice(0, place.index);
    const after = name.slice(place.index + place[0].length);
    const isMixed = place[0].startsWith("#") && (before.endsWith("@") || after.startsWith("@"));
    if (another !== undefined || isMixed) {
      throw invalid(text, "found more than one place for the frame number");
    }
    if (formatOf(`0${after}`) === undefined) throw notAPicture(text, after);
    return { before, after, width: widthOf(place[0], text) };
  }
  throw invalid(text, "found no place for the frame number in the file's name");
}

/** Undefined for any. */
function widthOf(place: string, text: string): number | undefined {
  if (place.startsWith("#")) return undefined;
  if (place.startsWith("@")) return place.length;
  const match = PADDED_PRINTF.exec(place);
  if (match === null) throw invalid(text, `found ${place}, which is no padding with zeros`);
  return Math.max(Number(match[1] ?? 1), 1);
}

function invalid(text: string, found: string): Fault {
  return fault(
    "PATTERN_INVALID",
    `${found}: ${quote(text)}; expected one in the file's name, as ####, @@@@ or %04d in beauty.####.exr`,
  );
}

function notAPicture(text: string, after: string): Fault {
  const found = /\.[^.]+$/.exec(after)?.[0];
  return fault(
    "PATTERN_INVALID",
    `found ${found === undefined ? "no extension" : quote(found)} in ${quote(text)}, ` +
      "expected that of a picture, as beauty.####.exr",
  );
}

/**
 * Finds the files of a folder that a pattern means; its sequence is empty when there are none. The pattern
 * says which digits are the frame's, and how many. `strays` are files that it means too, but whose digits are
 * too many for the frame number that the others have.
 */
export function findPattern(
  files: readonly string[],
  pattern: PatternTarget,
): {
  readonly sequence: Sequence;
  readonly doubles: readonly DoubleFrame[];
  readonly strays: readonly string[];
} {
  const shapes = new Shapes();
  const forms = formsOf(pattern);
  for (const file of files) {
    for (const form of forms) {
      const run = runFor(file, form, pattern.width);
      if (run !== undefined) shapes.add(file, run.start, run.end, file.lastIndexOf("."));
    }
  }
  const numbered = shapes.all.filter(({ isStamped }) => !isStamped);
  const stamped = shapes.all.filter(({ isStamped }) => isStamped);
  if (numbered.length === 0 && stamped.length === 0) {
    return { sequence: emptySequence(pattern), doubles: [], strays: [] };
  }
  if (numbered.length === 0) return { ...assemble(stamped), strays: [] };
  const strays = stamped.flatMap(({ members }) => members.map(({ file }) => file));
  return { ...assemble(numbered), strays };
}

type Form = { readonly before: string; readonly suffix: string; readonly extension: string };

/** Composed or not: two ways to write the same letters, of which people see neither. */
function formsOf({ before, after }: PatternTarget): Form[] {
  const dot = after.lastIndexOf(".");
  const extension = after.slice(dot).toLowerCase();
  const suffix = after.slice(0, dot);
  const ways = [
    `${before}/${suffix}`,
    `${before}/${suffix}`.normalize("NFC"),
    `${before}/${suffix}`.normalize("NFD"),
  ];
  return Array.from(new Set(ways), (way) => {
    const slash = way.indexOf("/");
    return { before: way.slice(0, slash), suffix: way.slice(slash + 1), extension };
  });
}

/** Where the frame number lies in a name that a pattern means. */
function runFor(
  file: string,
  { before, suffix, extension }: Form,
  width: number | undefined,
): { readonly start: number; readonly end: number } | undefined {
  const dot = file.length - extension.length;
  const [start, end] = [before.length, dot - suffix.length];
  if (end <= start || !file.startsWith(before) || !file.startsWith(suffix, end)) return undefined;
  if (file.slice(dot).toLowerCase() !== extension) return undefined;
  const run = file.slice(start, end);
  const signed = run.startsWith("-");
  if (signed && !isSeparator(before.charCodeAt(before.length - 1))) return undefined;
  if (!/^-?[0-9]+$/.test(run)) return undefined;
  return width === undefined || hasWidth(run, signed, width) ? { start, end } : undefined;
}

/** Padded to `width` and no further. Some programs count a sign as one of the digits, as printf does. */
function hasWidth(run: string, signed: boolean, width: number): boolean {
  const digits = run.length - (signed ? 1 : 0);
  if (digits > width) return !run.startsWith("0", signed ? 1 : 0);
  return digits === width || (signed && digits === width - 1);
}

function emptySequence({ before, after, width = 1 }: PatternTarget): Sequence {
  const dot = after.lastIndexOf(".");
  return {
    name: sequenceName(before, after.slice(0, dot)),
    extension: after.slice(dot + 1).toLowerCase(),
    numbers: new Float64Array(0),
    names: { kind: "pattern", before, after, width, others: new Map() },
    stamped: false,
  };
}
