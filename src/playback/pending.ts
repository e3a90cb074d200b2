import type { Fault } from "../base/errors.ts";
import type { Rendition } from "../base/rendition.ts";
import { FrameNumber, MonotonicMs } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import type { FrameEntry, FrameLog } from "../library/log.ts";
import type { CursorMark, Direction, Passed, Step } from "./cursor.ts";
import type { FrameRequest } from "./frames.ts";

/** A step that has not started: from the moment it is looked ahead to until its message leaves. */
export type Pending = {
  step: Step;
  /** Where the cursor was before it. */
  mark: CursorMark;
  wish: FrameWish | undefined;
  /** Whether production has been asked for it, or had it at hand. */
  isLookedUp: boolean;
  /** Production has made what is wished, which was not offered at that moment. */
  isMade: boolean;
  /** Since when it has been waited for, and for nothing in front of it. */
  waitedForSince: MonotonicMs | undefined;
  /** What may stand in for it: made when it turns out to be missing or unreadable. */
  standIns: Generator<FrameWish> | undefined;
  /** The frame before it, when that was asked for what may stand in. */
  nearest: FrameEntry | undefined;
  request: FrameRequest | undefined;
  /** Of the request. */
  deadline: MonotonicMs;
  /** What is wrong with its frame. */
  fault: Fault | undefined;
  /** What ends the epoch when it is this step's turn: nothing could stand in. */
  error: Fault | undefined;
  /** What was offered. */
  sent: ProducedFrame | undefined;
  /** Its frame is not there, or cannot be read. */
  isMissing: boolean;
  /**
   * What was left out before it: frames that could not be read and the holes among them, and frames that
   * could not have been made in time.
   */
  passedBefore: Passed;
};

type Beginning = Pick<Pending, "mark" | "passedBefore"> & {
  /** What it is played in, which says how frames are shown. */
  readonly playback: { readonly rendition?: Rendition | undefined };
};

/** A step as it is when it has just been looked ahead to. */
export function makePending(step: Step, { mark, passedBefore, playback }: Beginning): Pending {
  const { rendition } = playback;
  return {
    step,
    mark,
    // Written out: with a spread, each message took a tenth longer.
    wish: step.entry && { entry: step.entry, rendition, playback },
    isMissing: step.entry === undefined,
    passedBefore,
    isLookedUp: false,
    isMade: false,
    waitedForSince: undefined,
    standIns: undefined,
    nearest: undefined,
    request: undefined,
    deadline: MonotonicMs(Number.POSITIVE_INFINITY),
    fault: undefined,
    error: undefined,
    sent: undefined,
  };
}

/** The frame of an entry in a rendition. */
export function wishFor(entry: FrameEntry, rendition: Rendition | undefined): FrameWish {
  return rendition === undefined ? { entry } : { entry, rendition };
}

/** Whether what happened to the frame `number` may change which step this is, or what is shown in it. */
export function isAffected(pending: Pending, number: FrameNumber, direction: Direction = 1): boolean {
  const { step, mark, wish, isMissing, nearest } = pending;
  if (number === step.number || number === wish?.entry.number) return true;
  // Passed over as a hole. What lands at the end of a pass that is over is in the next one.
  const [from, to, place] = [direction * mark.at, direction * step.number, direction * number];
  if (place >= from && place < to) return true;
  return isMissing && number < step.number && number >= (nearest?.number ?? Number.NEGATIVE_INFINITY);
}

/** Whether the log would give the same frames for a step as when it was looked ahead to. */
export function isCurrent({ step, wish, isMissing, nearest }: Pending, log: FrameLog): boolean {
  if (!isSame(step.entry, log.at(step.number))) return false;
  if (!isMissing) return true;
  if (!isSame(nearest, nearestBefore(log, step.number))) return false;
  return wish === undefined || isSame(wish.entry, log.at(wish.entry.number));
}

/** The frame before a number. */
export function nearestBefore(log: FrameLog, number: FrameNumber): FrameEntry | undefined {
  return log.atOrBefore(FrameNumber(number - 1));
}

function isSame(a: FrameEntry | undefined, b: FrameEntry | undefined): boolean {
  return a?.number === b?.number && a?.revision === b?.revision;
}
