import { present } from "../../src/base/assert.ts";
import { quantile } from "../statistics.ts";
import type { Viewed } from "./contest.ts";

/** What viewers of one run have seen together. */
export type Seen = {
  /** Frames that were due while they watched. */
  readonly due: number;
  /** Of those, how many never came. */
  readonly lost: number;
  /** Milliseconds from a frame's due time to its last byte; of the frames that came. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  /** The longest time from a request to the last byte of the first frame. */
  readonly first: number;
};

/** The movie, its rate, and when the viewers stopped. */
export type Watching = { readonly periodMs: number; readonly endedMs: number };

/**
 * The clock is the viewers': the first frame that comes, which must be frame 1, is on time, and frame n due
 * n − 1 periods later. A frame that is due less than a period before the end may still be on its way, and is
 * not counted as lost. The receipt has to agree with what came.
 */
export function seen(viewers: readonly Viewed[], watching: Watching): Seen {
  const lateness = viewers.flatMap((viewer) => latenessOf(viewer, watching)).toSorted((a, b) => a - b);
  const due = viewers.map((viewer) => dueFrames(viewer, watching));
  const lost = viewers.map((viewer, index) => lostFrames(viewer, present(due[index], "one for each")));
  return {
    due: sum(due),
    lost: sum(lost),
    p50: quantile(lateness, 0.5),
    p99: quantile(lateness, 0.99),
    worst: quantile(lateness, 1),
    first: Math.max(...viewers.map((viewer) => firstCame(viewer) - viewer.askedMs)),
  };
}

function latenessOf(viewer: Viewed, { periodMs }: Watching): number[] {
  const zero = firstCame(viewer);
  return viewer.frames.map((frame, index) => {
    const came = present(viewer.cameMs[index], "each frame has its time");
    return came - (zero + (frame - 1) * periodMs);
  });
}

function dueFrames(viewer: Viewed, { periodMs, endedMs }: Watching): number {
  return Math.max(Math.floor((endedMs - firstCame(viewer)) / periodMs), 0);
}

function lostFrames({ frames, receipt }: Viewed, due: number): number {
  if (frames.some((frame, index) => index > 0 && frame <= present(frames[index - 1], "an index inside")))
    throw new Error(`found frames out of order: ${frames.join(" ")}`);
  if (receipt !== null && receipt.sent !== frames.length)
    throw new Error(`the receipt says that ${receipt.sent} frames were sent, ${frames.length} came`);
  return due - frames.filter((frame) => frame <= due).length;
}

/** When the timeline began. */
function firstCame({ frames, cameMs }: Viewed): number {
  if (frames[0] !== 1) throw new Error(`a viewer's first frame was ${frames[0] ?? "none"}, expected 1`);
  return present(cameMs[0], "each frame has its time");
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
