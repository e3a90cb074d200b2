import { execFile } from "node:child_process";
import { rm, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { OUR_COMMAND } from "./candidates.ts";
import { makeFolder } from "./movie.ts";

/** Our server as it was at a commit. */
export type Before = {
  /** The commit's number, shortened. */
  readonly commit: string;
  /** What it is started with; `{folder}` and `{port}` are replaced. */
  readonly command: readonly string[];
};

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, "..");

/**
 * Lays a commit's files out in a folder of their own, which goes when the process ends, beside today's
 * packages. Writes nothing into the repository. Rejects with git's words when there is no such commit.
 */
export async function checkOut(name: string): Promise<Before> {
  const words = ["-C", ROOT, "rev-parse", "--short", "--verify", `${name}^{commit}`];
  const { stdout } = await run("git", words);
  const commit = stdout.trim();
  const folder = await makeFolder("before");
  await unpack(commit, folder);
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const command = OUR_COMMAND.map((part) =>
    part.startsWith(ROOT) && part.endsWith(".ts") ? join(folder, relative(ROOT, part)) : part,
  );
  const [program = "", script = ""] = command;
  const { stdout: help } = await run(program, [script, "serve", "--help"]);
  return { commit, command: withKnownFlags(command, help) };
}

/** Without flags, and their values, that a server's help does not name: an earlier one may not have them. */
export function withKnownFlags(command: readonly string[], help: string): string[] {
  const names = new Set(help.match(/--[a-z-]+/g));
  const isUnknown = (part: string | undefined): boolean =>
    part !== undefined && part.startsWith("--") && !names.has(part);
  return command.filter((part, index) => !isUnknown(part) && !isUnknown(command[index - 1]));
}

async function unpack(commit: string, folder: string): Promise<void> {
  const archive = join(folder, "commit.tar");
  await run("git", ["-C", ROOT, "archive", "--output", archive, commit]);
  await run("tar", ["-x", "-f", archive, "-C", folder]);
  await rm(archive);
}
