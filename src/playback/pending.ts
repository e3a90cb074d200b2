import type { Fault } from "../base/errors.ts";
import type { MonotonicMs } from "../base/units.ts";
import type { FrameWish } from "../library/frame.ts";
import type { Step } from "./cursor.ts";
import type { FrameRequest } from "./frames.ts";
import type { SentFrame } from "./tally.ts";

/** A step that has not started: from the moment it is looked ahead to until its message leaves. */
export type Pending = {
  readonly step: Step;
  wish: FrameWish | undefined;
  /** Whether production has been asked for it, or had it at hand. */
  isLookedUp: boolean;
  /** Since when it has been waited for, and for nothing in front of it. */
  waitedForSince: MonotonicMs | undefined;
  /** What may stand in for it: made when it turns out to be missing or unreadable. */
  standIns: Generator<FrameWish> | undefined;
  request: FrameRequest | undefined;
  /** What is wrong with its frame. */
  fault: Fault | undefined;
  /** What ends the epoch when it is this step's turn: nothing could stand in. */
  error: Fault | undefined;
  sent: SentFrame | undefined;
  /** Its frame is not there, or cannot be read. */
  isMissing: boolean;
  /** Missing frames between it and the next step. */
  missingBehind: number;
};

/** A step as it is when it has just been looked ahead to. */
export function makePending(step: Step): Pending {
  return {
    step,
    wish: step.entry && { entry: step.entry },
    isMissing: step.entry === undefined,
    missingBehind: 0,
    isLookedUp: false,
    waitedForSince: undefined,
    standIns: undefined,
    request: undefined,
    fault: undefined,
    error: undefined,
    sent: undefined,
  };
}
