import { rm } from "node:fs/promises";
import { OUR_COMMAND } from "../candidates.ts";
import { type DeepMovie, makeDeepMovie } from "../convert/frames.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { makeFolder } from "../movie.ts";
import { median } from "../statistics.ts";
import { NOTHING } from "./mjpeg.ts";
import { type WebServer, startOurs, withServer } from "./server.ts";
import { FPS, type Watched, missedShare, playing, watch } from "./watching.ts";

/** Deep frames of 2048×1152 at the width that a page shows, over WebSocket, cold and warm. */
export const DEEP: Family = {
  targets: ["deep"],
  open(bench) {
    if (bench.plan.ours === OUR_COMMAND) return Promise.resolve(new Deep(bench));
    bench.note("deep measures our own server: left out");
    return Promise.resolve(NOTHING);
  },
};

const RENDITION = { format: "jpeg", width: 1280 } as const;

/** Ten seconds: what is cold stays so for the measured time. */
const FRAMES = 240;
const QUICK_FRAMES = 72;

/** Time for the first picture, by which lateness is told; the rest of the movie is measured. */
const LEAD_MS = 1500;

const VIEWERS = [1, 20] as const;

export type DeepFigures = {
  readonly viewers: number;
  readonly from: "cold" | "warm";
  readonly watched: Watched;
};

class Deep implements Measurement {
  readonly #bench: Bench;
  readonly #measured: DeepFigures[] = [];

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** Once: there is no peer whose luck it would have to share. */
  works(repetition: number): readonly Work[] {
    return repetition > 1 ? [] : [() => this.#measureAll()];
  }

  rows(): readonly Row[] {
    return deepRows(this.#measured);
  }

  figures(): unknown {
    return this.#measured;
  }

  async #measureAll(): Promise<void> {
    const frames = this.#bench.plan.isQuick ? QUICK_FRAMES : FRAMES;
    this.#bench.plan.progress(`making ${frames} deep frames`);
    const movie = await makeDeepMovie("png", frames);
    try {
      for (const viewers of VIEWERS) await this.#measure(movie, viewers);
    } finally {
      await movie.remove();
    }
  }

  async #measure(movie: DeepMovie, viewers: number): Promise<void> {
    const cacheDir = await makeFolder("deep-cache");
    const starting = startOurs(movie.folder, ["--cache-dir", cacheDir]);
    try {
      await withServer(starting, `deep, ${viewers} viewers`, async (server) => {
        this.#bench.plan.progress(`deep: ${viewers} cold`);
        this.#measured.push({ viewers, from: "cold", watched: await watchDeep(server, movie, viewers) });
        await showAll(server, movie);
        this.#bench.plan.progress(`deep: ${viewers} warm`);
        this.#measured.push({ viewers, from: "warm", watched: await watchDeep(server, movie, viewers) });
      });
    } finally {
      await rm(cacheDir, { recursive: true });
    }
  }
}

function watchDeep(server: WebServer, movie: DeepMovie, clients: number): Promise<Watched> {
  const measureMs = (movie.frames / FPS) * 1000 - LEAD_MS;
  const asking = playing(movie.name, RENDITION);
  return watch(server, { asking, clients, warmMs: LEAD_MS, measureMs, frames: movie.frames });
}

/** Every frame once, so that each has been made. */
async function showAll({ port }: WebServer, { name, frames }: DeepMovie): Promise<void> {
  const query = `contract=all&fps=1000&width=${RENDITION.width}`;
  const response = await fetch(`http://127.0.0.1:${port}/movies/${name}.mjpeg?${query}`);
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) bytes += chunk.byteLength;
  if (response.status !== 200 || bytes < frames) throw new Error(`${response.status}, ${bytes} bytes`);
}

/** Frames per second that a viewer saw, what it missed, and how long it waited for the first. */
export function deepRows(measured: readonly DeepFigures[]): Row[] {
  return measured.flatMap(({ viewers, from, watched }) => {
    const name = `deep, ${viewers} ${viewers === 1 ? "viewer" : "viewers"}, ${from}`;
    const row = (what: string, unit: string, value: number): Row => ({
      target: "deep",
      what: `${name}${what}`,
      unit,
      ours: [value],
      about: "ours",
      judged: [value],
    });
    const waited = watched.firstMs.filter((each) => each !== null);
    return [
      row("", "frames/s", watched.due === 0 ? 0 : (FPS * watched.came) / watched.due),
      row(", missed", "%", 100 * missedShare(watched)),
      row(", first picture", "ms", median(waited)),
      row(", server's processor", "CPU s/s", watched.serverCpuSeconds / watched.seconds),
    ];
  });
}
