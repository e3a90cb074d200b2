/** How often the fastest is the movie's own rate. */
const FASTEST = 16;

/**
 * What J and L make of a rate; 0 is one that stands. In the same direction it doubles, in the other it
 * begins anew at the movie's own.
 */
export function shuttled(rate: number, direction: 1 | -1): number {
  if (rate * direction <= 0) return direction;
  return direction * Math.min(Math.abs(rate) * 2, FASTEST);
}
