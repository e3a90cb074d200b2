import type { Contract, MissingPolicy } from "../base/contract.ts";
import { fault } from "../base/errors.ts";
import type { Rate } from "../base/rate.ts";
import type { Rendition } from "../base/rendition.ts";
import { FrameNumber, type Priority } from "../base/units.ts";
import type { FrameLog } from "../library/log.ts";
import type { Direction } from "./cursor.ts";
import { Grid } from "./grid.ts";
import { reachOf } from "./mirror.ts";
import type { Envelope, MessageLabel } from "./outlet.ts";

/** What a viewer asks for; undefined is what it leaves to the movie, or to the server. */
export type PlayWish = {
  /** The frame to begin with; `last`: the newest of the range. Undefined: the range's first one. */
  readonly start: FrameNumber | "last" | undefined;
  readonly from: FrameNumber | undefined;
  readonly to: FrameNumber | undefined;
  /** Begins with what comes after this frame, in place of `start`: how a client goes on that was cut off. */
  readonly after?: FrameNumber | undefined;
  /** −1 plays from the range's last frame down to its first. Default: 1. */
  readonly direction?: Direction | undefined;
  readonly repeat: boolean;
  /** Default: `original`. */
  readonly rendition?: Rendition | undefined;
  /** Whether a frame of another shape than the first ends the playback. Default: false. */
  readonly isUniform?: boolean | undefined;
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
  /** What the protocol puts around a message's frame; nothing, when undefined. */
  readonly envelope: ((label: MessageLabel) => Envelope) | undefined;
};

/**
 * Checks a wish against its movie. A range may reach over the movie's ends; it is the part inside that plays.
 * Of a movie that is still being made, what was declared counts: its frames may be yet to come.
 * @throws RANGE_INVALID when no frame lies in the range, or `start` does not
 * @throws FRAME_NOT_FOUND when the movie has no frame and none was declared, `start` is none of its numbers,
 * or what was declared has not come and the playback begins with the last
 */
export function makePlan(log: FrameLog, wish: PlayWish, envelope: Plan["envelope"]): Plan {
  const start = startOf(log, wish);
  const missing = wish.missing ?? log.missing ?? "error";
  // Skipping needs a pace to be late against; playing everything does not.
  const rate = wish.rate ?? (wish.contract === "all" ? undefined : log.rate);
  return { ...wish, log, start, missing, rate, envelope };
}

function startOf(log: FrameLog, wish: PlayWish): FrameNumber {
  const { first, last } = log;
  if (first === undefined || last === undefined)
    throw fault("FRAME_NOT_FOUND", `${log.name} has no frame yet`);
  const grid = new Grid(log);
  const begin = grid.numberAt(grid.place(FrameNumber(Math.max(wish.from ?? first, first))));
  const end = FrameNumber(Math.min(wish.to ?? last, last));
  if (begin > end) {
    throw fault("RANGE_INVALID", `found ${wish.from ?? ""}-${wish.to ?? ""}, but ${numbersOf(log)}`);
  }
  if (wish.after !== undefined) return numberAfter(wish.after, wish, { grid, begin, end });
  if (wish.start === "last") return newestIn(log, begin, end);
  const start = wish.start ?? (wish.direction === -1 ? highestIn(log, grid, begin, end) : begin);
  if (start < first || start > last || !grid.expects(start))
    throw fault("FRAME_NOT_FOUND", `found frame ${start}, but ${numbersOf(log)}`);
  if (start < begin || start > end) {
    throw fault("RANGE_INVALID", `found frame ${start}, expected one from ${begin} to ${end}`);
  }
  return start;
}

type Ends = { readonly grid: Grid; readonly begin: FrameNumber; readonly end: FrameNumber };

/** The number behind one that was shown, perhaps out of the range: then nothing is left, or the next pass. */
function numberAfter(
  shown: FrameNumber,
  { direction, repeat }: PlayWish,
  { grid, begin, end }: Ends,
): FrameNumber {
  const top = grid.atOrBelow(end);
  if (direction === -1) {
    const below = grid.atOrBelow(FrameNumber(Math.min(shown - 1, top)));
    return below < begin && repeat ? top : below;
  }
  const above = grid.numberAt(grid.place(FrameNumber(Math.max(shown + 1, begin))));
  return above > end && repeat ? begin : above;
}

function newestIn(log: FrameLog, begin: FrameNumber, end: FrameNumber): FrameNumber {
  const newest = log.atOrBefore(end);
  if (newest !== undefined && newest.number >= begin) return newest.number;
  throw fault("FRAME_NOT_FOUND", `${log.name} has no frame from ${begin} to ${end} yet`);
}

/** Where playing backwards begins: at the last number that there is, or would be if it were no hole. */
function highestIn(log: FrameLog, grid: Grid, begin: FrameNumber, end: FrameNumber): FrameNumber {
  const reach = reachOf(log);
  const highest = reach === undefined ? undefined : grid.atOrBelow(FrameNumber(Math.min(reach, end)));
  if (highest !== undefined && highest >= begin) return highest;
  throw fault("FRAME_NOT_FOUND", `${log.name} has no frame from ${begin} to ${end} yet`);
}

/** Which numbers a movie has or is to have, as its errors say it. */
function numbersOf({ name, first, last, step, state }: FrameLog): string {
  const every = step === 1 ? "" : `, one every ${step}`;
  return `${name} ${state === "live" ? "is to have" : "has"} frames ${first} to ${last}${every}`;
}
