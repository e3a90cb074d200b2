import { checkBytes } from "./candidates.ts";
import type { Candidate, Candidates, Serving } from "./candidates.ts";
import { read, readDuring, seek } from "./load.ts";
import type { Received, Seeks } from "./load.ts";
import type { BenchMovie } from "./movie.ts";
import { shuffled } from "./statistics.ts";

/** The targets of the project that the bench judges. */
export const TARGETS = ["t1", "t4", "t6"] as const;
export type Target = (typeof TARGETS)[number];

/**
 * One thing to measure in each repetition: so many readers of one candidate, beside so many that never
 * read.
 */
export type Cell = { readonly candidate: Candidate; readonly clients: number; readonly stalled: number };

/** The seeks of one repetition, alone and beside readers that take all they can get, at one server. */
export type SeekPair = { readonly idle: Seeks; readonly loaded: Seeks; readonly load: Received };

/** What was measured: per cell and for seeks one entry for each repetition. */
export type Results = {
  readonly received: ReadonlyMap<string, Received[]>;
  readonly seeks: readonly SeekPair[];
};

export type Plan = {
  readonly targets: readonly Target[];
  readonly repetitions: number;
  readonly warmMs: number;
  readonly measureMs: number;
  readonly seeks: number;
  readonly seed: number;
  readonly random: () => number;
  readonly progress: (text: string) => void;
};

/** Cells of one group are compared with each other, and so run one right after the other. */
const GROUPS: readonly { readonly target: Target; readonly cells: readonly Cell[] }[][] = [
  [{ target: "t1", cells: [cell("ours", 1), cell("epoll", 1)] }],
  [
    { target: "t1", cells: [cell("ours", 8), cell("epoll", 8)] },
    { target: "t4", cells: [cell("ours", 8), cell("seed", 8), cell("seedPointing", 8)] },
    { target: "t4", cells: [cell("ours", 8, 1), cell("seed", 8, 1)] },
  ],
  [{ target: "t1", cells: [cell("ours", 64), cell("epoll", 64)] }],
];

/** How many readers, of which priority, a seek has to get past. */
const SEEK_LOAD = { clients: 64, priority: 5 };

function cell(candidate: Candidate, clients: number, stalled = 0): Cell {
  return { candidate, clients, stalled };
}

/** The name of a cell in the results. */
export function cellKey({ candidate, clients, stalled }: Cell): string {
  return `${candidate}, ${clients} reading, ${stalled} stalled`;
}

/**
 * Measures all that the plan's targets need. Rejects when a candidate sends wrong bytes, or nothing where
 * it must.
 */
export class Session {
  readonly #candidates: Candidates;
  readonly #movie: BenchMovie;
  readonly #plan: Plan;
  readonly #received = new Map<string, Received[]>();
  readonly #seeks: SeekPair[] = [];

  constructor(candidates: Candidates, movie: BenchMovie, plan: Plan) {
    this.#candidates = candidates;
    this.#movie = movie;
    this.#plan = plan;
  }

  async run(): Promise<Results> {
    const groups = plannedGroups(this.#plan.targets);
    for (let repetition = 1; repetition <= this.#plan.repetitions; repetition += 1) {
      this.#plan.progress(`repetition ${repetition} of ${this.#plan.repetitions}`);
      await this.#repeat(groups);
    }
    return { received: this.#received, seeks: this.#seeks };
  }

  async #repeat(groups: readonly (readonly Cell[])[]): Promise<void> {
    const { random, targets } = this.#plan;
    const works = groups.map((cells) => async () => {
      for (const each of shuffled(cells, random)) await this.#measure(each);
    });
    if (targets.includes("t6"))
      works.push(() => this.#with("ours", "seeks", (serving) => this.#seek(serving)));
    for (const work of shuffled(works, random)) await work();
  }

  async #measure(what: Cell): Promise<void> {
    const { warmMs, measureMs } = this.#plan;
    const key = cellKey(what);
    const received = await this.#with(what.candidate, key, (serving) =>
      read(serving, { ...what, warmMs, measureMs }),
    );
    const mayBeNothing = what.candidate === "seed" && what.stalled > 0;
    if (!mayBeNothing) expectDelivery(received, key);
    this.#received.set(key, [...(this.#received.get(key) ?? []), received]);
  }

  async #seek(serving: Serving): Promise<void> {
    const { warmMs, random, seeks, seed } = this.#plan;
    const idle = (): Promise<Seeks> => seek(serving, { seeks, seed });
    const loaded = (): ReturnType<typeof readDuring<Seeks>> =>
      readDuring(serving, { ...SEEK_LOAD, warmMs }, () => seek(serving, { seeks, seed }));
    const idleFirst = random() < 0.5 ? await idle() : undefined;
    const { received, result } = await loaded();
    expectDelivery(received, "ours, under the load beside the seeks");
    this.#seeks.push({ idle: idleFirst ?? (await idle()), loaded: result, load: received });
  }

  /** @param what what is measured, for errors */
  async #with<T>(candidate: Candidate, what: string, work: (serving: Serving) => Promise<T>): Promise<T> {
    const serving = await this.#candidates.start(candidate);
    try {
      // Also reads every frame once: what is measured is a server that has the movie at hand, as its peers
      // have.
      await checkBytes(serving, this.#movie);
      return await work(serving);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${what}: ${reason}; the server said: ${serving.complaint()}`, { cause: error });
    } finally {
      await serving.stop();
    }
  }
}

/** The cells that the targets need, each once. */
export function plannedGroups(targets: readonly Target[]): Cell[][] {
  const needed = GROUPS.map((parts) => parts.filter(({ target }) => targets.includes(target)));
  const cells = needed.map((parts) => new Map(parts.flatMap(keyed)));
  return cells.filter(({ size }) => size > 0).map((each) => Array.from(each.values()));
}

function keyed({ cells }: { readonly cells: readonly Cell[] }): [string, Cell][] {
  return cells.map((each) => [cellKey(each), each]);
}

function expectDelivery(received: Received, what: string): void {
  if (received.rate === 0) throw new Error(`${what}: nothing was delivered in the measured time`);
  if (received.fairness === 0) throw new Error(`${what}: a reading client got nothing in the measured time`);
}
