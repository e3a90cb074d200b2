import { OUR_COMMAND } from "../candidates.ts";
import type { Bench, Family, Goal, Measurement, Row, Work } from "../family.ts";
import type { BenchMovie } from "../movie.ts";
import { shuffled } from "../statistics.ts";
import { NOTHING } from "./mjpeg.ts";
import { partsPath } from "./pictures.ts";
import { startOurs, withServer } from "./server.ts";
import { type Asking, type Watched, missedShare, playing, watch } from "./watching.ts";

/** Five hundred viewers of one rendition, on the processors that they share with the server. */
export const STEADY: Family = {
  targets: ["websocket"],
  async open(bench) {
    if (bench.plan.ours === OUR_COMMAND) return new Steady(bench, await bench.movie("picture"));
    bench.note("websocket measures our own server: left out");
    return NOTHING;
  },
};

const VIEWERS = 500;

/** Of a hundred frames. */
const MISSED: Goal = { atMost: 0.1 };

/** As long as what a person notices, and as the reading clients' times are not. */
const MEASURE_MS = 10_000;
const QUICK_MEASURE_MS = 4000;

const MOST_REPETITIONS = 3;

const SPEECHES = { websocket: "WebSocket", mjpeg: "MJPEG" } as const;
type Speech = keyof typeof SPEECHES;

export type SteadyFigures = { readonly speech: Speech; readonly watched: Watched };

class Steady implements Measurement {
  readonly #bench: Bench;
  readonly #movie: BenchMovie;
  readonly #measured: SteadyFigures[] = [];

  constructor(bench: Bench, movie: BenchMovie) {
    this.#bench = bench;
    this.#movie = movie;
  }

  works(repetition: number): readonly Work[] {
    const { isQuick, random } = this.#bench.plan;
    if (repetition > (isQuick ? 1 : MOST_REPETITIONS)) return [];
    return shuffled(Object.keys(SPEECHES) as Speech[], random).map((speech) => () => this.#measure(speech));
  }

  rows(): readonly Row[] {
    return steadyRows(this.#measured);
  }

  figures(): unknown {
    return this.#measured;
  }

  async #measure(speech: Speech): Promise<void> {
    const { isQuick, warmMs } = this.#bench.plan;
    const measureMs = isQuick ? QUICK_MEASURE_MS : MEASURE_MS;
    const watched = await withServer(startOurs(this.#movie.folder), `${VIEWERS} over ${speech}`, (server) =>
      watch(server, { asking: this.#asking(speech), clients: VIEWERS, warmMs: 2 * warmMs, measureMs }),
    );
    this.#measured.push({ speech, watched });
  }

  #asking(speech: Speech): Asking {
    const { name } = this.#movie;
    return speech === "mjpeg" ? { get: partsPath(name) } : playing(name, { format: "jpeg" });
  }
}

/** What of a hundred frames was missed, how late the others were, and what it took. */
export function steadyRows(measured: readonly SteadyFigures[]): Row[] {
  return (Object.keys(SPEECHES) as Speech[]).flatMap((speech) => {
    const watched = measured.filter((each) => each.speech === speech).map((each) => each.watched);
    if (watched.length === 0) return [];
    const row = (what: string, unit: string, figure: (each: Watched) => number): Row => {
      const ours = watched.map(figure);
      const name = `${VIEWERS} over ${SPEECHES[speech]}, ${what}`;
      return { target: "websocket", what: name, unit, ours, about: "ours", judged: ours };
    };
    return [
      { ...row("missed frames", "%", (each) => 100 * missedShare(each)), goal: MISSED },
      row("lateness p99", "ms", ({ p99Ms }) => p99Ms),
      row("server's processor", "CPU s/s", ({ serverCpuSeconds, seconds }) => serverCpuSeconds / seconds),
      row("viewers' processor", "CPU s/s", ({ readerCpuSeconds, seconds }) => readerCpuSeconds / seconds),
    ];
  });
}
