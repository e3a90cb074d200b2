import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";

const LAUNCHER = fileURLToPath(new URL("../bin/mutoscope.js", import.meta.url));

/** Stands in for a Node that is too old to run the sources: the launcher must look for the pinned one. */
const OLD_NODE = "--no-strip-types";

/** A checkout whose program is `source`, and whose pinned runtime is the Node that runs this test. */
async function checkoutOf(
  t: TestContext,
  source: string,
  runtime: "installed" | "missing" = "installed",
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "mutoscope-launcher-"));
  t.after(() => rm(root, { recursive: true }));
  for (const folder of ["bin", "src/cli", "node_modules/.bin"])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, "package.json"), '{ "type": "module" }');
  await writeFile(join(root, "src/cli/bin.ts"), source);
  await cp(LAUNCHER, join(root, "bin/mutoscope.js"));
  if (runtime === "installed") await symlink(process.execPath, join(root, "node_modules/.bin/node"));
  return join(root, "bin/mutoscope.js");
}

function run(launcher: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [OLD_NODE, launcher, ...args], { encoding: "utf8" });
}

/** Starts a launcher and waits for the first word of its program. */
async function start(launcher: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [OLD_NODE, launcher], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

// `npx mutoscope` starts on whatever Node is installed, and scripts read the status.
test("in a checkout the launcher runs the sources on the pinned Node", async (t) => {
  const launcher = await checkoutOf(
    t,
    `process.stdout.write(JSON.stringify([process.features.typescript, ...process.argv.slice(2)]));
     process.exitCode = 7 as number;`,
  );
  const { status, stdout, stderr } = run(launcher, "serve", "a b");
  assert.equal(stderr, "");
  assert.deepEqual(JSON.parse(stdout), ["strip", "serve", "a b"]);
  assert.equal(status, 7);
});

// A server that is told to stop closes in order, also when its launcher is the one that is told.
test("signals are passed on, and the program decides how it ends", async (t) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const launcher = await checkoutOf(
      t,
      `setInterval(() => undefined, 1000);
       process.on("${signal}", () => process.exit(5));
       process.stdout.write("ready");`,
    );
    const child = await start(launcher);
    child.kill(signal);
    assert.deepEqual(await once(child, "exit"), [5, null], signal);
  }
});

// Supervisors tell a crash from a wish by the signal.
test("when a signal ends the program, the launcher ends by the same one", async (t) => {
  const launcher = await checkoutOf(
    t,
    'process.stdout.write("ready"); setTimeout(() => process.kill(process.pid, "SIGKILL"), 20);',
  );
  const child = await start(launcher);
  assert.deepEqual(await once(child, "exit"), [null, "SIGKILL"]);
});

// A checkout without npm ci is the first thing that a newcomer runs.
test("without the pinned runtime, or on a Node that is too old, the launcher says a sentence", async (t) => {
  const launcher = await checkoutOf(t, "", "missing");
  const { status, stdout, stderr } = run(launcher);
  assert.equal(stdout, "");
  assert.equal(stderr, "mutoscope's runtime is not installed. In its folder, run: npm ci\n");
  assert.equal(status, 1);
});

// A supervisor that gives up kills what it knows of: a server that goes on holds its ports, seen by nobody.
test("when the launcher is killed, its server ends", { timeout: 30_000 }, async (t) => {
  const words = [OLD_NODE, LAUNCHER, "demo", "--classic", "0", "--http", "0"];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  child.stdout.setEncoding("utf8");
  await new Promise<void>((resolve) => {
    let said = "";
    child.stdout.on("data", (chunk: string) => {
      said += chunk;
      if (/Listening on http/.test(said)) resolve();
    });
  });
  child.kill("SIGKILL");
  // The server holds the other end of the output, which ends with it.
  await once(child, "close", { signal: AbortSignal.timeout(15_000) });
});
