/**
 * How long a process that has said its last word may take to end by itself, in milliseconds: longer than
 * production waits for what is under way (2 s) and finds that a worker does not end (300 ms).
 */
const LINGER_MS = 2500;

/** Ends the process soon, even if a stage forgot to release something: that must not turn into a hang. */
export function endSoon(): void {
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
