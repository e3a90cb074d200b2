import { Candidates } from "../candidates.ts";
import type { Serving } from "../serving.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { expectDelivery, readDuring, seek } from "../load.ts";
import type { Received, Seeks } from "../load.ts";
import { pairedRatios } from "../statistics.ts";

/** The seeks of one repetition, alone and beside readers that take all they can get, at one server. */
export type SeekPair = { readonly idle: Seeks; readonly loaded: Seeks; readonly load: Received };

/** How many readers, of which priority, a seek has to get past. */
const SEEK_LOAD = { clients: 64, priority: 5 };

const SEEK_RATIO = { atMost: 5 };

/** T6: a seek of the best priority, beside readers of a worse one that take all they can get. */
export const SEEKING: Family = {
  targets: ["t6"],
  async open(bench) {
    return new Seeking(bench, new Candidates(await bench.movie("large"), bench.plan.ours));
  },
};

class Seeking implements Measurement {
  readonly #bench: Bench;
  readonly #candidates: Candidates;
  readonly #pairs: SeekPair[] = [];

  constructor(bench: Bench, candidates: Candidates) {
    this.#bench = bench;
    this.#candidates = candidates;
  }

  works(): readonly Work[] {
    return [() => this.#candidates.use("ours", "seeks", (serving) => this.#measure(serving))];
  }

  rows(): readonly Row[] {
    return seekRows(this.#pairs);
  }

  figures(): unknown {
    return this.#pairs;
  }

  async #measure(serving: Serving): Promise<void> {
    const { warmMs, random, seeks, seed } = this.#bench.plan;
    const idle = (): Promise<Seeks> => seek(serving, { seeks, seed });
    const loaded = (): ReturnType<typeof readDuring<Seeks>> =>
      readDuring(serving, { ...SEEK_LOAD, warmMs }, () => seek(serving, { seeks, seed }));
    const idleFirst = random() < 0.5 ? await idle() : undefined;
    const { received, result } = await loaded();
    expectDelivery(received, "ours, under the load beside the seeks");
    this.#pairs.push({ idle: idleFirst ?? (await idle()), loaded: result, load: received });
  }
}

/** The rows of T6. */
export function seekRows(pairs: readonly SeekPair[]): Row[] {
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
  return [row("p50"), { ...row("p99"), goal: SEEK_RATIO }];
}
