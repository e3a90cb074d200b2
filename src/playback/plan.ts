import type { Contract, MissingPolicy } from "../base/contract.ts";
import { fault } from "../base/errors.ts";
import type { Rate } from "../base/rate.ts";
import { FrameNumber, type Priority } from "../base/units.ts";
import type { FrameLog } from "../library/log.ts";
import type { MessageLabel } from "./outlet.ts";

/** What a viewer asks for; undefined is what it leaves to the server. */
export type PlayWish = {
  /** The frame to begin with; the range's first one, when undefined. */
  readonly start: FrameNumber | undefined;
  readonly from: FrameNumber | undefined;
  readonly to: FrameNumber | undefined;
  readonly repeat: boolean;
  readonly rate: Rate | undefined;
  readonly contract: Contract;
  readonly missing: MissingPolicy;
  readonly priority: Priority;
};

/** One epoch's playing, checked against its movie. */
export type Plan = PlayWish & {
  readonly log: FrameLog;
  readonly start: FrameNumber;
  /** What the protocol puts before a message's frame; nothing, when undefined. */
  readonly label: ((label: MessageLabel) => Uint8Array) | undefined;
};

/**
 * Checks a wish against its movie. A range may reach over the movie's ends; it is the part inside that plays.
 * @throws RANGE_INVALID when no frame lies in the range, or `start` does not
 * @throws FRAME_NOT_FOUND when the movie has no frame yet, or `start` lies outside of it
 */
export function makePlan(log: FrameLog, wish: PlayWish, label: Plan["label"]): Plan {
  const { first, last } = log;
  if (first === undefined || last === undefined)
    throw fault("FRAME_NOT_FOUND", `${log.name} has no frame yet`);
  const frames = `${log.name} has frames ${first} to ${last}`;
  const begin = Math.max(wish.from ?? first, first);
  const end = Math.min(wish.to ?? last, last);
  if (begin > end) {
    throw fault("RANGE_INVALID", `found ${wish.from ?? ""}-${wish.to ?? ""}, but ${frames}`);
  }
  const start = wish.start ?? FrameNumber(begin);
  if (start < first || start > last) throw fault("FRAME_NOT_FOUND", `found frame ${start}, but ${frames}`);
  if (start < begin || start > end) {
    throw fault("RANGE_INVALID", `found frame ${start}, expected one from ${begin} to ${end}`);
  }
  // Skipping needs a pace to be late against; playing everything does not.
  const rate = wish.rate ?? (wish.contract === "all" ? undefined : log.rate);
  return { ...wish, log, start, rate, label };
}
