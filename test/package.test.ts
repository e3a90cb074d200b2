import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Compiling, packing and installing sixty packages takes half a minute on a slow machine. */
const PATIENCE = { timeout: 240_000 };

const run = promisify(execFile);

/** Under `npm test` npm tells its scripts where they run: the npm started here runs somewhere else. */
function environment(): NodeJS.ProcessEnv {
  const own = /^(npm_config_(local_)?prefix|npm_package_|npm_lifecycle_|INIT_CWD|NODE_TEST_CONTEXT)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

async function npm(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run("npm", args, { cwd: folder, env: environment(), maxBuffer: 1 << 24 });
  return stdout;
}

type Packed = { readonly tarball: string; readonly files: readonly string[] };

async function pack(folder: string): Promise<Packed> {
  const output = await npm(ROOT, "pack", "--json", "--pack-destination", folder);
  // What prepack prints may stand before the answer.
  const [answer] = JSON.parse(output.slice(output.search(/^\[/m))) as [
    { filename: string; files: { path: string }[] },
  ];
  return { tarball: join(folder, answer.filename), files: answer.files.map(({ path }) => path) };
}

/** The bytes of a small picture that is different for every number. */
function frame(number: number): Buffer {
  return Buffer.concat([Buffer.from("P6\n2 1\n255\n"), Buffer.alloc(6, number)]);
}

/** Starts the installed program by its name and waits until it listens. */
async function serve(t: TestContext, folder: string, library: string): Promise<number> {
  const command = ["--no", "mutoscope", "serve", library, "--classic", "0", "--http", "0"];
  const server = spawn("npx", command, {
    cwd: folder,
    env: { ...environment(), MUTOSCOPE_LOG_LEVEL: "error" },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(server, "close");
  t.after(async () => {
    // The whole group: npx, its shell and the program.
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, "SIGTERM");
    await ended;
  });
  let printed = "";
  server.stdout.on("data", (chunk) => (printed += String(chunk)));
  while (server.exitCode === null) {
    const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(printed)?.[1];
    if (port !== undefined) return Number(port);
    await Promise.race([once(server.stdout, "data"), ended]);
  }
  return assert.fail(`the server ended after: ${printed}`);
}

// What is published is compiled: Node refuses to strip types under node_modules, and has its own runtime.
test(
  "the published package has no sources and no runtime, and plays a movie from an empty folder",
  PATIENCE,
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "mutoscope-package-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const { tarball, files } = await pack(folder);
    assert.deepEqual(
      files.filter(
        (path) =>
          /(?<!\.d)\.ts$/.test(path) || /\.test\.|\.testing\.|^(src|test|bench|tools|runtime)\//.test(path),
      ),
      [],
    );
    for (const path of ["bin/mutoscope.js", "dist/src/cli/bin.js", "docs/settings.md", "README.md", "LICENSE"]) {
      assert.ok(files.includes(path), `${path} is not in the package`);
    }

    const home = join(folder, "home");
    await mkdir(home);
    await writeFile(join(home, "package.json"), '{ "private": true }');
    await npm(home, "install", "--no-audit", "--no-fund", "--prefer-offline", tarball);
    const runtime = JSON.parse(await readFile(join(ROOT, "runtime/package.json"), "utf8")) as {
      optionalDependencies: object;
    };
    const installed = await readdir(join(home, "node_modules"));
    assert.deepEqual(
      installed.filter((name) => name in runtime.optionalDependencies || name === "mutoscope-runtime"),
      [],
    );
    await assert.rejects(access(join(home, "node_modules/.bin/node")));

    const library = join(folder, "frames");
    await mkdir(library);
    for (const number of [1, 2]) await writeFile(join(library, `sw${number}.ppm`), frame(number));
    const socket = connect(await serve(t, home, library), "127.0.0.1");
    socket.end("test:0:start_movie:sw\n");
    assert.deepEqual(await buffer(socket), Buffer.concat([frame(1), frame(2)]));
  },
);
