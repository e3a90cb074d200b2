import { present } from "../../src/base/assert.ts";
import { OUR_COMMAND } from "../candidates.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import type { BenchMovie } from "../movie.ts";
import { shuffled } from "../statistics.ts";
import { largestThatFits } from "./limit.ts";
import { MJPEG_PEERS, type MjpegCandidate, type MjpegFigures, mjpegRows } from "./mjpegRows.ts";
import { type Pictures, checkParts, fetchPictures, keepWatching, partsPath } from "./pictures.ts";
import { type WebServer, startOurs, startServer, withServer } from "./server.ts";
import { FPS, type Watched, missedShare, watch } from "./watching.ts";

/** T7: one movie for many browsers, beside what npm has for that, fed with the same pictures. */
export const MJPEG: Family = {
  targets: ["t7"],
  async open(bench) {
    if (bench.plan.ours !== OUR_COMMAND) {
      bench.note("t7 measures our own server: left out");
      return NOTHING;
    }
    const movie = await bench.movie("picture");
    const server = startOurs(movie.folder);
    const pictures = await withServer(server, "t7, pictures", (ours) => fetchPictures(ours, movie));
    return new Mjpeg(bench, movie, pictures);
  },
};

/** A family that has nothing to measure here. */
export const NOTHING: Measurement = { works: () => [], rows: () => [], figures: () => [] };

/** Of frames that came more than a period after their time, or never. */
const MISSED_SHARE = 0.001;

/** The first step of a search is one that every candidate on a small machine carries. */
const SEARCH = { from: 600, most: 8000, precision: 0.05 };

/** Viewers of the steady figure, processor time for each picture: few enough for all. */
const STEADY = 500;

/** A search takes a minute for each candidate. */
const MOST_REPETITIONS = 3;

class Mjpeg implements Measurement {
  readonly #bench: Bench;
  readonly #movie: BenchMovie;
  readonly #pictures: Pictures;
  readonly #measured: MjpegFigures[] = [];

  constructor(bench: Bench, movie: BenchMovie, pictures: Pictures) {
    this.#bench = bench;
    this.#movie = movie;
    this.#pictures = pictures;
  }

  works(repetition: number): readonly Work[] {
    const most = this.#bench.plan.isQuick ? 1 : MOST_REPETITIONS;
    return repetition > most ? [] : [() => this.#repeat()];
  }

  rows(): readonly Row[] {
    return mjpegRows(this.#measured);
  }

  figures(): unknown {
    return this.#measured;
  }

  async #repeat(): Promise<void> {
    const names = ["ours", ...MJPEG_PEERS] as const;
    for (const candidate of shuffled(names, this.#bench.plan.random)) {
      this.#bench.plan.progress(`t7: ${candidate}`);
      this.#measured.push(
        await withServer(this.#start(candidate), `t7, ${candidate}`, (server) =>
          this.#measure(candidate, server),
        ),
      );
    }
  }

  #start(candidate: MjpegCandidate): Promise<WebServer> {
    if (candidate === "ours") return startOurs(this.#movie.folder);
    const program = new URL(`../peers/${PROGRAMS[candidate]}`, import.meta.url).pathname;
    const { folder, frames } = this.#pictures;
    const about = [folder, String(frames.length), String(FPS)];
    return startServer(candidate, (port) => [process.execPath, program, String(port), ...about], "/");
  }

  async #measure(candidate: MjpegCandidate, server: WebServer): Promise<MjpegFigures> {
    const path = partsPath(this.#movie.name);
    await checkParts(server, path, this.#pictures);
    return keepWatching(server, path, async () => {
      // Once for nothing: the code of ours and of Node's peers is compiled while it runs.
      await this.#watch(server, STEADY);
      const steady = await this.#watch(server, STEADY);
      const steps: { readonly clients: number; readonly missed: number }[] = [];
      const most = await largestThatFits(SEARCH, async (clients) => {
        const missed = missedShare(await this.#watch(server, clients));
        steps.push({ clients, missed });
        if (missed <= MISSED_SHARE) return true;
        // Whoever else uses the machine for a moment is not the server's limit.
        return missed < HOPELESS && missedShare(await this.#watch(server, clients)) <= MISSED_SHARE;
      });
      const cpuSeconds = present(steady.came > 0 ? steady.serverCpuSeconds : undefined, "pictures came");
      return { candidate, most, cpuMicroseconds: (cpuSeconds / steady.came) * 1e6, steps, steady };
    });
  }

  #watch(server: WebServer, clients: number): Promise<Watched> {
    const { warmMs, measureMs } = this.#bench.plan;
    const least = Math.min(...this.#pictures.frames.map(({ length }) => length)) - COMMENT_ROOM;
    const asking = { get: partsPath(this.#movie.name) };
    return watch(server, { asking, clients, warmMs, measureMs: 2 * measureMs, least });
  }
}

/** A share that is not worth a second look. */
const HOPELESS = 0.05;

/** What the comment with the message number may differ by. */
const COMMENT_ROOM = 64;

const PROGRAMS = { "mjpeg-proxy": "mjpegProxy.ts", "mjpeg-server": "mjpegServer.ts" } as const;
