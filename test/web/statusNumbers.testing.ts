import assert from "node:assert/strict";
import { type Family, type Sample, parseMetrics } from "../e2e/prometheus.ts";
import type { ShownNumber } from "./statusPage.testing.ts";

/** What `/metrics` said in its own text at each of the page's answers, the first one at 1. */
export class Answers {
  readonly #texts: string[] = [];
  readonly #parsed = new Map<number, readonly Sample[]>();

  add(text: string): void {
    this.#texts.push(text);
  }

  get count(): number {
    return this.#texts.length;
  }

  at(number: number): readonly Sample[] {
    const known = this.#parsed.get(number);
    if (known !== undefined) return known;
    const families: readonly Family[] = parseMetrics(this.#texts[number - 1] ?? assert.fail(`no ${number}`));
    const samples = families.flatMap((family) => family.samples);
    this.#parsed.set(number, samples);
    return samples;
  }
}

/** What a number must be by the text of the metrics; undefined when they do not say it. */
export function expectedOf(shown: ShownNumber, answers: Answers, answer: number): number | undefined {
  const { metric, how, beside, from, seconds } = shown;
  const now = answers.at(answer);
  if (how === "all") return sum(now, metric) ?? 0;
  if (how === "now") return sum(now, metric);
  if (from === undefined) return undefined;
  const before = answers.at(from);
  const grown = (selector: string): number => (sum(now, selector) ?? 0) - (sum(before, selector) ?? 0);
  if (how === "increase") return grown(metric);
  if (how === "rate") return grown(metric) / (seconds ?? assert.fail(`${metric}: a rate over what time?`));
  if (how === "share") return ratio(grown(metric), grown(metric) + grown(beside ?? assert.fail(metric)));
  if (how === "mean") return ratio(grown(`${metric}_sum`), grown(`${metric}_count`));
  if (how === "p99") return quantile(now, before, `${metric}_bucket`, 0.99);
  return assert.fail(`how is ${metric} ${how}?`);
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  "bit/s": 1 / 8,
  "kbit/s": 1e3 / 8,
  "Mbit/s": 1e6 / 8,
  "Gbit/s": 1e9 / 8,
  s: 1,
  ms: 1e-3,
  µs: 1e-6,
  "%": 0.01,
};

/** Whether a text is this value, written with as many digits as it has. */
export function says(text: string, value: number | undefined): boolean {
  if (value === undefined) return text === "–";
  const [, digits = "", unit = ""] = /^(-?[\d,]+(?:\.\d+)?) ?(\S*)$/.exec(text) ?? [];
  const size = UNITS[unit] ?? assert.fail(`unit of ${text}`);
  if (digits === "") return false;
  const number = Number(digits.replaceAll(",", ""));
  const decimals =
    Math.abs(number) >= 100 ? 0 : Math.max((digits.split(".")[1] ?? "").length, leastOf(number, unit));
  return Math.abs(number * size - value) <= (0.5 * 10 ** -decimals + 1e-6) * size;
}

/** Zeros at the end are left out where there is a unit: 20 ms are neither 20.04 nor 19.96. */
function leastOf(number: number, unit: string): number {
  if (unit === "" || unit === "B") return 0;
  return Math.abs(number) >= 10 ? 1 : 2;
}

function sum(samples: readonly Sample[], selector: string): number | undefined {
  const [, name = "", labels = ""] = /^([\w:]+)(?:\{(.*)\})?$/.exec(selector) ?? assert.fail(selector);
  const wanted = [...labels.matchAll(/(\w+)(=~?)"([^"]*)"/g)].map(([, label = "", , values = ""]) => ({
    label,
    values: values.split("|"),
  }));
  const found = samples.filter(
    (sample) =>
      sample.name === name &&
      wanted.every(({ label, values }) => values.includes(String(sample.labels[label]))),
  );
  return found.length === 0 && !name.endsWith("_total")
    ? undefined
    : found.reduce((total, { value }) => total + value, 0);
}

function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

/** As Prometheus' documentation describes `histogram_quantile`. */
function quantile(
  now: readonly Sample[],
  before: readonly Sample[],
  name: string,
  share: number,
): number | undefined {
  const buckets = now
    .filter((sample) => sample.name === name)
    .map(({ labels, value }) => {
      const earlier = before.find((each) => each.name === name && each.labels["le"] === labels["le"]);
      return {
        bound: Number(String(labels["le"]).replace("+Inf", "Infinity")),
        upTo: value - (earlier?.value ?? 0),
      };
    })
    .sort((one, other) => (one.bound < other.bound ? -1 : 1));
  const rank = (buckets.at(-1)?.upTo ?? 0) * share;
  if (rank === 0) return undefined;
  let [low, below] = [0, 0];
  for (const { bound, upTo } of buckets) {
    if (upTo >= rank)
      return bound === Infinity ? low : low + ((bound - low) * (rank - below)) / (upTo - below);
    [low, below] = [bound, upTo];
  }
  return undefined;
}
