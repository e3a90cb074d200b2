import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Child } from "./child.ts";
import { programPath } from "./compile.ts";
import type { BenchMovie } from "./movie.ts";

/**
 * Who serves the movie: `ours`, the epoll loop, and the seed's design, whose workers read each message's
 * file as in the assignment (`seed`) or point into memory (`seedPointing`).
 */
export type Candidate = "ours" | "epoll" | "seed" | "seedPointing";

/** A server that listens. */
export type Serving = {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** What it wrote to its error output. */
  complaint(): string;
  stop(): Promise<void>;
};

/** What ours is started with; `{folder}` and `{port}` are replaced. */
export const OUR_COMMAND = [
  process.execPath,
  join(import.meta.dirname, "..", "src", "cli", "bin.ts"),
  "serve",
  "{folder}",
  "--classic",
  "{port}",
  "--log-level",
  "error",
];

/** As many workers as processors of the machine of reference; the ring and the batch that were best there. */
const SEED_POOL = ["2", "64", "16"];

const COMMANDS = {
  epoll: [programPath("epoll"), "{port}", "{folder}", "{movie}"],
  seed: [programPath("seed"), "{port}", "{folder}", "{movie}", "read", ...SEED_POOL],
  seedPointing: [programPath("seed"), "{port}", "{folder}", "{movie}", "point", ...SEED_POOL],
} as const satisfies Record<Exclude<Candidate, "ours">, readonly string[]>;

const START_MS = 15_000;

/** Starts servers of one movie, each on a free port. */
export class Candidates {
  readonly #movie: BenchMovie;
  readonly #ours: readonly string[];

  /** @param ours what ours is started with, see OUR_COMMAND */
  constructor(movie: BenchMovie, ours: readonly string[]) {
    this.#movie = movie;
    this.#ours = ours;
  }

  /** Resolves when it listens. Rejects when it ends before, or does not listen in time. */
  async start(candidate: Candidate): Promise<Serving> {
    const port = await freePort();
    const words = { folder: this.#movie.folder, movie: this.#movie.name, port: String(port) };
    const template = candidate === "ours" ? this.#ours : COMMANDS[candidate];
    const command = template.map((part) =>
      part.replace(/\{(folder|movie|port)\}/, (_, word) => words[word as "port"]),
    );
    const child = new Child(candidate, command);
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
      port,
      pid: child.pid,
      complaint: () => child.complaint,
      stop: () => child.stop(),
    };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
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

/**
 * Reads the whole movie and its first frame again from a server, and rejects unless every byte is the
 * movie's: a server that is fast with wrong bytes is not measured.
 */
export async function checkBytes(serving: Serving, movie: BenchMovie): Promise<void> {
  const expected = Buffer.concat([...movie.frames, ...movie.frames.slice(0, 1)]);
  const socket = connect(serving.port, "127.0.0.1");
  socket.setTimeout(START_MS, () => socket.destroy(new Error(`${serving.name} stopped sending`)));
  socket.write(`check:3:start_movie:${movie.name},1\n`);
  let offset = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    const part = chunk.subarray(0, expected.length - offset);
    if (!part.equals(expected.subarray(offset, offset + part.length))) {
      const beginning = JSON.stringify(part.subarray(0, 80).toString("latin1"));
      throw new Error(`${serving.name} sent other bytes than the movie's after byte ${offset}: ${beginning}`);
    }
    offset += part.length;
    if (offset === expected.length) break;
  }
  if (offset < expected.length) throw new Error(`${serving.name} closed after ${offset} bytes of the movie`);
}
