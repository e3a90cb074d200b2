/** Consecutive frame numbers, both ends inclusive. */
export type Range = readonly [from: number, to: number];

const RANGE = /^(-?\d{1,15})(?:-(-?\d{1,15}))?$/;

/**
 * Reads `1-3,7` or `-10--5`, as servers name frames. What is no range of numbers is left out: a text that a
 * later
 * server writes otherwise is no reason to show nothing.
 */
export function parseRanges(text: string): Range[] {
  return text.split(",").flatMap((part): Range[] => {
    const match = RANGE.exec(part);
    if (match === null) return [];
    const [, from = "", to = from] = match;
    return [[Number(from), Number(to)]];
  });
}

/** Whether one of the ranges, which are in order and apart from each other, has the number. */
export function hasNumber(ranges: readonly Range[], number: number): boolean {
  return rangeOf(ranges, number) !== undefined;
}

/** The range that has the number; the ranges are in order. */
export function rangeOf(ranges: readonly Range[], number: number): Range | undefined {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return undefined;
    if (number < range[0]) high = middle - 1;
    else if (number > range[1]) low = middle + 1;
    else return range;
  }
  return undefined;
}

/** Ranges of the numbers, which are joined where they follow each other by `step`. */
export function rangesOf(numbers: Iterable<number>, step: number): Range[] {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && number - last[1] <= step) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}
