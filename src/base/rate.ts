import { fault } from "./errors.ts";
import { MediaTime } from "./units.ts";

/** Frames per second as a fraction in lowest terms, both parts positive: 24000/1001 stays exact. */
export type Rate = { readonly numerator: number; readonly denominator: number };

/** What review tools play at when nothing says otherwise. */
export const DEFAULT_RATE: Rate = { numerator: 24, denominator: 1 };

/** Above this a frame's period is under the clock's tick of one millisecond. */
export const FASTEST_RATE = 1000;

/** Below this (one frame in a day) a wait is a mistake rather than a rate. */
const SLOWEST_RATE = 1 / 86_400;

const RATE = /^(\d{1,9})(?:\/(\d{1,9})|\.(\d{1,6}))?$/;

/**
 * Reads `24`, `24000/1001` or `23.976` (taken exactly, 2997/125).
 * @throws RATE_INVALID when the text is none of these or not between one frame a day and 1000 frames a second
 */
export function parseRate(text: string): Rate {
  const match = RATE.exec(text);
  if (match === null) throw invalid(text);
  const [, whole = "", below, decimals] = match;
  if (below !== undefined) return makeRate(Number(whole), Number(below), text);
  if (decimals === undefined) return makeRate(Number(whole), 1, text);
  const scale = 10 ** decimals.length;
  return makeRate(Number(whole) * scale + Number(decimals), scale, text);
}

/** Whoever types decimals or computes them means the fraction: at 24 a year has less than a frame more. */
const NEAR = 1e-9;
/** As many digits as are read of either part. */
const LARGEST_PART = 999_999_999;

/**
 * The rate that a number stands for: what has up to six decimals is taken exactly; of what has more, as
 * programs compute it, the first fraction that is near: 24000/1001 for 23.976023976023978.
 * @throws RATE_INVALID
 */
export function rateOf(value: number): Rate {
  const text = String(value);
  if (RATE.test(text)) return parseRate(text);
  if (!(value >= SLOWEST_RATE && value <= FASTEST_RATE)) throw invalid(text);
  // Convergents of the continued fraction: of all fractions with parts so small, none is nearer.
  let before: Rate = { numerator: 1, denominator: 0 };
  let rate: Rate = { numerator: Math.floor(value), denominator: 1 };
  let rest = value;
  while (Math.abs(rate.numerator / rate.denominator - value) > value * NEAR) {
    rest = 1 / (rest - Math.floor(rest));
    const whole = Math.floor(rest);
    const numerator = whole * rate.numerator + before.numerator;
    const denominator = whole * rate.denominator + before.denominator;
    if (numerator > LARGEST_PART || denominator > LARGEST_PART) break;
    before = rate;
    rate = { numerator, denominator };
  }
  return rate;
}

function makeRate(numerator: number, denominator: number, text: string): Rate {
  const value = numerator / denominator;
  if (!(value >= SLOWEST_RATE && value <= FASTEST_RATE)) throw invalid(text);
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function invalid(text: string): Error {
  return fault(
    "RATE_INVALID",
    `found "${text}", expected frames per second as 24, 24000/1001 or 23.976, up to ${FASTEST_RATE}`,
  );
}

/** `24`, or `24000/1001` where the rate is no whole number. */
export function formatRate(rate: Rate): string {
  return rate.denominator === 1 ? String(rate.numerator) : `${rate.numerator}/${rate.denominator}`;
}

/**
 * When the frame at `position` (0 for the first) is shown. Computed from the fraction, so that it never
 * drifts.
 */
export function mediaTimeAt(rate: Rate, position: number): MediaTime {
  return MediaTime((position * rate.denominator * 1000) / rate.numerator);
}
