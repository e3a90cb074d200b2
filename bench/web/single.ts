import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OUR_COMMAND } from "../candidates.ts";
import { processorSeconds } from "../convert/processorTime.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { type BenchMovie, makeFolder } from "../movie.ts";
import { NGINX_MISSING, findNginx, nginxCommand } from "../nginx.ts";
import { pairedRatios, shuffled } from "../statistics.ts";
import { NOTHING } from "./mjpeg.ts";
import { fetchBody } from "./pictures.ts";
import { type WebServer, startOurs, startServer, withServer } from "./server.ts";
import { WRK_MISSING, hasWrk, runWrk } from "./wrk.ts";

/** T8: one exact frame after the other, beside nginx on the same bytes as files. */
export const SINGLE: Family = {
  targets: ["t8"],
  async open(bench) {
    const hasNginx = (await findNginx()) !== undefined;
    const lacking = [hasNginx ? undefined : NGINX_MISSING, (await hasWrk()) ? undefined : WRK_MISSING];
    const notes = lacking.filter((note) => note !== undefined);
    if (bench.plan.ours !== OUR_COMMAND) notes.push("t8 measures our own server: left out");
    for (const note of notes) bench.note(note);
    if (notes.length > 0) return NOTHING;
    const movie = await bench.movie("large");
    return new Single(bench, { ppm: movie, jpg: await jpegFiles(movie) }, movie);
  },
};

export const KINDS = ["ppm", "jpg"] as const;
type Kind = (typeof KINDS)[number];

/** `bare` is the runtime's own HTTP server with the same files in memory. */
const CANDIDATES = ["ours", "nginx", "bare"] as const;
type Candidate = (typeof CANDIDATES)[number];

type SingleFigures = {
  readonly kind: Kind;
  readonly candidate: Candidate;
  readonly perSecond: number;
  /** Of the server's processor, for each request. */
  readonly cpuMicroseconds: number;
};

const CONNECTIONS = 64;

const NGINX_RATIO = { atLeast: 0.9 };

/** The pictures that ours makes of a movie, in files for nginx. */
async function jpegFiles(movie: BenchMovie): Promise<BenchMovie> {
  const folder = await makeFolder("jpeg");
  return withServer(startOurs(movie.folder), "t8, pictures", async ({ port }) => {
    const frames: Buffer[] = [];
    for (const index of movie.frames.keys()) {
      const picture = await fetchBody(port, ownPath(movie, "jpg", index));
      await writeFile(join(folder, `${movie.name}${index + 1}.jpg`), picture);
      frames.push(picture);
    }
    return { ...movie, folder, frames };
  });
}

function ownPath({ name }: BenchMovie, kind: Kind, index: number): string {
  return `/movies/${name}/frames/${index + 1}.${kind}`;
}

class Single implements Measurement {
  readonly #bench: Bench;
  readonly #files: Readonly<Record<Kind, BenchMovie>>;
  readonly #movie: BenchMovie;
  readonly #measured: SingleFigures[] = [];

  constructor(bench: Bench, files: Readonly<Record<Kind, BenchMovie>>, movie: BenchMovie) {
    this.#bench = bench;
    this.#files = files;
    this.#movie = movie;
  }

  works(): readonly Work[] {
    return KINDS.map((kind) => async () => {
      for (const candidate of shuffled(CANDIDATES, this.#bench.plan.random))
        await this.#measure(kind, candidate);
    });
  }

  rows(): readonly Row[] {
    return KINDS.flatMap((kind) => singleRows(kind, this.#measured));
  }

  figures(): unknown {
    return this.#measured;
  }

  async #measure(kind: Kind, candidate: Candidate): Promise<void> {
    const files = this.#files[kind];
    const paths = files.frames.map((_, index) =>
      candidate === "ours" ? ownPath(files, kind, index) : `/${files.name}${index + 1}.${kind}`,
    );
    await withServer(this.#start(kind, candidate), `t8, ${candidate}, ${kind}`, async (server) => {
      for (const [index, frame] of files.frames.entries())
        if (!(await fetchBody(server.port, paths[index] ?? "")).equals(frame))
          throw new Error(`${paths[index]}: not the frame's bytes`);
      this.#measured.push({ kind, candidate, ...(await this.#run(server, paths)) });
    });
  }

  #start(kind: Kind, candidate: Candidate): Promise<WebServer> {
    if (candidate === "ours") return startOurs(this.#movie.folder);
    const files = this.#files[kind];
    const first = `/${files.name}1.${kind}`;
    return startServer(
      candidate,
      (port) => (candidate === "nginx" ? nginxCommand(files, port) : bareCommand(files, port)),
      first,
    );
  }

  async #run(
    server: WebServer,
    paths: readonly string[],
  ): Promise<Pick<SingleFigures, "perSecond" | "cpuMicroseconds">> {
    const { warmMs, measureMs } = this.#bench.plan;
    await runWrk(server.port, paths, { connections: CONNECTIONS, ms: warmMs });
    const before = await processorSeconds(server.pid);
    const { requests, perSecond } = await runWrk(server.port, paths, {
      connections: CONNECTIONS,
      ms: 2 * measureMs,
    });
    const used = (await processorSeconds(server.pid)) - before;
    return { perSecond, cpuMicroseconds: (used / requests) * 1e6 };
  }
}

function bareCommand({ folder }: BenchMovie, port: number): string[] {
  return [process.execPath, join(import.meta.dirname, "..", "peers", "bareHttp.ts"), String(port), folder];
}

/** What each peer is called, and whether it is the one that ours is judged by. */
const PEERS = [
  { candidate: "nginx", name: "nginx, files", isJudge: true },
  { candidate: "bare", name: "bare Node", isJudge: false },
] as const;

/** The rows of T8 for one kind: only the library's own bytes have a goal. */
export function singleRows(kind: Kind, measured: readonly SingleFigures[]): Row[] {
  const of = (candidate: Candidate): SingleFigures[] =>
    measured.filter((each) => each.kind === kind && each.candidate === candidate);
  const ours = of("ours");
  if (ours.length === 0) return [];
  return PEERS.flatMap(({ candidate, name, isJudge }) => {
    const theirs = of(candidate);
    const row = (what: string, unit: string, figure: (each: SingleFigures) => number): Row => {
      const figures = { own: ours.map(figure), peer: theirs.map(figure) };
      const peer = { name, figures: figures.peer };
      const judged = pairedRatios(figures.own, figures.peer);
      return { target: "t8", what, unit, ours: figures.own, peer, about: "ratio", judged };
    };
    const rate = row(`GET .${kind}, ${CONNECTIONS} connections`, "/s", ({ perSecond }) => perSecond);
    const cpu = row(`GET .${kind}, a request`, "CPU µs", ({ cpuMicroseconds }) => cpuMicroseconds);
    return [isJudge && kind === "ppm" ? { ...rate, goal: NGINX_RATIO } : rate, cpu];
  });
}
