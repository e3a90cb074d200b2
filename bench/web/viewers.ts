import { OUR_COMMAND } from "../candidates.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import type { BenchMovie } from "../movie.ts";
import { settledMemory } from "../processMemory.ts";
import { shuffled } from "../statistics.ts";
import { NOTHING } from "./mjpeg.ts";
import { partsPath } from "./pictures.ts";
import { startOurs, withServer } from "./server.ts";
import { type Asking, IDLE, IDLE_PATH, playing, whileWatching } from "./watching.ts";

/** What our process needs for viewers over HTTP and WebSocket, idle and playing. */
export const VIEWERS: Family = {
  targets: ["memory"],
  async open(bench) {
    if (bench.plan.ours === OUR_COMMAND) return new Viewers(bench, await bench.movie("picture"));
    bench.note("memory measures our own server: left out");
    return NOTHING;
  },
};

type Cell = { readonly what: string; readonly clients: number; readonly asking: (movie: string) => Asking };

/** Small pictures: many play on two processors, and pictures are kept once for all of them anyway. */
const WIDTH = 64;

const CELLS: readonly Cell[] = [
  { what: "idle HTTP connections", clients: 2000, asking: () => ({ get: IDLE_PATH }) },
  { what: "idle WebSockets", clients: 2000, asking: () => IDLE },
  {
    what: "playing MJPEG",
    clients: 500,
    asking: (movie) => ({ get: `${partsPath(movie)}&width=${WIDTH}` }),
  },
  {
    what: "playing over WebSocket",
    clients: 500,
    asking: (movie) => playing(movie, { format: "jpeg", width: WIDTH }),
  },
];

export type ViewerMemory = {
  readonly what: string;
  readonly clients: number;
  readonly before: number;
  readonly after: number;
};

/** As T10: compiled code and a heap of working size belong to the server. */
const FIRST_CLIENTS = 200;

/** How long clients are there before memory is looked at. */
const FILL_MS = 4000;

/** What comes and goes with temporary workers is no viewer's. */
const STEADY_WORKERS = ["--workers", "2", "--max-workers", "2"];

const MOST_REPETITIONS = 3;

class Viewers implements Measurement {
  readonly #bench: Bench;
  readonly #movie: BenchMovie;
  readonly #measured: ViewerMemory[] = [];

  constructor(bench: Bench, movie: BenchMovie) {
    this.#bench = bench;
    this.#movie = movie;
  }

  works(repetition: number): readonly Work[] {
    if (repetition > (this.#bench.plan.isQuick ? 1 : MOST_REPETITIONS)) return [];
    return shuffled(CELLS, this.#bench.plan.random).map((cell) => () => this.#measure(cell));
  }

  rows(): readonly Row[] {
    return viewerRows(this.#measured);
  }

  figures(): unknown {
    return this.#measured;
  }

  async #measure({ what, clients, asking }: Cell): Promise<void> {
    const starting = startOurs(this.#movie.folder, STEADY_WORKERS);
    await withServer(starting, `${clients} ${what}`, async (server) => {
      const look = (): Promise<number> => settledMemory(server.pid);
      const watching = { asking: asking(this.#movie.name), warmMs: FILL_MS };
      await whileWatching(server, { ...watching, clients: FIRST_CLIENTS }, look);
      const before = await look();
      const after = await whileWatching(server, { ...watching, clients }, look);
      this.#measured.push({ what, clients, before, after });
    });
  }
}

/** Megabytes of 1,000. */
export function viewerRows(measured: readonly ViewerMemory[]): Row[] {
  return CELLS.flatMap(({ what }): Row[] => {
    const ours = measured.filter((each) => each.what === what).map(perThousand);
    if (ours.length === 0) return [];
    return [{ target: "memory", what: `1,000 ${what}`, unit: "MB", ours, about: "ours", judged: ours }];
  });
}

function perThousand({ before, after, clients }: ViewerMemory): number {
  return ((after - before) / clients) * (1000 / 1e6);
}
