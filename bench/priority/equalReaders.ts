import type { Bench, Measurement, Row, Work } from "../family.ts";
import { freePort } from "../freePort.ts";
import { type BenchMovie, makeFolder, writeMovie } from "../movie.ts";
import { shuffled } from "../statistics.ts";
import { type ContestFigures, contend } from "./contest.ts";
import { EQUAL_CASES, type EqualCase, type EqualRepetition, equalRows } from "./equalRows.ts";
import { useOurs } from "./ours.ts";

const CLIENTS = [
  { kind: "readers", priority: 3, count: 4, movie: "small" },
  { kind: "readers", priority: 3, count: 4, movie: "huge" },
] as const;

/** With one, the server shares out; without, it does as far as the clients' reading leaves it the choice. */
const SETTINGS = { none: [], budget: ["--egress", "1Gbit"] } as const satisfies Record<EqualCase, string[]>;

const WARM_MS = 2500;
const MEASURE_MS = 10_000;
const QUICK_MS = 3000;

/** A run takes 15 seconds. */
const MOST_REPETITIONS = 3;

/** `equal`: readers of one priority whose frames differ a thousandfold in size. */
export class EqualReaders implements Measurement {
  readonly #bench: Bench;
  readonly #folder: string;
  readonly #movies: readonly BenchMovie[];
  readonly #measured: EqualRepetition[] = [];

  private constructor(bench: Bench, folder: string, movies: readonly BenchMovie[]) {
    this.#bench = bench;
    this.#folder = folder;
    this.#movies = movies;
  }

  static async open(bench: Bench): Promise<EqualReaders> {
    const folder = await makeFolder("equal");
    const movies = [
      await writeMovie(folder, "small", "small", 100),
      await writeMovie(folder, "huge", "huge", 8),
    ];
    return new EqualReaders(bench, folder, movies);
  }

  works(repetition: number): readonly Work[] {
    return repetition > MOST_REPETITIONS ? [] : [() => this.#repeat()];
  }

  rows(): readonly Row[] {
    return equalRows(this.#measured);
  }

  figures(): unknown {
    return this.#measured;
  }

  async #repeat(): Promise<void> {
    const results = new Map<EqualCase, EqualRepetition[EqualCase]>();
    for (const each of shuffled(EQUAL_CASES, this.#bench.plan.random)) {
      const { groups } = await this.#measure(each);
      results.set(
        each,
        groups.map(({ clients }) => clients),
      );
    }
    this.#measured.push(Object.fromEntries(results) as EqualRepetition);
  }

  async #measure(which: EqualCase): Promise<ContestFigures> {
    this.#bench.plan.progress(`equal, ${which}`);
    const port = await freePort();
    const ours = { folder: this.#folder, port, settings: SETTINGS[which], movies: this.#movies };
    return useOurs(ours, `equal, ${which}`, () =>
      contend({
        port,
        warmMs: WARM_MS,
        measureMs: this.#bench.plan.isQuick ? QUICK_MS : MEASURE_MS,
        tailMs: 0,
        clients: CLIENTS,
      }),
    );
  }
}
