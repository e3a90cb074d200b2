import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { lay } from "../decode/frames.testing.ts";
import { encoded, noise, SIZE } from "./samples.testing.ts";

const source = lay(encoded("rgb24", noise(3 * SIZE.width * SIZE.height), ["-c:v", "targa"]));
const folder = mkdtempSync(join(tmpdir(), "mutoscope-orphans-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Looks again until it is so. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let left = 500; !isSo(); left -= 1) {
    assert.ok(left > 0, what);
    await wait(20);
  }
}

/** An ffmpeg that leaves the number of its process in a file. */
function traced(name: string): { path: string; numbers: () => number[] } {
  const [path, trace] = [join(folder, name), join(folder, `${name}.pids`)];
  writeFileSync(path, `#!/bin/sh\necho $$ >> '${trace}'\nexec ffmpeg "$@"\n`, { mode: 0o755 });
  const numbers = (): number[] =>
    (existsSync(trace) ? readFileSync(trace, "utf8").split("\n") : []).map(Number);
  return { path, numbers: () => numbers().filter((number) => number > 0) };
}

/** Whether it runs: one that has ended and that nobody has asked about does not. */
function isRunning(number: number): boolean {
  try {
    process.kill(number, 0);
  } catch {
    return false;
  }
  const state = `/proc/${number}/stat`;
  return !existsSync(state) || !/\) Z /.test(readFileSync(state, "utf8"));
}

/** A worker thread of a process that lives on: decodes pictures without end, or one. */
function startServer(ffmpeg: string, times: number): ChildProcess {
  const program = new URL("run.ts", import.meta.url).href;
  const thread = `
    const { decodeRun } = await import(${JSON.stringify(program)});
    const deliver = () => console.log("delivered");
    const run = { sources: [${JSON.stringify(source)}], format: "tga", limit: 1 << 20, deliver };
    setInterval(() => {}, 1000);
    for (let left = ${times}; left > 0; left -= 1) await decodeRun(run);`;
  const server = `
    import { Worker } from "node:worker_threads";
    setInterval(() => {}, 1000);
    new Worker(new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(thread)}`)}));`;
  return spawn(process.execPath, ["--input-type=module", "-e", server], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, FFMPEG_PATH: ffmpeg },
  });
}

// A server that was killed cannot tidy up: a program that outlived it would keep its memory for ever.
describe("the programs of a server", () => {
  for (const signal of ["SIGTERM", "SIGKILL"] as const)
    for (const [times, when] of [
      [Infinity, "while they decode"],
      [1, "while they are kept"],
    ] as const)
      it(`end when ${signal} ends the server ${when}`, async () => {
        const { path, numbers } = traced(`${signal}-${times}`);
        const server = startServer(path, times);
        await new Promise((delivered) => server.stdout?.once("data", delivered));
        server.stdout?.resume();
        // The first of them has said its version and has ended.
        const running = numbers().find(isRunning);
        assert.ok(running !== undefined, "one decodes");
        server.kill(signal);
        await until(() => !isRunning(running), `ffmpeg (${running}) outlived the server`);
      });

  // What is kept for the next run is of use for a moment only.
  it("end when there was no work for a while", async () => {
    const { path, numbers } = traced("idle");
    const server = startServer(path, 1);
    await new Promise((delivered) => server.stdout?.once("data", delivered));
    assert.ok(numbers().some(isRunning), "one is kept");
    await until(() => !numbers().some(isRunning), "it is kept for ever");
    assert.equal(server.exitCode, null, "the server lives on");
    server.kill();
  });
});
