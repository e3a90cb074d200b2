import { OUR_COMMAND, Candidates } from "../candidates.ts";
import { Child } from "../child.ts";
import { programPath } from "../compile.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { FRAME_SIZES, type BenchMovie } from "../movie.ts";
import { findNginx } from "../nginx.ts";
import { shuffled } from "../statistics.ts";
import { NOTHING } from "./mjpeg.ts";
import { partsPath } from "./pictures.ts";
import { type WebServer, startOurs, withServer } from "./server.ts";
import { playText } from "./watching.ts";

/** How long a client waits for its first picture, by what it speaks. */
export const FIRST: Family = {
  targets: ["first"],
  async open(bench) {
    if (bench.plan.ours === OUR_COMMAND)
      return new First(bench, await bench.movie("picture"), (await findNginx()) !== undefined);
    bench.note("first measures our own server: left out");
    return NOTHING;
  },
};

const SPEECHES = {
  classic: "classic, a frame",
  ppm: "HTTP, a frame as it is",
  jpg: "HTTP, a JPEG",
  mjpeg: "MJPEG, first picture",
  websocket: "WebSocket, first picture",
} as const;

type Speech = keyof typeof SPEECHES;

/** Milliseconds. */
export type Waited = { readonly p50: number; readonly p99: number; readonly max: number };

export type FirstFigures = {
  readonly candidate: "ours" | "nginx";
  readonly speech: Speech;
  readonly waited: Waited;
};

class First implements Measurement {
  readonly #bench: Bench;
  readonly #movie: BenchMovie;
  readonly #hasNginx: boolean;
  readonly #measured: FirstFigures[] = [];

  constructor(bench: Bench, movie: BenchMovie, hasNginx: boolean) {
    this.#bench = bench;
    this.#movie = movie;
    this.#hasNginx = hasNginx;
  }

  works(): readonly Work[] {
    return [() => this.#repeat()];
  }

  rows(): readonly Row[] {
    return firstRows(this.#measured);
  }

  figures(): unknown {
    return this.#measured;
  }

  async #repeat(): Promise<void> {
    const { random } = this.#bench.plan;
    const speeches = shuffled(Object.keys(SPEECHES) as Speech[], random);
    await withServer(startOurs(this.#movie.folder), "first", async (server) => {
      // Frames at hand and code that has run: that of a server that people watch.
      for (const speech of speeches) await this.#ask(ourRequest(server, this.#movie, speech), WARM_TIMES);
      for (const speech of speeches) {
        const waited = await this.#ask(ourRequest(server, this.#movie, speech), this.#bench.plan.seeks);
        this.#measured.push({ candidate: "ours", speech, waited });
      }
    });
    if (!this.#hasNginx) return;
    await new Candidates(this.#movie, []).use("nginx", "first", async ({ port }) => {
      const request = { port, words: ["--fetch", `/${this.#movie.name}7.ppm`] };
      await this.#ask(request, WARM_TIMES);
      const waited = await this.#ask(request, this.#bench.plan.seeks);
      this.#measured.push({ candidate: "nginx", speech: "ppm", waited });
    });
  }

  async #ask({ port, words }: Request, times: number): Promise<Waited> {
    const numbers = ["--port", String(port), "--times", String(times)];
    const child = new Child("first", [programPath("first"), ...numbers, ...words]);
    return JSON.parse(await child.line()) as Waited;
  }
}

const WARM_TIMES = 200;

type Request = { readonly port: number; readonly words: readonly string[] };

function ourRequest({ port, classicPort }: WebServer, { name }: BenchMovie, speech: Speech): Request {
  if (speech === "classic") {
    const request = `bench:3:start_movie:${name}:from=7:to=7`;
    const bytes = String(FRAME_SIZES.picture.bytes);
    return { port: classicPort, words: ["--classic", request, "--least", bytes] };
  }
  if (speech === "mjpeg") return { port, words: ["--get", partsPath(name)] };
  if (speech === "websocket") return { port, words: ["--play", playText(name, { format: "jpeg" })] };
  return { port, words: ["--fetch", `/movies/${name}/frames/7.${speech}`] };
}

/** Half of the clients, and nearly all; beside nginx where it does the same. */
export function firstRows(measured: readonly FirstFigures[]): Row[] {
  const of = (candidate: "ours" | "nginx", speech: Speech): Waited[] =>
    measured
      .filter((each) => each.candidate === candidate && each.speech === speech)
      .map((each) => each.waited);
  return (Object.keys(SPEECHES) as Speech[]).flatMap((speech) =>
    (["p50", "p99"] as const).flatMap((share): Row[] => {
      const ours = of("ours", speech).map((waited) => waited[share]);
      const theirs = of("nginx", speech).map((waited) => waited[share]);
      if (ours.length === 0) return [];
      const row = { target: "first", what: `${SPEECHES[speech]}, ${share}`, unit: "ms", ours } as const;
      const isPaired = theirs.length === ours.length;
      if (!isPaired) return [{ ...row, about: "ours", judged: ours }];
      return [{ ...row, about: "ours", judged: ours, peer: { name: "nginx, a file", figures: theirs } }];
    }),
  );
}
