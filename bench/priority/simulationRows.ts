import type { Row } from "../family.ts";
import { pairedRatios } from "../statistics.ts";

/** How many messages a simulation has, about. */
export const SIMULATED_MESSAGES = [1000, 10_000, 100_000, 1_000_000] as const;

/** The same viewers for a longer time, or more viewers for the same time. */
export const WAYS = ["longer", "more"] as const;
export type Way = (typeof WAYS)[number];

/** What one simulation took. */
export type Cost = {
  readonly way: Way;
  readonly about: number;
  readonly repetition: number;
  readonly messages: number;
  readonly ms: number;
};

const NAMES = { longer: "longer", more: "more viewers" } as const satisfies Record<Way, string>;

/**
 * In proportion: a message of a million costs about what one of ten thousand does. With a hundred times the
 * viewers, each choice takes a logarithm more, and more of them miss the processor's cache.
 */
const LINEAR = { atMost: 2 };
const COMPARED = { most: 1_000_000, least: 10_000 } as const;

/** The rows of `simulated`: microseconds for each message, by the number of messages. */
export function costRows(costs: readonly Cost[]): Row[] {
  return WAYS.flatMap((way) => SIMULATED_MESSAGES.map((about) => costRow(costs, way, about)));
}

function costRow(costs: readonly Cost[], way: Way, about: number): Row {
  const ours = microseconds(costs, way, about);
  const row = {
    target: "simulated",
    what: `${about.toLocaleString("en")} simulated messages, ${NAMES[way]}`,
    unit: "µs each",
    ours,
  };
  if (about !== COMPARED.most) return { ...row, about: "ours", judged: ours };
  const least = microseconds(costs, way, COMPARED.least);
  const peer = { name: `ours, ${COMPARED.least.toLocaleString("en")}`, figures: least };
  return { ...row, peer, about: "ratio", judged: pairedRatios(ours, least), goal: LINEAR };
}

/** For each message, by repetition. */
function microseconds(costs: readonly Cost[], way: Way, about: number): number[] {
  return costs
    .filter((cost) => cost.way === way && cost.about === about)
    .toSorted((a, b) => a.repetition - b.repetition)
    .map(({ ms, messages }) => (ms * 1000) / messages);
}
