import type { Metric, Registry } from "prom-client";
import type { Counted } from "./buckets.ts";

/** A value with the values of its family's labels, in their order. */
export type Row<T = number> = readonly [value: T, ...labels: (string | number)[]];

type Label = string | number;

/** One value as the library writes it. */
type Sample = {
  readonly value: number;
  readonly labels: { readonly [name: string]: Label };
  /** Where it is not the family's. */
  readonly metricName?: string;
};

/** What all values of one name have in common, and how to find them when somebody asks. */
export type Family = {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: () => Sample[];
};

type Described = Pick<Family, "name" | "help"> & { readonly labels?: readonly string[] };

/** Values that only grow. */
export function counter(described: Described, rows: () => Iterable<Row>): Family {
  return { labels: [], ...described, type: "counter", samples: () => samplesOf(described, rows()) };
}

/** Values as they are now. */
export function gauge(described: Described, rows: () => Iterable<Row>): Family {
  return { labels: [], ...described, type: "gauge", samples: () => samplesOf(described, rows()) };
}

/** Values by their size. */
export function histogram(described: Described, rows: () => Iterable<Row<Counted>>): Family {
  return {
    labels: [],
    ...described,
    type: "histogram",
    samples: () => Array.from(rows()).flatMap((row) => bucketSamples(described, row)),
  };
}

/**
 * Hands a family over to the library, which asks for its values when they are read. Counting in its own
 * metrics would cost more for each message than choosing it.
 */
export function register(registry: Registry, { name, type, help, samples }: Family): void {
  const metric = {
    name,
    help,
    type,
    aggregator: "sum",
    get: async () => ({ name, help, type, values: samples() }),
  };
  registry.registerMetric(metric as unknown as Metric);
}

function samplesOf({ labels }: Described, rows: Iterable<Row>): Sample[] {
  return Array.from(rows, ([value, ...values]) => ({ value, labels: labelled(labels, values) }));
}

function bucketSamples({ name, labels }: Described, [buckets, ...values]: Row<Counted>): Sample[] {
  const all = labelled(labels, values);
  const samples: Sample[] = [];
  let count = 0;
  for (const [bound, upTo] of buckets.cumulative()) {
    const le = bound === Number.POSITIVE_INFINITY ? "+Inf" : bound;
    samples.push({ value: upTo, labels: { ...all, le }, metricName: `${name}_bucket` });
    count = upTo;
  }
  samples.push({ value: buckets.sum, labels: all, metricName: `${name}_sum` });
  samples.push({ value: count, labels: all, metricName: `${name}_count` });
  return samples;
}

function labelled(
  names: readonly string[] = [],
  values: readonly Label[],
): { readonly [name: string]: Label } {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}
