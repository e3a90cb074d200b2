import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Child } from "./child.ts";
import { programPath } from "./compile.ts";
import { freePort } from "./freePort.ts";
import type { BenchMovie } from "./movie.ts";
import { nginxCommand } from "./nginx.ts";
import type { Candidate, Serving } from "./serving.ts";
import { checkBytes } from "./wholeMovie.ts";

/** What ours is started with; `{folder}` and `{port}` are replaced. */
export const OUR_COMMAND = [
  process.execPath,
  join(import.meta.dirname, "..", "src", "cli", "bin.ts"),
  "serve",
  "{folder}",
  "--http",
  "off",
  "--classic",
  "{port}",
  "--log-level",
  "error",
];

/** As many workers as processors of the machine of reference; the ring and the batch that were best there. */
const SEED_POOL = ["2", "64", "16"];

const COMMANDS = {
  epoll: [programPath("epoll"), "{port}", "{folder}", "{movie}"],
  writev: [programPath("epoll"), "{port}", "{folder}", "{movie}", "8"],
  bare: [process.execPath, join(import.meta.dirname, "peers", "bare.ts"), "{port}", "{folder}", "{movie}"],
  seed: [programPath("seed"), "{port}", "{folder}", "{movie}", "read", ...SEED_POOL],
  seedPointing: [programPath("seed"), "{port}", "{folder}", "{movie}", "point", ...SEED_POOL],
} as const satisfies Record<Exclude<Candidate, "ours" | "before" | "nginx">, readonly string[]>;

const START_MS = 15_000;

/** Starts servers of one movie, each on a free port. */
export class Candidates {
  readonly #movie: BenchMovie;
  readonly #ours: readonly string[];
  readonly #before: readonly string[];

  /**
   * @param ours what ours is started with, see OUR_COMMAND
   * @param before what ours of an earlier commit is started with
   */
  constructor(movie: BenchMovie, ours: readonly string[], before: readonly string[] = []) {
    this.#movie = movie;
    this.#ours = ours;
    this.#before = before;
  }

  /** Resolves when it listens. Rejects when it ends before, or does not listen in time. */
  async start(candidate: Candidate): Promise<Serving> {
    const port = await freePort();
    const child = new Child(candidate, await this.#command(candidate, port));
    const deadline = performance.now() + START_MS;
    while (!(await listens(port))) {
      if (child.hasEnded) throw new Error(`${candidate} ended at once: ${child.complaint}`);
      if (performance.now() > deadline) {
        await child.stop();
        throw new Error(`${candidate} does not listen after ${START_MS} ms: ${child.complaint}`);
      }
      await sleep(20);
    }
    return {
      name: candidate,
      speaks: candidate === "nginx" ? "http" : "classic",
      port,
      pid: child.pid,
      complaint: () => child.complaint,
      stop: () => child.stop(),
    };
  }

  /**
   * Starts a server, checks its bytes, lets the work have it, and stops it.
   *
   * @param what what is measured, for errors
   */
  async use<T>(candidate: Candidate, what: string, work: (serving: Serving) => Promise<T>): Promise<T> {
    const serving = await this.start(candidate);
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

  #template(candidate: Exclude<Candidate, "nginx">): readonly string[] {
    if (candidate === "ours") return this.#ours;
    return candidate === "before" ? this.#before : COMMANDS[candidate];
  }

  async #command(candidate: Candidate, port: number): Promise<string[]> {
    if (candidate === "nginx") return nginxCommand(this.#movie, port);
    const words = { folder: this.#movie.folder, movie: this.#movie.name, port: String(port) };
    return this.#template(candidate).map((part) =>
      part.replace(/\{(folder|movie|port)\}/, (_, word) => words[word as "port"]),
    );
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
