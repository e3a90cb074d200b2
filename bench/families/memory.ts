import { setTimeout as sleep } from "node:timers/promises";
import { Candidates, OUR_COMMAND } from "../candidates.ts";
import type { Candidate, Serving } from "../serving.ts";
import { Child } from "../child.ts";
import { programPath } from "../compile.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import type { BenchMovie } from "../movie.ts";
import { NGINX_MISSING, findNginx } from "../nginx.ts";
import { settledMemory } from "../processMemory.ts";
import { shuffled } from "../statistics.ts";
import { type Kept, type KeptMemory, memoryRows } from "./memoryRows.ts";

/** T10: what a server's process needs for connections that take nothing. */
export const MEMORY: Family = {
  targets: ["t10"],
  async open(bench) {
    const hasNginx = (await findNginx()) !== undefined;
    if (!hasNginx) bench.note(NGINX_MISSING);
    const cells = CELLS.filter(({ candidate }) => hasNginx || candidate !== "nginx");
    return new Memory(bench, await bench.movie("large"), cells);
  },
};

type Cell = { readonly candidate: Candidate; readonly kept: Kept };

/** nginx has nothing of its own to send to clients who do not read: it leaves files to the kernel. */
const CELLS: readonly Cell[] = [
  { candidate: "ours", kept: "idle" },
  { candidate: "epoll", kept: "idle" },
  { candidate: "nginx", kept: "idle" },
  { candidate: "ours", kept: "stalled" },
  { candidate: "epoll", kept: "stalled" },
];

/**
 * How many connections: so many that what they take stands out from what a garbage collector leaves lying,
 * and that kernels hold less for those that are stalled than they allow.
 */
const CONNECTIONS = { idle: 4000, stalled: 1000 } as const satisfies Record<Kept, number>;

/**
 * A server first meets so many, which leave again. Code that is compiled at the first connection, and a heap
 * that has grown to its working size, belong to the server and not to a connection.
 */
const FIRST_CONNECTIONS = 500;

/** The medians of more repetitions would say nothing else, and each takes a quarter of a minute. */
const MOST_REPETITIONS = 5;

/** Temporary workers that leave in the middle would take their memory with them. */
const STEADY_WORKERS = ["--workers", "2", "--max-workers", "2"];

class Memory implements Measurement {
  readonly #bench: Bench;
  readonly #movie: BenchMovie;
  readonly #cells: readonly Cell[];
  readonly #candidates: Candidates;
  readonly #measured: KeptMemory[] = [];

  constructor(bench: Bench, movie: BenchMovie, cells: readonly Cell[]) {
    const { ours } = bench.plan;
    this.#bench = bench;
    this.#movie = movie;
    this.#cells = cells;
    this.#candidates = new Candidates(movie, ours === OUR_COMMAND ? [...ours, ...STEADY_WORKERS] : ours);
  }

  works(repetition: number): readonly Work[] {
    if (repetition > (this.#bench.plan.isQuick ? 1 : MOST_REPETITIONS)) return [];
    const cells = shuffled(this.#cells, this.#bench.plan.random);
    return cells.map((cell) => () => this.#measure(cell));
  }

  rows(): readonly Row[] {
    return memoryRows(this.#measured);
  }

  figures(): unknown {
    return this.#measured;
  }

  async #measure({ candidate, kept }: Cell): Promise<void> {
    const connections = CONNECTIONS[kept];
    const what = `${candidate}, ${connections} ${kept} connections`;
    const [before, after] = await this.#candidates.use(candidate, what, async (serving) => {
      await this.#hold(serving, kept, FIRST_CONNECTIONS, () => settledMemory(serving.pid));
      const alone = await settledMemory(serving.pid);
      return [alone, await this.#hold(serving, kept, connections, () => settledMemory(serving.pid))] as const;
    });
    this.#measured.push({ candidate, kept, connections, before, after });
  }

  /** Does the work while so many connections are open. */
  async #hold<T>(serving: Serving, kept: Kept, clients: number, work: () => Promise<T>): Promise<T> {
    const asking = kept === "stalled" ? ["--movie", this.#movie.name] : [];
    const numbers = ["--port", String(serving.port), "--clients", String(clients)];
    const holder = new Child("holder", [programPath("holder"), ...numbers, ...asking]);
    try {
      await holder.line();
      // All are connected; the server may still be busy with accepting and filling them.
      await sleep(FILL_MS[kept]);
      const result = await work();
      if (holder.hasEnded) throw new Error(`the clients ended: ${holder.complaint}`);
      return result;
    } finally {
      await holder.stop();
    }
  }
}

/** How long a server is left alone with its new clients before its memory is looked at. */
const FILL_MS = { idle: 300, stalled: 1500 } as const satisfies Record<Kept, number>;
