import { Type } from "typebox";
import { CONTRACTS, type Contract, MISSING_POLICIES, type MissingPolicy } from "../../base/contract.ts";
import { type ErrorCode, fault } from "../../base/errors.ts";
import { type Rate, parseRate } from "../../base/rate.ts";
import {
  type Levels,
  MOST_EXPOSURE,
  WIDEST,
  parseExposure,
  parseLevels,
  parseQuality,
  parseWidth,
} from "../../base/rendition.ts";
import { type FrameNumber, Priority, WORST_PRIORITY } from "../../base/units.ts";
import { parseFrameNumber } from "../../wire/options.ts";
import { quote } from "../../wire/quote.ts";
import { MOVIE_ORDERS, type MovieOrder } from "../movieOrder.ts";
import { DEFAULT_BINS, DEFAULT_PAGE, LONGEST_PAGE, MOST_BINS, WINDOW_SIDE } from "./limits.ts";

/** What a parameter of a query is: to documents, to handlers, and to whoever sends it. */
export type Parameter<T> = {
  /** As JSON Schema; its type is what `read` gives. */
  readonly schema: ReturnType<typeof Type.Unsafe<T>>;
  /** Reads one value. @throws the fault that says what is wrong with it */
  readonly read: (text: string) => T;
};

type Words = { readonly description: string; readonly [keyword: string]: unknown };

function parameter<T>(words: Words, read: (text: string) => T): Parameter<T> {
  return { schema: Type.Unsafe<T>(words), read };
}

/** Names are no longer, and what is sought is part of one. */
const LONGEST_NAME = 4096;
const LONGEST_SEARCH = 200;

const FRAME = { type: "string", pattern: "^-?[0-9]{1,15}$" } as const;
const FRAME_OR_LAST = { type: "string", pattern: "^(-?[0-9]{1,15}|last)$" } as const;
const RATE_PATTERN = "^\\d{1,9}(/\\d{1,9}|\\.\\d{1,6})?$";

/** A frame's number, or the word for the newest there is. */
export type FramePlace = FrameNumber | "last";

/** Every parameter that a query can have, with one meaning wherever it is taken. */
export const PARAMETERS = {
  from: parameter<FramePlace>(
    { ...FRAME_OR_LAST, description: "The first frame; `last` is the newest there is." },
    (text) => (text === "last" ? text : parseFrameNumber(text, "from")),
  ),
  to: parameter<FrameNumber>({ ...FRAME, description: "The last frame." }, (text) =>
    parseFrameNumber(text, "to"),
  ),
  fps: parameter<Rate>(
    {
      type: "string",
      pattern: RATE_PATTERN,
      description: "Frames per second, as `24`, `24000/1001` or `23.976`.",
      examples: ["24", "24000/1001"],
    },
    parseRate,
  ),
  loop: parameter<boolean>(
    { type: "string", enum: ["0", "1"], description: "`1`: begins again behind the last frame." },
    (text) => oneOf("loop", ["0", "1"], text) === "1",
  ),
  contract: parameter<Contract>(
    {
      type: "string",
      enum: [...CONTRACTS],
      description:
        "What happens when the client is slow: nothing is skipped, late frames, or all but the newest.",
    },
    (text) => oneOf("contract", CONTRACTS, text),
  ),
  missing: parameter<MissingPolicy>(
    {
      type: "string",
      enum: [...MISSING_POLICIES],
      description: "What comes for a frame that is missing; the movie's own way, when nothing is said.",
    },
    (text) => oneOf("missing", MISSING_POLICIES, text),
  ),
  direction: parameter<1 | -1>(
    { type: "string", enum: ["1", "-1"], description: "`-1` plays backwards." },
    (text) => (oneOf("direction", ["1", "-1"], text) === "1" ? 1 : -1),
  ),
  width: parameter<number>(
    {
      type: "integer",
      minimum: 1,
      maximum: WIDEST,
      description: "In pixels; narrower pictures keep theirs.",
    },
    parseWidth,
  ),
  quality: parameter<number>(
    { type: "integer", minimum: 1, maximum: 100, description: "Of JPEG and WebP; the others lose nothing." },
    parseQuality,
  ),
  levels: parameter<Levels | "auto">(
    {
      type: "string",
      description: "`auto`, or the values that become black and white: `0,4095`.",
      examples: ["auto", "0,4095"],
    },
    parseLevels,
  ),
  exposure: parameter<number>(
    {
      type: "number",
      minimum: -MOST_EXPOSURE,
      maximum: MOST_EXPOSURE,
      description: "In stops: each doubles the light.",
    },
    parseExposure,
  ),
  priority: parameter<Priority>(
    {
      type: "integer",
      minimum: 0,
      maximum: WORST_PRIORITY,
      description: "Smaller goes first; goes before the field `Priority`.",
    },
    parsePriority,
  ),
  tagged: parameter<boolean>(
    { type: "string", enum: ["0", "1"], description: "`1`: the classic protocol's line before each frame." },
    (text) => oneOf("tagged", ["0", "1"], text) === "1",
  ),
  rev: parameter<string>(
    {
      type: "string",
      pattern: "^[0-9a-z]{1,16}-[0-9]{1,15}$",
      description: "The revision of the frame, as `Content-Location` names it: its bytes never change.",
    },
    readRevision,
  ),
  search: parameter<string>(
    {
      type: "string",
      maxLength: LONGEST_SEARCH,
      description: "Part of a movie's name or title, in whichever case.",
    },
    (text) => atMost("search", LONGEST_SEARCH, text),
  ),
  sort: parameter<MovieOrder>(
    {
      type: "string",
      enum: [...MOVIE_ORDERS],
      description: "With `-`, downwards; `live` has live ones first, and of these and the others the newest.",
    },
    (text) => oneOf("sort", MOVIE_ORDERS, text),
  ),
  offset: parameter<number>(
    { type: "integer", minimum: 0, default: 0, description: "How many are left out at the beginning." },
    (text) => parseCount("offset", text, { most: Number.MAX_SAFE_INTEGER }),
  ),
  limit: parameter<number>(
    {
      type: "integer",
      minimum: 0,
      maximum: LONGEST_PAGE,
      default: DEFAULT_PAGE,
      description: "How many are listed.",
    },
    (text) => parseCount("limit", text, { most: LONGEST_PAGE }),
  ),
  x: pixel("x", "From the left edge."),
  y: pixel("y", "From the upper edge."),
  columns: windowSide("columns", "How many pixels of a row; less at the picture's edge."),
  rows: windowSide("rows", "How many rows; less at the picture's edge."),
  bins: parameter<number>(
    {
      type: "integer",
      minimum: 1,
      maximum: MOST_BINS,
      default: DEFAULT_BINS,
      description: "Of the histogram.",
    },
    (text) => parseCount("bins", text, { least: 1, most: MOST_BINS }),
  ),
  range: parameter<Levels>(
    {
      type: "string",
      description:
        "What the bins cover, in the file's values: `0,4095`. When nothing is said, all that whole numbers " +
        "can be, and the finite values there are of floating point.",
      examples: ["0,4095"],
    },
    parseRange,
  ),
  movie: parameter<string>(
    { type: "string", maxLength: LONGEST_NAME, description: "The name of one movie." },
    (text) => atMost("movie", LONGEST_NAME, text),
  ),
} as const;

export type ParameterName = keyof typeof PARAMETERS;

/** What a parameter's `read` gives. */
export type ValueOf<Name extends ParameterName> = ReturnType<(typeof PARAMETERS)[Name]["read"]>;

/** A query that takes these parameters, each once or not at all. */
export function query<Name extends ParameterName>(...names: readonly Name[]) {
  type Values = { readonly [Key in Name]?: ValueOf<Key> };
  return Type.Unsafe<Values>({
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(names.map((name) => [name, PARAMETERS[name].schema])),
  });
}

function oneOf<T extends string>(name: string, values: readonly T[], text: string): T {
  const known = values.find((value) => value === text);
  if (known !== undefined) return known;
  throw invalid("OPTION_INVALID", name, text, `one of ${values.join(", ")}`);
}

function atMost(name: string, most: number, text: string): string {
  if (text.length <= most) return text;
  throw fault("OPTION_INVALID", `found ${text.length} characters of ${name}, expected at most ${most}`);
}

type Bounds = { readonly least?: number; readonly most: number };

function parseCount(name: string, text: string, { least = 0, most }: Bounds): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Infinity;
  if (value >= least && value <= most) return value;
  throw invalid("OPTION_INVALID", name, text, `a whole number from ${least} to ${most}`);
}

/** Levels are values of the file, and so are the ends of a range. */
function parseRange(text: string): Levels {
  const range = parseLevels(text);
  if (range === "auto") throw invalid("OPTION_INVALID", "range", text, "the lower value first, as 0,4095");
  return range;
}

/** The place of a pixel in its row, or of its row. */
function pixel(name: string, description: string): Parameter<number> {
  const schema = { type: "integer", minimum: 0, maximum: WIDEST, default: 0, description };
  return parameter(schema, (text) => parseCount(name, text, { most: WIDEST }));
}

function windowSide(name: string, description: string): Parameter<number> {
  const schema = { type: "integer", minimum: 1, maximum: WINDOW_SIDE, default: 1, description };
  return parameter(schema, (text) => parseCount(name, text, { least: 1, most: WINDOW_SIDE }));
}

function parsePriority(text: string): Priority {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Infinity;
  if (value <= WORST_PRIORITY) return Priority(value);
  throw invalid("PRIORITY_INVALID", "priority", text, `a whole number from 0 to ${WORST_PRIORITY}`);
}

function readRevision(text: string): string {
  if (/^[0-9a-z]{1,16}-\d{1,15}$/.test(text)) return text;
  throw invalid("OPTION_INVALID", "rev", text, "a revision as Content-Location names it");
}

function invalid(code: ErrorCode, name: string, text: string, expected: string): Error {
  return fault(code, `found ${name}=${quote(text)}, expected ${expected}`);
}
