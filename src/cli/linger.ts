/** How long a process that has said its last word may take to end by itself, in milliseconds. */
const LINGER_MS = 1000;

/** Ends the process soon, even if a stage forgot to release something: that must not turn into a hang. */
export function endSoon(): void {
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
