import type { Goal, Row } from "../family.ts";
import type { Seen } from "./viewing.ts";

/** With a budget; the same beside clients that never read; without a budget. */
export const LINK_CASES = ["budget", "stalled", "none"] as const;
export type LinkCase = (typeof LINK_CASES)[number];

/** What came of one run over the link. */
export type LinkRun = {
  readonly seen: Seen;
  /** Bits per second of all readers, while the viewers watched. */
  readonly readersRate: number;
  /** What the server says that it left out for each viewer. */
  readonly skipped: readonly number[];
};

/** The runs of one repetition. */
export type LinkRepetition = { readonly [Case in LinkCase]: LinkRun };

const NAMES = {
  budget: "4 viewers, budget",
  stalled: "4 viewers, budget, 8 stalled",
  none: "4 viewers, no budget",
} as const satisfies Record<LinkCase, string>;

/**
 * The rows of `link`. With a budget no frame is lost and 99 of 100 are late by less than a period, also
 * beside stalled clients. What happens without one is no promise, and has no goal.
 */
export function linkRows(repetitions: readonly LinkRepetition[], periodMs: number): Row[] {
  const rows = (which: LinkCase): Row[] => {
    const isPromised = which !== "none";
    const row = (what: string, unit: string, valueOf: (run: LinkRun) => number, goal?: Goal): Row => {
      const ours = repetitions.map((each) => valueOf(each[which]));
      const budget = repetitions.map((each) => valueOf(each.budget));
      return {
        target: "link",
        what: `${NAMES[which]}: ${what}`,
        unit,
        ours,
        ...(which === "budget" ? {} : { peer: { name: "ours, budget", figures: budget } }),
        about: "ours",
        judged: ours,
        ...(isPromised && goal !== undefined ? { goal } : {}),
      };
    };
    return [
      row("frames lost", "%", ({ seen }) => (100 * seen.lost) / seen.due, { atMost: 0 }),
      row("lateness p50", "ms", ({ seen }) => seen.p50),
      row("lateness p99", "ms", ({ seen }) => seen.p99, { atMost: periodMs }),
      row("lateness worst", "ms", ({ seen }) => seen.worst),
      row("first frame", "ms", ({ seen }) => seen.first),
      row("readers' part", "Mbit/s", ({ readersRate }) => readersRate / 1e6),
    ];
  };
  return LINK_CASES.flatMap(rows);
}
