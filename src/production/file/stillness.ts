import { fault } from "../../base/errors.ts";

/**
 * How long a file must have been left alone before it is read. A frame that is rewritten in place is half
 * old and half new meanwhile, and may look complete; programs pause between two writes for less than this.
 */
const STILL_MS = 300;
/** How long a worker waits for a file to be still: three such pauses. */
const PATIENCE_MS = 1000;

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
 * to come, the clock of a file server is ahead of ours, and two looks have to do.
 */
export function restlessFor({ mtimeNs, ctimeNs }: FileState, nowMs: number): number {
  const writtenMs = Number((mtimeNs < ctimeNs ? mtimeNs : ctimeNs) / NS_PER_MS);
  return Math.min(Math.max(0, writtenMs + STILL_MS - nowMs), STILL_MS);
}

/** What is left of the time that one read may wait. */
export class Patience {
  #leftMs = PATIENCE_MS;

  /** Blocks the thread, which makes one frame at a time. @throws FRAME_CHANGING when the time is used up */
  wait(ms: number): void {
    if (ms > this.#leftMs)
      throw fault("FRAME_CHANGING", "found the file being written, expected one that is finished");
    this.#leftMs -= ms;
    Atomics.wait(CLOCK, 0, 0, ms);
  }
}

/** Nobody ever wakes who waits on it. */
const CLOCK = new Int32Array(new SharedArrayBuffer(4));

/**
 * Looks until the file has been left alone for long enough, and gives the last look.
 * @throws FRAME_CHANGING
 */
export function waitUntilStill<State extends FileState>(
  first: State,
  look: () => State,
  patience: Patience,
): State {
  for (let seen = first; ;) {
    const restless = restlessFor(seen, Date.now());
    if (restless === 0) return seen;
    patience.wait(restless);
    const again = look();
    if (isSameState(seen, again)) return again;
    seen = again;
  }
}
