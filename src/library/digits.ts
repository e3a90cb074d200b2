/** Longer numbers are not exact in a double, and no frame number on any surface. */
const MOST_DIGITS = 15;

const ZERO = 0x30;
const DOT = 0x2e;
const DASH = 0x2d;
const UNDERSCORE = 0x5f;

const isDigit = (code: number): boolean => code >= ZERO && code <= ZERO + 9;

/** What parts the digits of a name from the rest. */
export const isSeparator = (code: number): boolean => code === DOT || code === DASH || code === UNDERSCORE;

/**
 * Where the runs of ASCII digits lie in the first `end` characters of a name: the start of each and the place
 * behind it, in turn. A `-` belongs to its run as a sign only after another separator, since it also parts
 * the numbers of a date: `2024-01-02`.
 */
export function runsIn(name: string, end: number): number[] {
  const places: number[] = [];
  for (let at = 0; at < end; at++) {
    if (!isDigit(name.charCodeAt(at))) continue;
    const start = hasSign(name, at) ? at - 1 : at;
    while (at < end && isDigit(name.charCodeAt(at))) at++;
    places.push(start, at);
  }
  return places;
}

const hasSign = (name: string, at: number): boolean =>
  at > 1 && name.charCodeAt(at - 1) === DASH && isSeparator(name.charCodeAt(at - 2));

/** How many digits a run has without the zeros before them; 1 for zero. */
function significantDigits(run: string): number {
  const digits = run.startsWith("-") ? 1 : 0;
  let start = digits;
  while (start < run.length - 1 && run.startsWith("0", start)) start++;
  return run.length - start;
}

/** Whether a run has more digits than a frame number can have: a stamp, such as one of nanoseconds. */
export function isStamp(run: string): boolean {
  return run.length > MOST_DIGITS && significantDigits(run) > MOST_DIGITS;
}

/** Equal for runs that are equal numbers, however they are padded. */
export function valueAt(name: string, start: number, end: number): number | string {
  const digits = name.charCodeAt(start) === DASH ? start + 1 : start;
  let value = 0;
  for (let at = digits; at < end; at++) value = value * 10 + name.charCodeAt(at) - ZERO;
  // Beyond this it is not exact.
  if (value > Number.MAX_SAFE_INTEGER) return bare(name.slice(start, end));
  return digits === start || value === 0 ? value : -value;
}

/** Orders stamps as whole numbers of any length, which doubles would round. */
export function compareStamps(a: string, b: string): number {
  const [left, right] = [bare(a), bare(b)];
  const sign = left.startsWith("-") ? -1 : 1;
  if (left.startsWith("-") !== right.startsWith("-")) return sign;
  if (left.length !== right.length) return sign * (left.length - right.length);
  if (left === right) return 0;
  return left < right ? -sign : sign;
}

/** Without padding. */
function bare(run: string): string {
  return (run.startsWith("-") ? "-" : "") + run.slice(run.length - significantDigits(run));
}

/**
 * The digits that a file of a stamped sequence is known by: the last run in its name that is too long for a
 * number, else the last one.
 */
export function labelOf(fileName: string): string | undefined {
  const dot = fileName.lastIndexOf(".");
  const stem = dot < 0 ? fileName : fileName.slice(0, dot);
  const runs = stem.match(/[0-9]+/g) ?? [];
  return runs.findLast((run) => isStamp(run)) ?? runs.at(-1);
}
