/** Between the first two tries, and at most, in milliseconds. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5000;

/**
 * How long to wait before the try after so many that failed: twice as long each time, up to five seconds. The
 * half of it is left to chance, so that the viewers of a server that went down do not come back as one.
 */
export function backoff(failures: number, random: () => number): number {
  const longest = Math.min(FIRST_WAIT * 2 ** Math.min(failures, 16), LONGEST_WAIT);
  return (longest / 2) * (1 + random());
}
