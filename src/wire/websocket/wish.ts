import { CONTRACTS, type Contract, MISSING_POLICIES, type MissingPolicy } from "../../base/contract.ts";
import { fault } from "../../base/errors.ts";
import { type Rate, formatRate, parseRate, rateOf } from "../../base/rate.ts";
import { type Rendition, nearestStops, parseFormat, parseRendition } from "../../base/rendition.ts";
import { DEFAULT_PRIORITY, FrameNumber, Priority, WORST_PRIORITY } from "../../base/units.ts";
import type { Fields } from "./fields.ts";

/** A frame by its number, or the newest there is. */
export type FramePlace = FrameNumber | "last";

/** How a movie is to be played. Undefined is what is left to the movie, or to the server. */
export type Wish = {
  readonly from: FrameNumber | undefined;
  readonly to: FrameNumber | undefined;
  readonly loop: boolean;
  readonly fps: Rate | undefined;
  readonly contract: Contract;
  readonly missing: MissingPolicy | undefined;
  readonly rendition: Rendition;
  readonly priority: Priority;
  readonly direction: 1 | -1;
};

/** Where to begin; at most one of the two is given. */
export type Beginning = {
  readonly start: FramePlace | undefined;
  /** With the step after this frame, in the direction. */
  readonly after: FrameNumber | undefined;
};

/** What is changed of a wish; what is there and undefined is left to the movie or the server again. */
export type Changes = { readonly [Name in keyof Wish]?: Wish[Name] };

/** What a wish has where nothing is said. */
export const DEFAULT_WISH: Wish = {
  from: undefined,
  to: undefined,
  loop: false,
  fps: undefined,
  contract: "all",
  missing: undefined,
  rendition: "original",
  priority: DEFAULT_PRIORITY,
  direction: 1,
};

/** Frame numbers have at most 15 digits, as in the names of files. */
const LARGEST_FRAME = 999_999_999_999_999;

const READERS: { readonly [Name in keyof Wish]: (fields: Fields, name: string) => Wish[Name] } = {
  from: readFrame,
  to: readFrame,
  loop: (fields, name) => fields.flag(name, "OPTION_INVALID"),
  fps: readRate,
  contract: (fields, name) => fields.oneOf(name, CONTRACTS, "OPTION_INVALID"),
  missing: readMissing,
  rendition: readRendition,
  priority: readPriority,
  direction: readDirection,
};

export const WISH_NAMES = Object.keys(READERS) as readonly (keyof Wish)[];

export function readFrame(fields: Fields, name: string): FrameNumber {
  return FrameNumber(fields.whole(name, -LARGEST_FRAME, LARGEST_FRAME, "FRAME_NUMBER_INVALID"));
}

/** A frame's number, or `last`. */
export function readPlace(fields: Fields, name: string): FramePlace {
  return fields.value(name) === "last" ? "last" : readFrame(fields, name);
}

export function readMissing(fields: Fields, name: string): MissingPolicy {
  return fields.oneOf(name, MISSING_POLICIES, "OPTION_INVALID");
}

export function readPriority(fields: Fields, name: string): Priority {
  return Priority(fields.whole(name, 0, WORST_PRIORITY, "PRIORITY_INVALID"));
}

/** `"24000/1001"`, `"23.976"`, or a number, which stands for a fraction. */
export function readRate(fields: Fields, name: string): Rate {
  const value = fields.value(name);
  if (typeof value === "number") return rateOf(value);
  if (typeof value === "string") return parseRate(value);
  throw fields.refuse(name, {
    code: "RATE_INVALID",
    expected: "frames per second, as 24 or a text 24000/1001",
  });
}

function readDirection(fields: Fields, name: string): 1 | -1 {
  const value = fields.value(name);
  if (value === 1 || value === -1) return value;
  throw fields.refuse(name, { code: "OPTION_INVALID", expected: "1 or -1" });
}

/** `"original"`, or an object with a format. */
export function readRendition(fields: Fields, name: string): Rendition {
  const value = fields.value(name);
  if (value === "original") return value;
  const code = "RENDITION_INVALID";
  if (typeof value !== "object")
    throw fields.refuse(name, { code, expected: '"original", or an object with a format' });
  const inner = fields.inner(name, code);
  const format = parseFormat(inner.text("format", { code, expected: "ppm, png, jpeg or webp" }));
  return parseRendition(format, {
    width: inner.optional("width", numberText),
    quality: inner.optional("quality", numberText),
    levels: inner.optional("levels", levelsText),
    exposure: inner.optional("exposure", stopsText),
  });
}

/** As `parseRendition` takes them: its words have the bounds. */
function numberText(fields: Fields, name: string): string {
  return String(fields.number(name));
}

/** Never with an exponent, as programs write what is all but 0. */
function stopsText(fields: Fields, name: string): string {
  return String(nearestStops(fields.number(name)));
}

function levelsText(fields: Fields, name: string): string {
  const value = fields.value(name);
  if (typeof value === "string") return value;
  const inner = fields.inner(name);
  return `${inner.number("low")},${inner.number("high")}`;
}

/** Reads a whole wish: what is not there has its default. */
export function readWish(fields: Fields): Wish {
  const wish = { ...DEFAULT_WISH, ...readGiven(fields) };
  checkRange(wish);
  return wish;
}

/** Reads what is there of a wish; `null` is what leaves it to the movie or the server again. */
export function readChanges(fields: Fields): Changes {
  const nulls = WISH_NAMES.filter((name) => fields.has(name) && fields.value(name) === undefined);
  const changes = {
    ...Object.fromEntries(nulls.map((name) => [name, DEFAULT_WISH[name]])),
    ...readGiven(fields),
  };
  checkRange(changes);
  return changes;
}

function readGiven(fields: Fields): Changes {
  const entries = WISH_NAMES.flatMap((name) => {
    const read: (fields: Fields, name: string) => unknown = READERS[name];
    return fields.value(name) === undefined ? [] : [[name, read(fields, name)] as const];
  });
  return Object.fromEntries(entries);
}

function checkRange({ from, to }: Changes): void {
  if (from === undefined || to === undefined || from <= to) return;
  throw fault("RANGE_INVALID", `found from=${from} above to=${to}, expected a range that is not empty`);
}

/** @throws OPTION_INVALID when both are given */
export function readBeginning(fields: Fields): Beginning {
  const start = fields.optional("start", readPlace);
  const after = fields.optional("after", readFrame);
  if (start !== undefined && after !== undefined)
    throw fault("OPTION_INVALID", `found start=${start} and after=${after}, expected one of them`);
  return { start, after };
}

/** A wish, or changes of one, as JSON has them: what is undefined is written as `null` in changes. */
export function encodeWish(wish: Changes): { readonly [name: string]: unknown } {
  const { fps, ...rest } = wish;
  return "fps" in wish ? { ...rest, fps: fps && formatRate(fps) } : rest;
}
