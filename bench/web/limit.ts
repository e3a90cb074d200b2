/** Where a search begins, ends at the latest, and how near it has to come. */
export type Search = { readonly from: number; readonly most: number; readonly precision: number };

/**
 * The largest number that fits, near enough: from a first one up or down in steps of a half, then by halving
 * what lies between the largest that fitted and the smallest that did not.
 */
export async function largestThatFits(
  { from, most, precision }: Search,
  fits: (count: number) => Promise<boolean>,
): Promise<number> {
  let [low, high] = [0, Infinity];
  let count = from;
  for (;;) {
    if (await fits(count)) low = count;
    else high = count;
    const isNear = high - low <= 1 || (low > 0 && high / low <= 1 + precision);
    if (low >= most || isNear) return low;
    count = nextCount(low, high, most);
  }
}

const STEP = 1.5;

function nextCount(low: number, high: number, most: number): number {
  if (high === Infinity) return Math.min(most, Math.round(low * STEP));
  if (low === 0) return Math.max(1, Math.floor(high / STEP));
  return Math.floor((low + high) / 2);
}
