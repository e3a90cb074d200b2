import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { HangingMount } from "../../src/library/live/hangingMount.testing.ts";
import { until, within } from "./deadline.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { Program } from "./program.ts";
import { Viewer, bytesOf } from "./viewer.ts";

/** How long a read of the dead mount takes, as in the issue. */
const HANGS_MS = 5000;

/**
 * A mount that hangs, without one, and how many reads of it have begun: in the workers, opening a file
 * below `dead` blocks the thread, as the system
 * does when a server of files is gone.
 */
async function startWithDeadMount(
  test: TestContext,
  library: string,
  args: readonly string[],
): Promise<{ program: Program; hanging: () => number }> {
  const hook = join(makeFolder(test), "hang.mjs");
  writeFileSync(
    hook,
    `import fs, { existsSync } from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    import { isMainThread } from "node:worker_threads";
    const open = fs.openSync;
    const clock = new Int32Array(new SharedArrayBuffer(4));
    if (!isMainThread) {
      fs.openSync = (path, ...rest) => {
        if (String(path).includes("/dead/")) {
          fs.appendFileSync(${JSON.stringify(`${hook}.log`)}, ".");
          Atomics.wait(clock, 0, 0, ${HANGS_MS});
        }
        return open(path, ...rest);
      };
      syncBuiltinESMExports();
    }`,
  );
  const environment = { NODE_OPTIONS: `--import ${pathToFileURL(hook).href}` };
  const program = Program.start(
    test,
    ["serve", library, "--classic", "0", "--http", "0", ...args],
    environment,
  );
  await program.port();
  return { program, hanging: () => (existsSync(`${hook}.log`) ? readFileSync(`${hook}.log`).byteLength : 0) };
}

function makeLibrary(test: TestContext): { folder: string; frames: Buffer[] } {
  const folder = makeFolder(test);
  for (const name of ["dead", "alive", "other"]) mkdirSync(join(folder, name));
  writeMovie(join(folder, "dead"), "a", upTo(60));
  writeMovie(join(folder, "dead"), "b", upTo(60));
  writeMovie(join(folder, "other"), "c", upTo(60));
  return { folder, frames: writeMovie(join(folder, "alive"), "a", upTo(200)) };
}

const skip = HangingMount.canBe ? false : "only root may mount a file system of a program";

/** A library with a mount below it, which is taken away before anybody walks through the folder. */
async function mountInLibrary(test: TestContext): Promise<{ folder: string; mount: HangingMount }> {
  const folder = mkdtempSync(join(tmpdir(), "mutoscope-"));
  mkdirSync(join(folder, "dead"));
  const mount = await HangingMount.mount(join(folder, "dead"));
  test.after(async () => {
    await mount.unmount();
    rmSync(folder, { recursive: true });
  });
  return { folder, mount };
}

describe("a mount that hangs in the system itself", { skip }, () => {
  // No thread returns from it, and the runtime waits for all threads at its end: supervisors would with it.
  it("does not keep a server whose worker reads there", async (test) => {
    const { folder, mount } = await mountInLibrary(test);
    // Without watching, nothing but the worker is there when it begins to hang.
    const args = ["serve", folder, "--classic", "0", "--http", "0", "--watch", "off", "--shutdown", "500ms"];
    const program = Program.start(test, args);
    const viewer = await Viewer.open(test, await program.port());
    mount.hang();
    viewer.send("stuck:0:start_movie:dead/s\n");
    const threads = join("/proc", String(program.process.pid), "task");
    const isHanging = (): boolean =>
      readdirSync(threads).some((thread) => waitsForMount(join(threads, thread)));
    await until(isHanging, "a worker hangs");
    program.process.kill("SIGTERM");
    // It has closed in order: what is left behind is a thread, and the process goes without it.
    assert.deepEqual(await within(program.ended, "the server's end", 5000), {
      status: null,
      signal: "SIGKILL",
    });
    assert.match(program.printed, /Closed\./);
  });
});

/** As Linux names the place where a thread waits for the program behind a mount. */
function waitsForMount(thread: string): boolean {
  try {
    return readFileSync(join(thread, "wchan"), "utf8") === "request_wait_answer";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false; // it has ended
    throw error;
  }
}

describe("a library of which one mount hangs for five seconds", () => {
  it("plays everything else meanwhile, and what lies there afterwards", async (test) => {
    const { folder, frames } = makeLibrary(test);
    const { program, hanging } = await startWithDeadMount(test, folder, [
      "--workers",
      "1",
      "--max-workers",
      "8",
    ]);
    const port = await program.port();
    const stuck = await Promise.all(["a", "b", "a", "b"].map(() => Viewer.open(test, port)));
    const began = performance.now();
    for (const [index, viewer] of stuck.entries())
      viewer.send(`stuck:0:start_movie:dead/${index % 2 === 0 ? "a" : "b"}\n`);
    // They have the better priority, and take every worker that they can get.
    await until(() => hanging() === 4, "half of the workers hang");
    for (const movie of ["alive/a", "other/c", "alive/a"]) {
      const viewer = await Viewer.open(test, port);
      const asked = performance.now();
      const { items } = await viewer.send(`alive:5:start_movie:${movie}\n`).closeHalf().rest();
      assert.equal(items.length, movie === "alive/a" ? 200 : 60);
      if (movie === "alive/a") assert.ok(bytesOf(items).equals(Buffer.concat(frames)));
      assert.ok(performance.now() - asked < 2500, `${movie} took ${performance.now() - asked} ms`);
    }
    assert.ok(performance.now() - began < HANGS_MS, "the mount was back before the others had played");
    for (const viewer of stuck) assert.equal(viewer.received, 0);
    await stuck[0]?.frames(1);
  });

  // Whoever updates the server must not have to wait for a machine that is gone.
  it("is left in time when told to stop", async (test) => {
    const { folder } = makeLibrary(test);
    const args = ["--workers", "2", "--shutdown", "500ms"];
    const { program, hanging } = await startWithDeadMount(test, folder, args);
    const viewer = await Viewer.open(test, await program.port());
    viewer.send("stuck:0:start_movie:dead/a\n");
    await until(() => hanging() > 0, "a worker hangs");
    program.process.kill("SIGTERM");
    assert.deepEqual(await within(program.ended, "the server's end", 4500), { status: 0, signal: null });
  });
});
