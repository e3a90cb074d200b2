import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { OUR_COMMAND } from "../candidates.ts";
import { Child } from "../child.ts";
import type { BenchMovie } from "../movie.ts";
import { checkBytes } from "../wholeMovie.ts";

/** Our server with settings of its own, and where it runs. */
export type Ours = {
  readonly folder: string;
  readonly port: number;
  readonly settings: readonly string[];
  /** What the command begins with, to run it in another namespace; that needs `check` to be there, too. */
  readonly within?: readonly string[];
  /** Each is played once, and compared: all are in the cache when the work begins. */
  readonly movies: readonly BenchMovie[];
};

/** Starts our server, checks its bytes, lets the work have it, and stops it. */
export async function useOurs<T>(ours: Ours, what: string, work: (pid: number) => Promise<T>): Promise<T> {
  const { folder, port, settings, within = [], movies } = ours;
  const command = OUR_COMMAND.map((part) => part.replace("{folder}", folder).replace("{port}", String(port)));
  const server = new Child("ours", [...within, ...command, ...settings]);
  try {
    for (let said = await server.line(); !said.includes("Listening"); said = await server.line());
    for (const movie of movies) await check(port, movie, within);
    return await work(server.pid);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${what}: ${reason}; the server said: ${server.complaint}`, { cause: error });
  } finally {
    await server.stop();
  }
}

const CHECK = join(import.meta.dirname, "..", "checkMovie.ts");

/** Only a process inside a namespace reaches its loopback. */
async function check(port: number, movie: BenchMovie, within: readonly string[]): Promise<void> {
  if (within.length === 0) return checkBytes({ name: "ours", speaks: "classic", port }, movie);
  const { folder, name, frames } = movie;
  const words = [CHECK, String(port), folder, name, String(frames.length)];
  const child = new Child("check", [...within, process.execPath, ...words]);
  try {
    await child.line();
  } finally {
    await child.stop();
  }
}

type LimitsJson = { readonly promises: { readonly betterWaitsMs: number } };

/** How many milliseconds a better message waits at most with these settings, as the program itself says. */
export async function promisedWait(settings: readonly string[]): Promise<number> {
  const [program = "", cli = ""] = OUR_COMMAND;
  const { stdout } = await promisify(execFile)(program, [cli, "limits", ...settings, "--json"]);
  const { promises } = JSON.parse(stdout) as LimitsJson;
  if (!Number.isFinite(promises.betterWaitsMs)) throw new Error(`no promise in what limits says: ${stdout}`);
  return promises.betterWaitsMs;
}
