import { type Metric, type MetricObjectWithValues, type MetricValue, Registry } from "prom-client";

/** One value, with what tells it from its family's others. */
export type MetricSample = {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Where it is not the family's: a histogram's buckets, sum and count. */
  readonly metricName?: string;
};

/** All values of one name, at one moment. */
export type MetricReading = {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly MetricSample[];
};

type Found = MetricObjectWithValues<MetricValue<string>>;

/** What all metrics are at one moment: as text and as values it is the same. */
export class Reading {
  readonly #found: Promise<readonly Found[]>;
  #text: Promise<string> | undefined;

  constructor(registries: readonly Registry[]) {
    this.#found = Promise.all(registries.map((registry) => registry.getMetricsAsJSON())).then((all) =>
      all.flat(),
    );
  }

  /** When all have been read. */
  get done(): Promise<unknown> {
    return this.#found;
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    this.#text ??= this.#found.then(textOf);
    return this.#text;
  }

  async values(): Promise<readonly MetricReading[]> {
    return (await this.#found).map(({ name, help, type, values }) => ({
      name,
      help,
      type: String(type),
      values: values.map(sampleOf),
    }));
  }
}

/** The library writes what a registry asks its metrics for: here they answer what has been read. */
async function textOf(found: readonly Found[]): Promise<string> {
  const registry = new Registry();
  for (const each of found) registry.registerMetric({ ...each, get: async () => each } as unknown as Metric);
  return registry.metrics();
}

function sampleOf({ labels, value, ...rest }: MetricValue<string>): MetricSample {
  const texts = Object.entries(labels).map(([name, label]) => [name, String(label)]);
  const sample = { labels: Object.fromEntries(texts) as Record<string, string>, value };
  return "metricName" in rest ? { ...sample, metricName: String(rest.metricName) } : sample;
}
