import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Ms } from "../../base/units.ts";
import { openLibrary } from "./open.ts";
import { HangingMount } from "./hangingMount.testing.ts";

/** A process that waits at its end hears of nothing less. */
const LIMIT = { timeout: 15_000, killSignal: "SIGKILL" } as const;

const skip = HangingMount.canBe ? false : "only root may mount a file system of a program";

/** A folder of a disk, and a mount below it. */
async function makePlaces(test: TestContext): Promise<{ root: string; mount: HangingMount }> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "hanging-")));
  mkdirSync(join(root, "disk"));
  mkdirSync(join(root, "mount"));
  writeFileSync(join(root, "disk", "d1.tga"), "x");
  const mount = await HangingMount.mount(join(root, "mount"));
  test.after(async () => {
    await mount.unmount();
    rmSync(root, { recursive: true });
  });
  return { root, mount };
}

describe("a mount that hangs", { skip }, () => {
  // A file server that is started anew takes seconds: nobody who plays from another disk may notice.
  it("holds up neither the main thread nor the watch over a disk, and goes on by itself", async (test) => {
    const { root, mount } = await makePlaces(test);
    const library = await openLibrary([{ kind: "folder", path: root }], { pollInterval: Ms(100) });
    test.after(() => library.close());
    await library.scanned;
    const names = (): string[] => library.movies.map(({ name, count }) => `${name} ${count}`);
    assert.deepEqual(names(), ["disk/d 1", "mount/s 2"]);
    mount.hang();
    await sleep(500);
    let longest = 0;
    for (let number = 2; number <= 10; number++) {
      writeFileSync(join(root, "disk", `d${number}.tga`), "x");
      const started = performance.now();
      await sleep(100);
      longest = Math.max(longest, performance.now() - started);
    }
    await sleep(1000);
    assert.deepEqual(names(), ["disk/d 10", "mount/s 2"]);
    assert.ok(longest < 1000, `the main thread was held up for ${longest} ms`);
    mount.goOn();
    await sleep(500);
    assert.deepEqual(names(), ["disk/d 10", "mount/s 2"]);
  });

  it("does not keep a library from closing", async (test) => {
    const { root, mount } = await makePlaces(test);
    const library = await openLibrary([{ kind: "folder", path: root }], { pollInterval: Ms(100) });
    await library.scanned;
    mount.hang();
    await sleep(500);
    const started = performance.now();
    await library.close();
    assert.ok(performance.now() - started < 3000);
    mount.goOn();
  });

  // The runtime waits at its end for threads that never return: supervisors would wait with it.
  it("does not keep a process from ending, nor one that has not begun", async (test) => {
    const { root, mount } = await makePlaces(test);
    mount.hang();
    const main = new URL("./open.ts", import.meta.url).href;
    const opening = `
      import { openLibrary } from ${JSON.stringify(main)};
      const path = process.argv[1];
      const library = await openLibrary([{ kind: "folder", path }]).catch((error) => error);
      console.log(library.code ?? "opened");
      await library.close?.();
      setTimeout(() => process.exit(), 100);
    `;
    for (const [path, said] of [
      [root, "opened\n"],
      [join(root, "mount"), "LIBRARY_UNREADABLE\n"],
    ] as const) {
      const args = ["--input-type=module", "-e", opening, path];
      const program = spawn(process.execPath, args, {
        stdio: ["ignore", "pipe", "inherit"],
        ...LIMIT,
      });
      let printed = "";
      program.stdout.on("data", (chunk) => (printed += String(chunk)));
      const started = performance.now();
      await once(program, "exit");
      assert.ok(performance.now() - started < 14_000, `${path} keeps its process`);
      assert.equal(printed, said);
    }
    mount.goOn();
  });
});
