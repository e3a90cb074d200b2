/** One value of a metric, as `/metrics` tells it in JSON. */
type Sample = {
  readonly labels: { readonly [name: string]: string };
  /** null where there is no number. */
  readonly value: number | null;
  /** Of a histogram's buckets, sum and count. */
  readonly metricName?: string;
};

type Family = {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly Sample[];
};

/** Which values of a metric: those whose labels have these values, or one of several. */
export type Selector = {
  readonly name: string;
  readonly labels?: { readonly [name: string]: string | readonly string[] };
};

/** Which server this is: another one after a restart, and all its counters began anew. */
const BIRTH = "process_start_time_seconds";

/** What `/metrics` said at one moment. */
export class Snapshot {
  /** Counts the answers, from 1. */
  readonly number: number;
  /** When it came, in milliseconds of a clock that only goes forward. */
  readonly at: number;
  readonly #samples = new Map<string, Sample[]>();
  readonly #help = new Map<string, string>();
  /** Names of what only grows: where nothing was counted yet, it is 0. */
  readonly #counters = new Set<string>();

  /** @param body the answer; @throws TypeError when it is something else */
  constructor(body: unknown, { number, at }: { readonly number: number; readonly at: number }) {
    this.number = number;
    this.at = at;
    if (!Array.isArray(body)) throw new TypeError("expected a list of metrics");
    for (const family of body as readonly Family[]) {
      this.#help.set(family.name, family.help);
      if (family.type === "counter") this.#counters.add(family.name);
      for (const sample of family.values) {
        const name = sample.metricName ?? family.name;
        const known = this.#samples.get(name);
        if (known === undefined) this.#samples.set(name, [sample]);
        else known.push(sample);
      }
    }
  }

  /**
   * When the server began, by its own clock; counters of two that differ have nothing to do with each
   * other.
   */
  get birth(): number | undefined {
    return this.sum({ name: BIRTH });
  }

  /** All that a selector chooses, added up; undefined when there is none, and it is no counter. */
  sum({ name, labels = {} }: Selector): number | undefined {
    const wanted = Object.entries(labels).map(([label, values]) => [label, [values].flat()] as const);
    let sum = this.#counters.has(name) ? 0 : undefined;
    for (const sample of this.#samples.get(name) ?? []) {
      const isWanted = wanted.every(([label, values]) => values.includes(sample.labels[label] ?? ""));
      if (sample.value === null || !isWanted) continue;
      sum = (sum ?? 0) + sample.value;
    }
    return sum;
  }

  /** The values that a label of a metric has, in their order: numbers by size. */
  labelValues(name: string, label: string): string[] {
    const values = new Set((this.#samples.get(name) ?? []).map(({ labels }) => labels[label] ?? ""));
    return [...values].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
  }

  /** What the metric means, in a sentence. */
  helpOf(name: string): string {
    return this.#help.get(name) ?? this.#help.get(name.replace(/_(bucket|sum|count)$/, "")) ?? "";
  }
}
