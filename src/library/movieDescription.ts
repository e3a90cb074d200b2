import { MISSING_POLICIES, type MissingPolicy } from "../base/contract.ts";
import { type ErrorCode, Fault, fault } from "../base/errors.ts";
import { type Rate, parseRate } from "../base/rate.ts";
import { nearest } from "../base/spelling.ts";
import { FrameNumber } from "../base/units.ts";
import { quote } from "../wire/quote.ts";

/** What somebody says of a movie, more than its files do. What is undefined was not said. */
export type MovieDescription = {
  readonly title?: string | undefined;
  readonly rate?: Rate | undefined;
  /** The lowest and highest number that it will have in the end; `first` is not above `last`. */
  readonly first?: FrameNumber | undefined;
  readonly last?: FrameNumber | undefined;
  /** Every how many numbers there is a frame, from 1. */
  readonly step?: number | undefined;
  readonly missing?: MissingPolicy | undefined;
};

/** A description, and what of it was not understood: that is left out of it. */
export type Described<T = MovieDescription> = { readonly description: T; readonly faults: readonly Fault[] };

/** What people call a movie fits a line. */
const LONGEST_TITLE = 200;

/** No file's name has a number with more digits: a movie that ended there would be waited for without end. */
const LARGEST_NUMBER = 999_999_999_999_999;
const FRAME_NUMBER = "a frame number, whole and of at most 15 digits";

type Key = {
  readonly expected: string;
  /** Undefined when the value is not what is expected. @throws RATE_INVALID */
  read(value: unknown): MovieDescription | undefined;
};

const KEYS: ReadonlyMap<string, Key> = new Map<string, Key>([
  ["title", { expected: `a text of 1 to ${LONGEST_TITLE} characters`, read: readTitle }],
  ["fps", { expected: '24, "24000/1001" or 23.976', read: readRate }],
  ["first", { expected: FRAME_NUMBER, read: (value) => number(value, (first) => ({ first })) }],
  ["last", { expected: FRAME_NUMBER, read: (value) => number(value, (last) => ({ last })) }],
  ["step", { expected: "a whole number from 1", read: readStep }],
  ["missing", { expected: `one of ${MISSING_POLICIES.join(", ")}`, read: readMissing }],
]);

/**
 * Reads what was said of a movie, key by key: one that is unknown or has a wrong value is told of, and left
 * out. A null is as if the key were not there. Faults: SETTING_INVALID, RATE_INVALID, RANGE_INVALID.
 *
 * @param others keys that somebody else reads
 */
export function describeMovie(said: object, others: readonly string[] = []): Described {
  const faults: Fault[] = [];
  const description: MovieDescription = {};
  for (const [name, value] of Object.entries(said)) {
    if (value === null || others.includes(name)) continue;
    try {
      Object.assign(description, readKey(name, value, others));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(error);
    }
  }
  const { first, last, ...rest } = description;
  if (first === undefined || last === undefined || first <= last) return { description, faults };
  faults.push(
    fault("RANGE_INVALID", `found first ${first} above last ${last}, expected the lower number first`),
  );
  return { description: rest, faults };
}

/** What is said of all movies, but for what is said of one. */
export function overlay(all: MovieDescription, one: MovieDescription | undefined): MovieDescription {
  if (one === undefined) return all;
  const said = Object.entries(one).filter(([, value]) => value !== undefined);
  const merged: MovieDescription = { ...all, ...Object.fromEntries(said) };
  const { first, last } = merged;
  if (first === undefined || last === undefined || first <= last) return merged;
  // Each was said where the other was not: the one that is said of this movie alone is meant.
  return { ...merged, first: one.first, last: one.last };
}

function readKey(name: string, value: unknown, others: readonly string[]): MovieDescription {
  const key = KEYS.get(name);
  if (key === undefined) {
    const known = [...KEYS.keys(), ...others];
    const meant = nearest(name, known);
    const hint = meant === undefined ? `expected ${known.join(", ")}` : `did you mean "${meant}"?`;
    throw fault("SETTING_INVALID", `found the unknown key ${quote(name)}, ${hint}`);
  }
  const invalid = (code: ErrorCode): Fault =>
    fault(code, `${name}: found ${textOf(value)}, expected ${key.expected}`);
  try {
    const found = key.read(value);
    if (found !== undefined) return found;
  } catch (error) {
    throw error instanceof Fault ? invalid(error.code) : error;
  }
  throw invalid("SETTING_INVALID");
}

function textOf(value: unknown): string {
  return quote(typeof value === "string" ? value : (JSON.stringify(value) ?? String(value)));
}

function readTitle(value: unknown): MovieDescription | undefined {
  if (typeof value !== "string") return undefined;
  const title = value.trim();
  return title !== "" && title.length <= LONGEST_TITLE ? { title } : undefined;
}

function readRate(value: unknown): MovieDescription | undefined {
  const isText = typeof value === "string" || typeof value === "number";
  return isText ? { rate: parseRate(String(value)) } : undefined;
}

function number(
  value: unknown,
  make: (number: FrameNumber) => MovieDescription,
): MovieDescription | undefined {
  const isNumber = Number.isSafeInteger(value) && Math.abs(Number(value)) <= LARGEST_NUMBER;
  return isNumber ? make(FrameNumber(Number(value) + 0)) : undefined; // −0 becomes 0
}

function readStep(value: unknown): MovieDescription | undefined {
  return Number.isSafeInteger(value) && Number(value) > 0 ? { step: Number(value) } : undefined;
}

function readMissing(value: unknown): MovieDescription | undefined {
  const missing = MISSING_POLICIES.find((policy) => policy === value);
  return missing === undefined ? undefined : { missing };
}
