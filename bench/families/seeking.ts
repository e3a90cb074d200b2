import { Candidates } from "../candidates.ts";
import type { Serving } from "../serving.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { expectDelivery, readDuring, seek } from "../load.ts";
import type { Received, Seeks } from "../load.ts";
import { medianInterval, pairedRatios, shuffled } from "../statistics.ts";

/** The seeks of one repetition, alone and beside readers that take all they can get, at one server. */
export type SeekPair = { readonly idle: Seeks; readonly loaded: Seeks; readonly load: Received };

/** The pairs of one repetition: of our server, and of an earlier commit's where one is compared with. */
export type SeekRepetition = { readonly ours: SeekPair; readonly before?: SeekPair };

/** How many readers, of which priority, a seek has to get past. */
const SEEK_LOAD = { clients: 64, priority: 5 };

const SEEK_RATIO = { atMost: 5 };

/** T6: a seek of the best priority, beside readers of a worse one that take all they can get. */
export const SEEKING: Family = {
  targets: ["t6"],
  async open(bench) {
    const { ours, before } = bench.plan;
    return new Seeking(bench, new Candidates(await bench.movie("large"), ours, before?.command));
  },
};

class Seeking implements Measurement {
  readonly #bench: Bench;
  readonly #candidates: Candidates;
  readonly #repetitions: SeekRepetition[] = [];

  constructor(bench: Bench, candidates: Candidates) {
    this.#bench = bench;
    this.#candidates = candidates;
  }

  works(): readonly Work[] {
    return [() => this.#repeat()];
  }

  rows(): readonly Row[] {
    return seekRows(this.#repetitions);
  }

  figures(): unknown {
    return this.#repetitions;
  }

  async #repeat(): Promise<void> {
    const { random, before } = this.#bench.plan;
    const names = before === undefined ? (["ours"] as const) : (["ours", "before"] as const);
    const pairs = new Map<string, SeekPair>();
    for (const name of shuffled(names, random))
      pairs.set(name, await this.#candidates.use(name, "seeks", (serving) => this.#measure(serving)));
    this.#repetitions.push(Object.fromEntries(pairs) as SeekRepetition);
  }

  async #measure(serving: Serving): Promise<SeekPair> {
    const { warmMs, random, seeks, seed } = this.#bench.plan;
    const idle = (): Promise<Seeks> => seek(serving, { seeks, seed });
    const loaded = (): ReturnType<typeof readDuring<Seeks>> =>
      readDuring(serving, { ...SEEK_LOAD, warmMs }, () => seek(serving, { seeks, seed }));
    const idleFirst = random() < 0.5 ? await idle() : undefined;
    const { received, result } = await loaded();
    expectDelivery(received, "ours, under the load beside the seeks");
    return { idle: idleFirst ?? (await idle()), loaded: result, load: received };
  }
}

/** The rows of T6. */
export function seekRows(repetitions: readonly SeekRepetition[]): Row[] {
  const pairs = repetitions.map(({ ours }) => ours);
  const row = (quantile: "p50" | "p99"): Row => {
    const loaded = pairs.map((pair) => pair.loaded[quantile]);
    const idle = pairs.map((pair) => pair.idle[quantile]);
    return {
      target: "t6",
      what: `seek ${quantile} beside 64 reading`,
      unit: "ms",
      ours: loaded,
      peer: { name: "ours, idle", figures: idle },
      about: "ratio",
      judged: pairedRatios(loaded, idle),
    };
  };
  return [row("p50"), { ...row("p99"), goal: SEEK_RATIO }, ...besideBefore(repetitions)];
}

function besideBefore(repetitions: readonly SeekRepetition[]): Row[] {
  const pairs = repetitions.flatMap(({ ours, before }) => (before === undefined ? [] : [{ ours, before }]));
  if (pairs.length === 0) return [];
  return (["p50", "p99"] as const).map((quantile) => {
    const ours = pairs.map((pair) => pair.ours.loaded[quantile]);
    const before = pairs.map((pair) => pair.before.loaded[quantile]);
    const judged = pairedRatios(ours, before);
    return {
      target: "t6",
      what: `seek ${quantile} beside 64 reading`,
      unit: "ms",
      ours,
      peer: { name: "ours, before", figures: before },
      about: "ratio",
      judged,
      interval: medianInterval(judged),
    };
  });
}
