import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const BUILD = join(import.meta.dirname, "build");

/** Each program and its sources, beside this file. */
const PROGRAMS = {
  epoll: ["peers/epoll.c", "peers/peer.c"],
  seed: ["peers/seed.c", "peers/peer.c"],
  reader: ["load/reader.c", "load/client.c"],
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
  await mkdir(BUILD, { recursive: true });
  const compiler = process.env["CC"] ?? "cc";
  const compile = async ([program, sources]: [string, readonly string[]]): Promise<void> => {
    const files = sources.map((source) => join(import.meta.dirname, source));
    await promisify(execFile)(compiler, [...FLAGS, "-o", join(BUILD, program), ...files]);
  };
  await Promise.all(Object.entries(PROGRAMS).map(compile));
}
