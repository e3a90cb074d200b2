import type { Bench, Measurement, Row, Work } from "../family.ts";
import { freePort } from "../freePort.ts";
import { type Seeks, seek } from "../load.ts";
import { type BenchMovie, makeFolder, writeMovie } from "../movie.ts";
import { shuffled } from "../statistics.ts";
import { contendDuring } from "./contest.ts";
import { promisedWait, useOurs } from "./ours.ts";
import { type VastCase, VAST_CASES, type VastRepetition, vastRows } from "./vastRows.ts";

/** One client whose frames have 50 MB. */
const VAST = { kind: "readers", priority: 9, count: 1 } as const;

const SETTINGS = { budget: ["--egress", "400Mbit"], none: [] } as const satisfies Record<VastCase, string[]>;

const SEEKS = { seeks: 200, warm: 50, gapUs: 3000 } as const;
const SMALL_FRAMES = 100;

const WARM_MS = 1500;
const LONGEST_MS = 120_000;

const MOST_REPETITIONS = 3;

/** `vast`: a frame of 57,654 bytes for priority 0, while one of 50 MB goes to priority 9. */
export class VastFrame implements Measurement {
  readonly #bench: Bench;
  readonly #small: BenchMovie;
  readonly #vast: BenchMovie;
  /** Milliseconds, as `mutoscope limits` says. */
  readonly #promised: number;
  readonly #measured: VastRepetition[] = [];

  private constructor(bench: Bench, small: BenchMovie, vast: BenchMovie, promised: number) {
    this.#bench = bench;
    this.#small = small;
    this.#vast = vast;
    this.#promised = promised;
  }

  static async open(bench: Bench): Promise<VastFrame> {
    const folder = await makeFolder("vast");
    const small = await writeMovie(folder, "sw", "large", SMALL_FRAMES);
    const vast = await writeMovie(folder, "vast", "vast", 2);
    return new VastFrame(bench, small, vast, await promisedWait(SETTINGS.budget));
  }

  works(repetition: number): readonly Work[] {
    return repetition > MOST_REPETITIONS ? [] : [() => this.#repeat()];
  }

  rows(): readonly Row[] {
    return vastRows(this.#measured, this.#promised);
  }

  figures(): unknown {
    return { promisedMs: this.#promised, repetitions: this.#measured };
  }

  async #repeat(): Promise<void> {
    const results = new Map<VastCase, VastRepetition[VastCase]>();
    for (const each of shuffled(VAST_CASES, this.#bench.plan.random))
      results.set(each, await this.#measure(each));
    this.#measured.push(Object.fromEntries(results) as VastRepetition);
  }

  async #measure(which: VastCase): Promise<VastRepetition[VastCase]> {
    this.#bench.plan.progress(`vast, ${which}`);
    const port = await freePort();
    const { folder, name } = this.#small;
    const ours = { folder, port, settings: SETTINGS[which], movies: [this.#small, this.#vast] };
    const { seed } = this.#bench.plan;
    const seeks = (): Promise<Seeks> => seek({ port }, { ...SEEKS, seed, movie: name, frames: SMALL_FRAMES });
    return useOurs(ours, `vast, ${which}`, async () => {
      const idle = await seeks();
      const clients = [{ ...VAST, movie: this.#vast.name }];
      const times = { warmMs: WARM_MS, measureMs: LONGEST_MS, tailMs: 0 };
      return { idle, beside: await contendDuring({ port, ...times, clients }, seeks) };
    });
  }
}
