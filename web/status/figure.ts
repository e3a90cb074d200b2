import type { Selector, Snapshot } from "./snapshot.ts";

/**
 * How a number on the page follows from the metrics: as it is `now`, or `all` of it that there is; from two
 * moments its `increase`, its `rate` in each second, the `share` that it has of itself and another, or of
 * what a histogram counted in between the `mean` and the bound below which 99 of 100 were (`p99`).
 */
export type Figure =
  | { readonly how: "now" | "rate" | "increase" | "mean" | "p99"; readonly of: Selector }
  /** Where a gauge has no values there is nothing of it. */
  | { readonly how: "all"; readonly of: Selector }
  | { readonly how: "share"; readonly of: Selector; readonly beside: Selector };

const QUANTILE = 0.99;

/** @param before an earlier moment, for what takes two; @returns undefined when it cannot be known */
export function measure(figure: Figure, now: Snapshot, before?: Snapshot): number | undefined {
  const { how, of } = figure;
  if (how === "now") return now.sum(of);
  if (how === "all") return now.sum(of) ?? 0;
  if (before === undefined) return undefined;
  return MEASURES[how](figure, now, before);
}

type Measure = (figure: Figure, now: Snapshot, before: Snapshot) => number | undefined;

const MEASURES: { readonly [Of in Exclude<Figure["how"], "now" | "all">]: Measure } = {
  increase: ({ of }, now, before) => increase(of, now, before),
  rate: ({ of }, now, before) => quotient(increase(of, now, before), (now.at - before.at) / 1000),
  share: (figure, now, before) => {
    if (figure.how !== "share") return undefined;
    const own = increase(figure.of, now, before);
    const other = increase(figure.beside, now, before);
    return quotient(own, own === undefined || other === undefined ? undefined : own + other);
  },
  mean: ({ of }, now, before) =>
    quotient(increase(part(of, "_sum"), now, before), increase(part(of, "_count"), now, before)),
  p99: ({ of }, now, before) => quantile(of, now, before),
};

/** How a number is written where somebody wants to look it up: as Prometheus selects it. */
export function selectorText({ name, labels = {} }: Selector): string {
  const words = Object.entries(labels).map(([label, values]) =>
    typeof values === "string" ? `${label}="${values}"` : `${label}=~"${values.join("|")}"`,
  );
  return words.length === 0 ? name : `${name}{${words.join(",")}}`;
}

/** By how much a counter grew. One that was not there before began with 0; one that fell began anew. */
function increase(of: Selector, now: Snapshot, before: Snapshot): number | undefined {
  const after = now.sum(of);
  if (after === undefined || now.birth !== before.birth) return undefined;
  const grown = after - (before.sum(of) ?? 0);
  return grown < 0 ? undefined : grown;
}

function quotient(dividend: number | undefined, divisor: number | undefined): number | undefined {
  return dividend === undefined || divisor === undefined || divisor <= 0 ? undefined : dividend / divisor;
}

function part({ name, labels = {} }: Selector, ending: string): Selector {
  return { name: name + ending, labels };
}

/**
 * As Prometheus' `histogram_quantile` does it: values of a bucket lie evenly between its bounds, and what is
 * beyond the last bound is taken for that.
 */
function quantile(of: Selector, now: Snapshot, before: Snapshot): number | undefined {
  const { name, labels } = part(of, "_bucket");
  const bounds = now
    .labelValues(name, "le")
    .map((le) => ({ bound: le === "+Inf" ? Infinity : Number(le), le }))
    .sort((one, other) => (one.bound < other.bound ? -1 : 1));
  const upTo = bounds.map(({ le }) => increase({ name, labels: { ...labels, le } }, now, before) ?? 0);
  const wanted = (upTo.at(-1) ?? 0) * QUANTILE;
  if (wanted === 0) return undefined;
  const index = upTo.findIndex((count) => count >= wanted);
  const [low, high] = [bounds[index - 1]?.bound ?? 0, bounds[index]?.bound ?? 0];
  if (high === Infinity) return low;
  const [below, within] = [upTo[index - 1] ?? 0, upTo[index] ?? 0];
  return low + ((high - low) * (wanted - below)) / (within - below);
}
