import type { Contract, MissingPolicy } from "../base/contract.ts";
import { fault } from "../base/errors.ts";
import type { Rate } from "../base/rate.ts";
import { FrameNumber, type Priority } from "../base/units.ts";
import type { FrameLog } from "../library/log.ts";
import { Grid } from "./grid.ts";
import type { MessageLabel } from "./outlet.ts";

/** What a viewer asks for; undefined is what it leaves to the movie, or to the server. */
export type PlayWish = {
  /** The frame to begin with; the range's first one, when undefined. */
  readonly start: FrameNumber | undefined;
  readonly from: FrameNumber | undefined;
  readonly to: FrameNumber | undefined;
  readonly repeat: boolean;
  readonly rate: Rate | undefined;
  readonly contract: Contract;
  /** Goes before the movie's own policy: one viewer may want evidence where the others want a picture. */
  readonly missing: MissingPolicy | undefined;
  readonly priority: Priority;
  /** The better priority that was asked for, where it was not to be had. */
  readonly wished?: Priority | undefined;
  /** Whether the client is told the whole receipt when the epoch ends. */
  readonly receipt?: "full" | undefined;
};

/** One epoch's playing, checked against its movie. */
export type Plan = PlayWish & {
  readonly log: FrameLog;
  readonly start: FrameNumber;
  readonly missing: MissingPolicy;
  /** What the protocol puts before a message's frame; nothing, when undefined. */
  readonly label: ((label: MessageLabel) => Uint8Array) | undefined;
};

/**
 * Checks a wish against its movie. A range may reach over the movie's ends; it is the part inside that plays.
 * Of a movie that is still being made, what was declared counts: its frames may be yet to come.
 * @throws RANGE_INVALID when no frame lies in the range, or `start` does not
 * @throws FRAME_NOT_FOUND when the movie has no frame and none was declared, or `start` is none of its
 * numbers
 */
export function makePlan(log: FrameLog, wish: PlayWish, label: Plan["label"]): Plan {
  const start = startOf(log, wish);
  const missing = wish.missing ?? log.missing ?? "error";
  // Skipping needs a pace to be late against; playing everything does not.
  const rate = wish.rate ?? (wish.contract === "all" ? undefined : log.rate);
  return { ...wish, log, start, missing, rate, label };
}

function startOf(log: FrameLog, wish: PlayWish): FrameNumber {
  const { first, last } = log;
  if (first === undefined || last === undefined)
    throw fault("FRAME_NOT_FOUND", `${log.name} has no frame yet`);
  const grid = new Grid(log);
  const begin = grid.numberAt(grid.place(FrameNumber(Math.max(wish.from ?? first, first))));
  const end = Math.min(wish.to ?? last, last);
  if (begin > end) {
    throw fault("RANGE_INVALID", `found ${wish.from ?? ""}-${wish.to ?? ""}, but ${numbersOf(log)}`);
  }
  const start = wish.start ?? begin;
  if (start < first || start > last || !grid.expects(start))
    throw fault("FRAME_NOT_FOUND", `found frame ${start}, but ${numbersOf(log)}`);
  if (start < begin || start > end) {
    throw fault("RANGE_INVALID", `found frame ${start}, expected one from ${begin} to ${end}`);
  }
  return start;
}

/** Which numbers a movie has or is to have, as its errors say it. */
function numbersOf({ name, first, last, step, state }: FrameLog): string {
  const every = step === 1 ? "" : `, one every ${step}`;
  return `${name} ${state === "live" ? "is to have" : "has"} frames ${first} to ${last}${every}`;
}
