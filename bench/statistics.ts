import { assert, present } from "../src/base/assert.ts";

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = present(sorted[middle], "an index inside");
  return sorted.length % 2 === 1 ? upper : (upper + present(sorted[middle - 1], "an index inside")) / 2;
}

/** Each value of `ours` by that of `theirs` of the same repetition. */
export function pairedRatios(ours: readonly number[], theirs: readonly number[]): number[] {
  assert(ours.length === theirs.length, "pairs need as many of one as of the other");
  return ours.map((value, index) => value / present(theirs[index], "an index inside"));
}

/** Random numbers in [0, 1) that a seed repeats: mulberry32 (Tommy Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The items in a random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}

/** The nearest rank: the smallest value that at least `share` of all do not exceed; NaN of nothing. */
export function quantile(sorted: readonly number[], share: number): number {
  const rank = Math.max(Math.ceil(share * sorted.length), 1);
  return sorted[rank - 1] ?? Number.NaN;
}

/** How sure a figure is: of such intervals about 95 in 100 hold the value that is asked for. */
export type Interval = { readonly low: number; readonly high: number };

const CONFIDENCE = 0.95;
const DRAWS = 10_000;

/**
 * The confidence interval of the median, by the percentile bootstrap (Efron 1979): medians of as many values
 * as there are, drawn from them with repetition. The same values give the same interval.
 */
export function medianInterval(values: readonly number[]): Interval {
  const random = seededRandom(1);
  const draw = (): number => values[Math.floor(random() * values.length)] ?? Number.NaN;
  const medians = Array.from({ length: DRAWS }, () => median(Array.from(values, draw)));
  const sorted = medians.toSorted((a, b) => a - b);
  const tail = (1 - CONFIDENCE) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}
