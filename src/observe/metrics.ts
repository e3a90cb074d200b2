import { Registry } from "prom-client";
import { Doors } from "./metrics/doors.ts";
import { type Family, gauge, register } from "./metrics/family.ts";
import { EventLoopDelay } from "./metrics/eventLoop.ts";
import { Faults } from "./metrics/faults.ts";
import { Flow } from "./metrics/flow.ts";
import { MakingCounts } from "./metrics/making.ts";
import { processMetrics } from "./metrics/processMetrics.ts";
import { type MetricReading, Reading } from "./metrics/readings.ts";
import { type StageLimits, type Stages, stageFamilies } from "./metrics/stages.ts";

/** What metrics depend on. */
export type MetricsOptions = {
  /** Of the product. */
  readonly version: string;
  readonly limits: StageLimits;
  /** Whether there is anybody who can read them: for nobody nothing is counted. */
  readonly isRead: boolean;
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
  /** The same: of whoever reads while somebody else does, at the same moment. */
  values(): Promise<readonly MetricReading[]>;
  /** Listens no more. May be called twice. */
  stop(): void;
};

/**
 * Counts what the stages publish. Nothing is looked up by name when a message leaves: numbers are added up in
 * place, and become Prometheus' values when somebody reads them.
 */
export function startMetrics({ version, limits, isRead, look }: MetricsOptions): Metrics {
  const listeners = [new Flow(), new Doors(), new Faults(), new MakingCounts(), new EventLoopDelay()];
  let seen: Stages | undefined;
  const build = { name: "mutoscope_build_info", help: "Which version runs: always 1.", labels: ["version"] };
  const families = [
    ...listeners.flatMap((listener) => listener.families),
    ...stageFamilies(() => (seen ??= look()), limits),
    gauge(build, () => [[1, version]]),
  ];
  const registry = new Registry();
  for (const family of families) register(registry, family);
  let subscriptions = isRead ? listeners.flatMap((listener) => listener.listen()) : [];
  const registries = [registry, processMetrics()];
  let underWay: Reading | undefined;
  const reading = (): Reading => {
    if (underWay !== undefined) return underWay;
    underWay = new Reading(registries);
    const isOver = (): void => {
      underWay = undefined;
      seen = undefined;
    };
    underWay.done.then(isOver, isOver);
    return underWay;
  };
  return {
    contentType: registry.contentType,
    families,
    text: () => reading().text(),
    values: () => reading().values(),
    stop: () => {
      for (const unsubscribe of subscriptions) unsubscribe();
      subscriptions = [];
    },
  };
}
