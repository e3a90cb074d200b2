import { WAIT_REASONS, type Waits } from "../base/events.ts";
import { Quantiles } from "../base/quantiles.ts";
import type { Priority } from "../base/units.ts";

/**
 * Where the time of a message goes: why it waits for its turn to leave, and then in the kernel until it has
 * left the server's uplink, and on the client's own link.
 */
export const TIME_REASONS = [...WAIT_REASONS, "uplink", "link"] as const;
export type TimeReason = (typeof TIME_REASONS)[number];

/** Milliseconds by reason. */
export type Times = Record<TimeReason, number>;

export function noTimes(): Times {
  return Object.fromEntries(TIME_REASONS.map((reason) => [reason, 0])) as Times;
}

/** What became of one viewer. */
export type Viewing = {
  /** From its first request to its end, in milliseconds. */
  readonly ms: number;
  /** Frames per second that it wanted; undefined for as many as there may be. */
  readonly wanted: number | undefined;
  readonly arrived: number;
  /** The connection broke, or the server gave it up. */
  readonly isLost: boolean;
};

/** Counts all that happens to the viewers of one priority. */
export class Account {
  readonly priority: Priority;
  viewers = 0;
  lost = 0;
  /** Viewers who were not admitted when they came, and seeks of admitted ones that were refused. */
  refusedViewers = 0;
  refusedSeeks = 0;
  /** Frames a second at which one of those viewers would just have been admitted. */
  fittingFps = 0;
  viewingMs = 0;
  /** Timed viewers, and the frames per second that they wanted, added up. */
  timed = 0;
  wantedFps = 0;
  /** Frames that timed viewers wanted, and the time in which. */
  wantedFrames = 0;
  timedMs = 0;
  worstFps = Number.POSITIVE_INFINITY;
  sent = 0;
  arrived = 0;
  skipped = 0;
  missing = 0;
  handedOverBytes = 0;
  arrivedBytes = 0;
  /** From due to hand-over, and to the arrival of the last byte: of timed messages, without each first. */
  readonly atHandOver = new Quantiles();
  readonly atArrival = new Quantiles();
  /** From a command to the arrival of its first frame. */
  readonly startUp = new Quantiles();
  readonly times = noTimes();

  constructor(priority: Priority) {
    this.priority = priority;
  }

  waited(waits: Waits): void {
    for (const reason of WAIT_REASONS) this.times[reason] += waits[reason];
  }

  /** A viewer has not been admitted; at `fittingFps` it would have been. */
  refused(fittingFps: number): void {
    this.viewers += 1;
    this.refusedViewers += 1;
    this.fittingFps = Math.max(this.fittingFps, fittingFps);
  }

  /** A viewer has left, or the simulation has ended. */
  left({ ms, wanted, arrived, isLost }: Viewing): void {
    this.viewers += 1;
    if (isLost) this.lost += 1;
    this.viewingMs += ms;
    if (wanted !== undefined) {
      this.timed += 1;
      this.wantedFps += wanted;
      this.timedMs += ms;
      this.wantedFrames += (wanted * ms) / 1000;
    }
    if (ms > 0) this.worstFps = Math.min(this.worstFps, (arrived * 1000) / ms);
  }
}
