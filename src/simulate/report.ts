import type { Priority } from "../base/units.ts";
import type { Times } from "./account.ts";

/** Milliseconds; undefined when there was nothing to measure. */
export type Spread =
  | {
      readonly count: number;
      readonly p50: number;
      readonly p99: number;
      readonly p999: number;
      readonly worst: number;
    }
  | undefined;

/** How much there is of something, and which part of it was used. */
export type Use = {
  /** Bits per second, or how many there are. */
  readonly of: number;
  readonly share: number;
};

/** What the viewers of one priority got. */
export type PriorityReport = {
  readonly priority: Priority;
  /** Who came. */
  readonly viewers: number;
  /** Who of them was not admitted, and went away. */
  readonly refused: number;
  /** Seeks of admitted viewers that were refused: they went on with what they had. */
  readonly refusedSeeks: number;
  /** Frames a second at which one of the refused viewers would have been admitted; undefined without any. */
  readonly fittingFps: number | undefined;
  /** Whose connection broke. */
  readonly lost: number;
  /** Frames per second that a timed viewer wanted, on average; undefined when none is timed. */
  readonly wantedFps: number | undefined;
  /** Frames per second that arrived, for a viewer on average, and for the one that got fewest. */
  readonly fps: number;
  readonly worstFps: number;
  readonly sent: number;
  readonly arrived: number;
  readonly skipped: number;
  /** Of those that were sent or skipped. */
  readonly skippedShare: number;
  /** Bytes that were handed over. */
  readonly bytes: number;
  /** Bits per second that arrived. */
  readonly rate: number;
  /** Of the egress budget, or of the uplink where there is none; undefined where neither is limited. */
  readonly share: number | undefined;
  readonly atHandOver: Spread;
  readonly atArrival: Spread;
  readonly startUp: Spread;
  /** Where the time of its messages went: of all, the share by reason. */
  readonly why: Times;
};

/** What a simulation says. */
export type Report = {
  readonly seed: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly messages: number;
  readonly bytes: number;
  /** How many events happened on the virtual clock. */
  readonly events: number;
  readonly budget: Use | undefined;
  /** The share of the budget that admitted viewers may need; undefined when all are admitted. */
  readonly admission: number | undefined;
  readonly uplink: Use | undefined;
  readonly workers: Use;
  readonly disks: Use | undefined;
  /** The best first. */
  readonly priorities: readonly PriorityReport[];
  /** What limits, in sentences. */
  readonly verdict: readonly string[];
};
