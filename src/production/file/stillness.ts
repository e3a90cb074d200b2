/**
 * How long a file must have been left alone before it is read. A frame that is rewritten in place is half
 * old and half new meanwhile, and may look complete; programs pause between two writes for less than this.
 */
export const STILL_MS = 300;
const NS_PER_MS = 1_000_000n;

/** What is seen of a file from outside. */
export type FileState = {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly nlink: bigint;
};

/**
 * Whether nobody wrote to the file between two looks. A file that is replaced by another, or gets a second
 * name, has another number of names and a later change time, and the same bytes.
 */
export function isSameState(one: FileState, other: FileState): boolean {
  if (one.size !== other.size || one.mtimeNs !== other.mtimeNs) return false;
  return one.ctimeNs === other.ctimeNs || one.nlink !== other.nlink;
}

/**
 * How many milliseconds from `nowMs` on the file must stay as it is to be still; 0 when it is. A write sets
 * both times of a file to the present, so the earlier one tells when it was written at the latest: copies
 * keep an old modification time, and a wrong clock may have set one that is yet to come. When both are
 * to come, the clock of a file server is ahead of ours, and two looks so far apart have to do.
 */
export function restlessFor({ mtimeNs, ctimeNs }: FileState, nowMs: number): number {
  const writtenMs = Number((mtimeNs < ctimeNs ? mtimeNs : ctimeNs) / NS_PER_MS);
  return Math.min(Math.max(0, writtenMs + STILL_MS - nowMs), STILL_MS);
}

/** Whether the file was written to within this time, by the same rule. */
export function wasWrittenWithin(ms: number, { mtimeNs, ctimeNs }: FileState, nowMs: number): boolean {
  return Number((mtimeNs < ctimeNs ? mtimeNs : ctimeNs) / NS_PER_MS) > nowMs - ms;
}
