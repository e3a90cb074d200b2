import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../src/cli/bin.ts", import.meta.url));

/** A program that runs, and what it has printed on standard output. */
type Running = {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown[]>;
  readonly printed: () => string;
};

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "mutoscope-test-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Away from any configuration, with `temporary` as the system's folder for temporary files. */
function environment(temporary: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    TMPDIR: temporary,
    MUTOSCOPE_LOG_LEVEL: "error",
    MUTOSCOPE_WORKERS: "1",
  };
}

function start(t: TestContext, temporary: string, ...args: string[]): Running {
  const options = {
    env: environment(temporary),
    stdio: ["ignore", "pipe", "inherit"] as ["ignore", "pipe", "inherit"],
  };
  const child = spawn(process.execPath, [BIN, ...args], options);
  let printed = "";
  child.stdout.on("data", (chunk) => (printed += String(chunk)));
  t.after(() => child.kill("SIGKILL"));
  return { process: child, ended: once(child, "close"), printed: () => printed };
}

/** Waits until the program has printed something. */
async function read(program: Running, expected: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = expected.exec(program.printed());
    if (match !== null) return match;
    if (program.process.exitCode !== null) assert.fail(`ended after: ${program.printed()}`);
    await Promise.race([once(program.process.stdout ?? program.process, "data"), program.ended]);
  }
}

async function portOf(program: Running): Promise<number> {
  return Number((await read(program, /Listening on 127\.0\.0\.1:(\d+)/))[1]);
}

function run(
  temporary: string,
  ...args: string[]
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [BIN, ...args], { encoding: "utf8", env: environment(temporary) });
}

// The first minute with the program: everything it needs it makes, and it leaves nothing behind.
test("demo draws and serves sw, closes in order when told to stop, and removes what it drew", async (t) => {
  const temporary = await folder(t);
  const demo = start(t, temporary, "demo", "--classic", "0", "--http", "0");
  const socket = connect(await portOf(demo), "127.0.0.1");
  assert.equal((await readdir(temporary)).length, 1);
  socket.end("test:0:start_movie:sw\n");
  assert.equal((await buffer(socket)).length, 100 * ("P6\n160 120\n255\n".length + 3 * 160 * 120));
  demo.process.kill("SIGTERM");
  assert.deepEqual(await demo.ended, [0, null]);
  assert.match(demo.printed(), /\nSIGTERM: finishing the frames under way, for at most 8s\.\nClosed\.\n$/);
  assert.deepEqual(await readdir(temporary), []);
});

// A client that reads nothing can hold up the orderly end; whoever asks a second time does not want to wait.
test("a second signal ends the program at once, and the temporary movie goes all the same", async (t) => {
  const temporary = await folder(t);
  const demo = start(t, temporary, "demo", "--classic", "0", "--http", "0", "--shutdown", "1h");
  const socket = connect(await portOf(demo), "127.0.0.1");
  t.after(() => socket.destroy());
  socket.on("error", () => undefined).pause();
  socket.write("test:0:start_movie:sw,1\n");
  await once(socket, "readable");
  demo.process.kill("SIGINT");
  await read(demo, /SIGINT: finishing/);
  // Copies of one Ctrl-C arrive within 200 ms and count as one.
  await sleep(300);
  assert.equal(demo.process.exitCode, null);
  demo.process.kill("SIGTERM");
  assert.deepEqual(await demo.ended, [143, null]);
  assert.deepEqual(await readdir(temporary), []);
});

// What is drawn to be kept is a library like any other.
test("demo --keep leaves the frames, which ls lists", async (t) => {
  const temporary = await folder(t);
  const library = join(await folder(t), "images");
  const demo = start(t, temporary, "demo", "--classic", "0", "--http", "0", "--keep", library);
  await portOf(demo);
  demo.process.kill("SIGTERM");
  await demo.ended;
  assert.match(
    run(temporary, "ls", library).stdout,
    /\nsw +100 +1-100 +160x120 +8-bit +netpbm +24 +complete\n/,
  );
  const listing = JSON.parse(run(temporary, "ls", library, "--json").stdout) as {
    movies: { frames: number }[];
  };
  assert.deepEqual(
    listing.movies.map(({ frames }) => frames),
    [100],
  );
});

// An empty folder may be about to be filled: the server runs, and says what belongs there.
test("an empty library is served with a hint of what to put there", async (t) => {
  const library = await folder(t);
  const server = start(t, library, "serve", library, "--classic", "0", "--http", "0");
  await portOf(server);
  assert.match(server.printed(), /No movie is here yet\./);
});

// A server that cannot do its work must say so and not linger: supervisors look at the status.
test("a port in use and an unreadable library end the program with one sentence and status 1", async (t) => {
  const temporary = await folder(t);
  const port = await portOf(start(t, temporary, "demo", "--classic", "0", "--http", "0"));
  const library = await folder(t);
  const taken = run(temporary, "serve", library, "--classic", String(port), "--http", "0");
  assert.match(taken.stderr, /^mutoscope: ADDRESS_IN_USE [^\n]+\n[^\n]+\n$/);
  assert.equal(taken.status, 1);
  const unreadable = run(temporary, "serve", join(library, "none"), "--classic", "0", "--http", "0");
  assert.match(unreadable.stderr, /^mutoscope: LIBRARY_UNREADABLE [^\n]+\n[^\n]+\n$/);
  assert.equal(unreadable.status, 1);
});
