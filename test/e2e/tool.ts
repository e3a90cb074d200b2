import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { within } from "./deadline.ts";

/** The programs that tests use, and Debian's packages of them. */
const PACKAGES = {
  bash: "bash",
  dpkg: "dpkg",
  ffmpeg: "ffmpeg",
  ffprobe: "ffmpeg",
  jpegtopnm: "netpbm",
  nc: "netcat-openbsd",
  pamfile: "netpbm",
  pngtopnm: "netpbm",
} as const;

export type Tool = keyof typeof PACKAGES;

/** Far above what any of them needs. */
const TOOL_MS = 30_000;

/** Runs a program, and gives what it printed. Fails when it is not installed, or its status is not 0. */
export async function runTool(
  tool: Tool,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(0),
): Promise<Buffer> {
  const child = spawn(tool, args, { stdio: ["pipe", "pipe", "pipe"] });
  child.on("error", () => undefined);
  // Whoever has read enough may leave.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = once(child, "close").catch((error: NodeJS.ErrnoException) =>
    assert.fail(`${tool} cannot be run (${error.code}): apt-get install ${PACKAGES[tool]}`),
  );
  try {
    const output = Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
    const [[status], printed, complaints] = await within(output, tool, TOOL_MS);
    assert.equal(status, 0, `${tool}: ${complaints.toString()}`);
    return printed;
  } finally {
    child.kill("SIGKILL");
  }
}
