import { Fault } from "../base/errors.ts";
import type { FrameLog, probeFrame } from "../main.ts";

/** What a frame's file says of its picture. */
export type FrameLook = Awaited<ReturnType<typeof probeFrame>>;

/** A movie, and its first frame's looks or why it has none that can be told. */
export type ListedMovie = { readonly log: FrameLog; readonly look: FrameLook | Fault | undefined };

/** Each probe opens a file: so many at once keep a disk busy without using up descriptors. */
const PROBES_AT_ONCE = 16;

/**
 * Looks into the first frame of each movie, until time is up: those of the rest are undefined, as those of
 * movies without a frame. A file that is on a mount that hangs holds up the others only until then.
 */
export async function lookAtMovies(
  logs: readonly FrameLog[],
  probe: typeof probeFrame,
  timeIsUp: Promise<undefined> = new Promise(() => undefined),
): Promise<ListedMovie[]> {
  const looks = new Map<FrameLog, ListedMovie["look"]>();
  const waiting = logs.values();
  let isOver = false;
  const lookOn = async (): Promise<void> => {
    for (const log of waiting) {
      looks.set(log, await lookAtMovie(log, probe));
      if (isOver) return;
    }
  };
  const all = Promise.all(Array.from({ length: PROBES_AT_ONCE }, lookOn));
  await Promise.race([all, timeIsUp]);
  isOver = true;
  return logs.map((log) => ({ log, look: looks.get(log) }));
}

async function lookAtMovie(log: FrameLog, probe: typeof probeFrame): Promise<ListedMovie["look"]> {
  const entry = log.nth(0);
  try {
    return entry === undefined ? undefined : await probe(entry);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
