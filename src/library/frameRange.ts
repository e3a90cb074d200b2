import { fault } from "../base/errors.ts";
import { FrameNumber } from "../base/units.ts";
import { quote } from "../wire/quote.ts";

/**
 * Numbers that are declared: `first`, and every `step`th after it up to `last`, which is one of them. `step`
 * is at least 1.
 */
export type FrameRange = { readonly first: FrameNumber; readonly last: FrameNumber; readonly step: number };

/** Numbers of up to 15 digits are exact in a double. */
const RANGE = /^(-?[0-9]{1,15})(?:-(-?[0-9]{1,15})(?:x([0-9]{1,15}))?)?$/;

/** What is meant as one, with numbers of any length. */
const LIKE_RANGE = /^-?[0-9]+(?:--?[0-9]+(?:x[0-9]+)?)?$/;

const LIST = /^[0-9x-]+(,[0-9x-]+)+$/;

/**
 * Reads `1-10`, `1-100x5`, `-10-20`, `-10--5` or `1001`, which is one frame. What the last number of a step
 * does not reach is not part of the range: `1-100x10` ends with 91.
 * @throws RANGE_INVALID for a list (`1-10,20-30`), and what is no range or an empty one
 */
export function parseFrameRange(text: string): FrameRange {
  const match = RANGE.exec(text);
  if (match === null) throw notARange(text);
  const [, from = "", to = from, every = "1"] = match;
  const [first, last, step] = [Number(from) + 0, Number(to) + 0, Number(every)]; // −0 becomes 0
  if (first > last) {
    throw fault("RANGE_INVALID", `found ${quote(text)}, expected the lower number first, as 1001-1100`);
  }
  if (step === 0) {
    throw fault("RANGE_INVALID", `found ${quote(text)}, expected a step of at least 1, as 1-100x5`);
  }
  const reached = lastReached(first, last, step);
  return { first: FrameNumber(first), last: FrameNumber(reached), step: reached === first ? 1 : step };
}

/** The last number that a step reaches from `first` on, not above `last`. */
export function lastReached(first: number, last: number, step: number): number {
  return first + Math.floor((last - first) / step) * step;
}

/** Whether a text is meant as a range, or as a list of ranges: digits, `-`, `x` and commas. */
export function looksLikeRange(text: string): boolean {
  return LIKE_RANGE.test(text) || LIST.test(text);
}

/** `1-10`, `1-96x5`, or `1001` for one frame: what `parseFrameRange` reads. */
export function formatFrameRange({ first, last, step }: FrameRange): string {
  if (first === last) return String(first);
  return step === 1 ? `${first}-${last}` : `${first}-${last}x${step}`;
}

function notARange(text: string): Error {
  const forms = "expected a range as 1001-1100, 1-100x5, -10-20 or 1001";
  if (!LIST.test(text)) return fault("RANGE_INVALID", `found ${quote(text)}, ${forms}`);
  return fault(
    "RANGE_INVALID",
    `found the list ${quote(text)}, ${forms}: one range from the lowest to the highest number, ` +
      "in which numbers without a file are holes",
  );
}
