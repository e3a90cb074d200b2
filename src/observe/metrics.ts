import { Registry } from "prom-client";
import { Doors } from "./metrics/doors.ts";
import { type Family, gauge, register } from "./metrics/family.ts";
import { Faults } from "./metrics/faults.ts";
import { Flow } from "./metrics/flow.ts";
import { MakingCounts } from "./metrics/making.ts";
import { processMetrics } from "./metrics/processMetrics.ts";
import { type StageLimits, type Stages, stageFamilies } from "./metrics/stages.ts";

/** What metrics depend on. */
export type MetricsOptions = {
  /** Of the product. */
  readonly version: string;
  readonly limits: StageLimits;
  /** Asks the stages: once for each reading, since it lists all playbacks. */
  readonly look: () => Stages;
};

/** What a family says of itself. */
export type FamilyDescription = Pick<Family, "name" | "type" | "help" | "labels">;

/** Counts that are being kept. */
export type Metrics = {
  /** Of the text. */
  readonly contentType: string;
  /** Our own families, as they are described to whoever reads. */
  readonly families: readonly FamilyDescription[];
  /** Everything, in the text format of Prometheus. */
  text(): Promise<string>;
  /** Listens no more. May be called twice. */
  stop(): void;
};

/**
 * Counts what the stages publish. Nothing is looked up by name when a message leaves: numbers are added up in
 * place, and become Prometheus' values when somebody reads them.
 */
export function startMetrics({ version, limits, look }: MetricsOptions): Metrics {
  const listeners = [new Flow(), new Doors(), new Faults(), new MakingCounts()];
  let seen: Stages | undefined;
  const build = { name: "mutoscope_build_info", help: "Which version runs: always 1.", labels: ["version"] };
  const families = [
    ...listeners.flatMap((listener) => listener.families),
    ...stageFamilies(() => (seen ??= look()), limits),
    gauge(build, () => [[1, version]]),
  ];
  const registry = new Registry();
  for (const family of families) register(registry, family);
  let subscriptions = listeners.flatMap((listener) => listener.listen());
  const registries = [registry, processMetrics()];
  let underWay: Promise<string> | undefined;
  return {
    contentType: registry.contentType,
    families,
    text: () => {
      underWay ??= textOf(registries).finally(() => {
        underWay = undefined;
        seen = undefined;
      });
      return underWay;
    },
    stop: () => {
      for (const unsubscribe of subscriptions) unsubscribe();
      subscriptions = [];
    },
  };
}

async function textOf(registries: readonly Registry[]): Promise<string> {
  const texts = await Promise.all(registries.map((registry) => registry.metrics()));
  return texts.join("\n");
}
