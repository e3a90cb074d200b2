import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const BUILD = join(import.meta.dirname, "build");

/** Clients of HTTP and WebSocket. */
const WATCHING = [
  "load/watcher.c",
  "load/watched.c",
  "load/parts.c",
  "load/websocket.c",
  "load/speaking.c",
  "load/client.c",
] as const;

/** Each program and its sources, beside this file. */
const PROGRAMS = {
  epoll: ["peers/epoll.c", "peers/peer.c"],
  seed: ["peers/seed.c", "peers/peer.c"],
  reader: ["load/reader.c", "load/measure.c", "load/client.c"],
  fetcher: ["load/fetcher.c", "load/measure.c", "load/client.c"],
  holder: ["load/holder.c", "load/measure.c", "load/client.c"],
  timed: ["load/timed.c", "load/client.c"],
  contend: ["load/contend.c", "load/viewer.c", "load/measure.c", "load/client.c"],
  watch: ["load/watch.c", ...WATCHING, "load/timeline.c", "load/measure.c"],
  first: ["load/first.c", ...WATCHING],
  seeker: ["load/seeker.c", "load/client.c"],
} as const satisfies Record<string, readonly string[]>;

export type Program = keyof typeof PROGRAMS;

const FLAGS = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-pedantic", "-pthread"];

/** Where a compiled program lies. */
export function programPath(program: Program): string {
  return join(BUILD, program);
}

/** Compiles all programs with `CC`, or `cc`. Rejects with the compiler's words. */
export async function compileAll(): Promise<void> {
  await Promise.all(Object.entries(PROGRAMS).map(([program, sources]) => compile(program, sources)));
}

/** Compiles one of the programs under another name, so that one that runs stays as it is. */
export function compileAs(name: string, program: Program): Promise<string> {
  return compile(name, PROGRAMS[program]);
}

/** Compiles one program of sources beside this file, and says where it lies. Rejects as `compileAll`. */
export async function compile(
  program: string,
  sources: readonly string[],
  libraries: readonly string[] = [],
): Promise<string> {
  await mkdir(BUILD, { recursive: true });
  const files = sources.map((source) => join(import.meta.dirname, source));
  const path = join(BUILD, program);
  await promisify(execFile)(process.env["CC"] ?? "cc", [...FLAGS, "-o", path, ...files, ...libraries]);
  return path;
}
