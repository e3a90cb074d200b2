import { join } from "node:path";
import { Child } from "../child.ts";
import type { Bench, Measurement, Row, Work } from "../family.ts";
import { shuffled } from "../statistics.ts";
import { type Cost, SIMULATED_MESSAGES, WAYS, type Way, costRows } from "./simulationRows.ts";

const PROGRAM = join(import.meta.dirname, "..", "simulateCost.ts");

/** All sizes both ways take half a minute. */
const MOST_REPETITIONS = 3;

type Size = (typeof SIMULATED_MESSAGES)[number];

/** `simulated`: what a simulated message costs, in simulations of ever more of them. */
export class Simulations implements Measurement {
  readonly #bench: Bench;
  readonly #costs: Cost[] = [];

  private constructor(bench: Bench) {
    this.#bench = bench;
  }

  static open(bench: Bench): Promise<Simulations> {
    return Promise.resolve(new Simulations(bench));
  }

  works(repetition: number): readonly Work[] {
    if (repetition > MOST_REPETITIONS) return [];
    const { random, progress } = this.#bench.plan;
    return WAYS.map((way) => async () => {
      for (const size of shuffled(SIMULATED_MESSAGES, random)) {
        progress(`simulated, ${way}, ${size.toLocaleString("en")} messages`);
        this.#costs.push(await simulate(way, size, repetition));
      }
    });
  }

  rows(): readonly Row[] {
    return costRows(this.#costs);
  }

  figures(): unknown {
    return this.#costs;
  }
}

/** In a process of its own, so that none pays for the garbage of the one before. */
async function simulate(way: Way, about: Size, repetition: number): Promise<Cost> {
  const child = new Child("simulateCost", [process.execPath, PROGRAM, way, String(about)]);
  try {
    const { messages, ms } = JSON.parse(await child.line()) as { messages: number; ms: number };
    if (Math.abs(messages / about - 1) > 0.2)
      throw new Error(`found ${messages} messages, expected ${about}`);
    return { way, about, repetition, messages, ms };
  } finally {
    await child.stop();
  }
}
