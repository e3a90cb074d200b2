import type { Row } from "../family.ts";
import type { Delays, Seeks } from "../load.ts";
import { pairedRatios } from "../statistics.ts";

/** With a budget, and without. */
export const VAST_CASES = ["budget", "none"] as const;
export type VastCase = (typeof VAST_CASES)[number];

/** The same seeks at one server: alone, and beside the client of the vast frames. */
export type VastPair = { readonly idle: Seeks; readonly beside: Seeks };

export type VastRepetition = { readonly [Case in VastCase]: VastPair };

/** A turn of the pump, and a tick of the timer, which counts in milliseconds. */
const TURN_AND_TICK_MS = 2;

const KEPT = { atMost: 1 };

const ENDS = { first: "first byte", last: "last byte" } as const;
type End = keyof typeof ENDS;

const NAMES = {
  budget: "57 kB beside 50 MB, budget",
  none: "57 kB beside 50 MB",
} as const satisfies Record<VastCase, string>;

/**
 * The rows of `vast`. With a budget the slowest of all seeks keeps the promise: what the slowest took at the
 * idle server, and the promised wait. Without one, there is no promise in time, and no goal.
 */
export function vastRows(repetitions: readonly VastRepetition[], promisedMs: number): Row[] {
  const row = (which: VastCase, end: End, quantile: "p50" | "max"): Row => {
    const pairs = repetitions.map((each) => each[which]);
    const beside = pairs.map((pair) => delaysOf(pair.beside, end)[quantile]);
    const idle = pairs.map((pair) => delaysOf(pair.idle, end)[quantile]);
    const isJudged = which === "budget" && quantile === "max";
    const promised = idle.map((each) => each + promisedMs + TURN_AND_TICK_MS);
    const peer = isJudged ? promised : idle;
    return {
      target: "vast",
      what: `${NAMES[which]}: ${ENDS[end]}, ${quantile === "p50" ? "median" : "worst"}`,
      unit: "ms",
      ours: beside,
      peer: { name: isJudged ? "idle + promise" : "ours, idle", figures: peer },
      about: "ratio",
      judged: pairedRatios(beside, peer),
      ...(isJudged ? { goal: KEPT } : {}),
    };
  };
  return VAST_CASES.flatMap((which) => [
    row(which, "first", "p50"),
    row(which, "first", "max"),
    row(which, "last", "p50"),
    row(which, "last", "max"),
  ]);
}

function delaysOf(seeks: Seeks, end: End): Delays {
  return end === "first" ? seeks : seeks.lastByte;
}
