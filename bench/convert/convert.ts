import { rm, statfs } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { tmpdir } from "node:os";
import { Child } from "../child.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { freePort } from "../freePort.ts";
import { makeFolder } from "../movie.ts";
import { type Pass, convertRows } from "./convertRows.ts";
import { type DeepMovie, type Kind, SIZE, makeDeepMovie } from "./frames.ts";
import { type Played, play } from "./playing.ts";
import { processorSeconds } from "./processorTime.ts";

/** Deep frames for a classic client: converted, from the folder of converted frames, from memory. */
export const CONVERT: Family = {
  targets: ["convert"],
  async open(bench) {
    const frames = bench.plan.isQuick ? QUICK_FRAMES : FRAMES;
    await requireRoom(frames);
    return new Converting(bench, frames);
  },
};

/** As the issue says. */
const FRAMES = 600;
const QUICK_FRAMES = 48;

/** What of a movie fits into the memory that the server is given; played again and again. */
const IN_MEMORY = 48;
const MEMORY = "1GiB";

/** A frame as it is sent and kept, and about as much for its file. */
const FRAME_BYTES = 2 * SIZE.width * SIZE.height * 6;

const GIB = 2 ** 30;

async function requireRoom(frames: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  const [free, needed] = [bavail * bsize, 1.2 * frames * FRAME_BYTES].map((bytes) => bytes / GIB);
  if (free === undefined || needed === undefined || free >= needed) return;
  throw new Error(`${tmpdir()} has ${free.toFixed(1)} GiB free, ${needed.toFixed(1)} are needed`);
}

class Converting implements Measurement {
  readonly #bench: Bench;
  readonly #frames: number;
  readonly #passes: Pass[] = [];

  constructor(bench: Bench, frames: number) {
    this.#bench = bench;
    this.#frames = frames;
  }

  /** Once each: a pass takes a minute, and there is no peer whose luck it would have to share. */
  works(repetition: number): readonly Work[] {
    return repetition > 1 ? [] : [() => this.#measure("png"), () => this.#measure("exr")];
  }

  rows(): readonly Row[] {
    return convertRows(this.#passes);
  }

  figures(): unknown {
    return this.#passes;
  }

  async #measure(kind: Kind): Promise<void> {
    this.#bench.plan.progress(`making ${this.#frames} frames of ${kind}`);
    const movie = await makeDeepMovie(kind, this.#frames);
    const cacheDir = await makeFolder("converted");
    try {
      const cold = await this.#pass(movie, cacheDir, "cold");
      const disk = await this.#pass(movie, cacheDir, "disk");
      if (cold.digest !== disk.digest) throw new Error(`${kind}: other frames came from disk than were made`);
      await this.#pass(movie, cacheDir, "memory");
    } finally {
      await Promise.all([movie.remove(), rm(cacheDir, { recursive: true })]);
    }
  }

  /**
   * Each in a server that has just been started, but for the frames in memory, which have to get there
   * first.
   */
  async #pass(movie: DeepMovie, cacheDir: string, from: Pass["from"]): Promise<Played> {
    this.#bench.plan.progress(`${movie.kind}, ${from}`);
    const { child, port } = await startServer(movie, cacheDir);
    try {
      const part = `start_movie:${movie.name}:from=1:to=${Math.min(IN_MEMORY, movie.frames)}`;
      if (from === "memory") await play(port, part);
      const before = await processorSeconds(child.pid);
      const played =
        from === "memory"
          ? await playAgain(port, part, movie.frames)
          : await play(port, `start_movie:${movie.name}`);
      const { frames, seconds, firstSeconds } = played;
      if (frames < movie.frames) throw new Error(`${movie.kind}, ${from}: ${frames} frames came`);
      const used = (await processorSeconds(child.pid)) - before;
      this.#passes.push({ kind: movie.kind, from, frames, seconds, firstSeconds, processorSeconds: used });
      return played;
    } finally {
      await child.stop();
    }
  }
}

async function playAgain(port: number, request: string, frames: number): Promise<Played> {
  const first = await play(port, request);
  let [played, seconds] = [first.frames, first.seconds];
  while (played < frames) {
    const next = await play(port, request);
    played += next.frames;
    seconds += next.seconds;
  }
  return { ...first, frames: played, seconds };
}

const CLI = new URL("../../src/cli/bin.ts", import.meta.url).pathname;

/** Ours, with room on disk for all of the movie, once it has looked at that. */
async function startServer(movie: DeepMovie, cacheDir: string): Promise<{ child: Child; port: number }> {
  const port = await freePort();
  const settings = [
    "--http",
    "off",
    "--classic",
    String(port),
    "--cache-dir",
    cacheDir,
    "--disk-cache",
    "64GiB",
    "--cache",
    MEMORY,
  ];
  const child = new Child("ours", [process.execPath, CLI, "serve", movie.folder, ...settings]);
  for (let said = await child.line(); !said.includes("Listening"); said = await child.line());
  await sleep(SETTLED_MS);
  return { child, port };
}

/** Until its workers have started, and looked through the folder of converted frames. */
const SETTLED_MS = 1500;
