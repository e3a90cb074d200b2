import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { readRecipes } from "./e2e/recipe.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Compiling, packing and installing sixty packages takes half a minute on a slow machine. */
const PATIENCE = { timeout: 240_000 };

/** What plays two frames and ends should need no more. */
const EXAMPLE_MS = 20_000;

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
  return Buffer.concat([Buffer.from("P6\n2 1\n255\n"), Buffer.alloc(6, 100 * number)]);
}

type Ports = { readonly classic: number; readonly http: number };

/** Starts the installed program by its name and waits until it listens. */
async function serve(t: TestContext, folder: string, library: string, ...more: string[]): Promise<Ports> {
  const command = ["--no", "mutoscope", "serve", library, "--classic", "0", "--http", "0", ...more];
  const [, classic, http] = await start(
    t,
    folder,
    ["npx", ...command],
    /on 127\.0\.0\.1:(\d+)[^]*http:\/\/127\.0\.0\.1:(\d+)/,
  );
  return { classic: Number(classic), http: Number(http) };
}

/**
 * Runs a program, and ends its whole group when the pipe 3 breaks: as it does when this process is killed,
 * which leaves nobody to end a server.
 */
const GUARD = `(read -r _; kill -TERM 0) <&3 >/dev/null 2>&1 &
guard=$!; "$@" 3<&-; status=$?; kill "$guard"; exit "$status"`;

/** Starts a program, and waits for what it prints. */
async function start(
  t: TestContext,
  folder: string,
  [program = "", ...args]: readonly string[],
  expected: RegExp,
): Promise<RegExpExecArray> {
  const child = spawn("sh", ["-c", GUARD, "sh", program, ...args], {
    cwd: folder,
    env: { ...environment(), MUTOSCOPE_LOG_LEVEL: "error" },
    detached: true,
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  const ended = once(child, "close");
  t.after(async () => {
    // The whole group: the guard, npx, its shell and the program.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await ended;
  });
  const stdout = child.stdout ?? assert.fail("its output is no pipe");
  let printed = "";
  stdout.on("data", (chunk) => (printed += String(chunk)));
  while (child.exitCode === null) {
    const found = expected.exec(printed);
    if (found !== null) return found;
    await Promise.race([once(stdout, "data"), ended]);
  }
  return assert.fail(`${program} ended after: ${printed}`);
}

/** Where the package is packed, installed and used. */
type Place = { readonly packed: Packed; readonly home: string; readonly library: string };

async function install(folder: string): Promise<Place> {
  const packed = await pack(folder);
  const home = join(folder, "home");
  await mkdir(home);
  await writeFile(join(home, "package.json"), '{ "private": true, "type": "module" }');
  await npm(home, "install", "--no-audit", "--no-fund", "--prefer-offline", packed.tarball);
  const library = join(folder, "frames");
  await mkdir(library);
  for (const number of [1, 2]) await writeFile(join(library, `sw${number}.ppm`), frame(number));
  return { packed, home, library };
}

/** Checks programs of the home folder with the project's compiler, and the package's declarations too. */
async function check(home: string, files: readonly string[], options: object): Promise<void> {
  const strict = { strict: true, noEmit: true, module: "nodenext", target: "es2023", skipLibCheck: false };
  const configuration = { compilerOptions: { ...strict, ...options }, files };
  await writeFile(join(home, "tsconfig.json"), JSON.stringify(configuration));
  const compiler = join(ROOT, "node_modules/.bin/tsc");
  await run(compiler, ["-p", home]).catch(({ stdout }: { stdout: string }) => assert.fail(stdout));
}

/** Everything that the package says it has, as a program of a browser sees it. */
const BROWSER_PROGRAM = `
import { type Client, type Frame, MutoscopeError, type PlaybackReceipt, connect } from "mutoscope/client";

const client: Client = await connect(["ws://a/ws", "wss://b/ws"], { priority: 2, WebSocket });
const playback = client.play("sw", { from: 1, contract: "all", rendition: { format: "jpeg", width: 640 } });
for await (const frame of playback) {
  const { movie, number, message, epoch, bytes, format, width, height, time, substitute }: Frame = frame;
  await createImageBitmap(new Blob([bytes], { type: \`image/\${format}\` }));
  console.log(movie, number + message + epoch + width + height + time, substitute);
}
const receipt: PlaybackReceipt = await playback.receipt;
if (receipt.digest === undefined) throw new MutoscopeError({ code: "PROTOCOL_BROKEN", detail: "" });
// @ts-expect-error: no such contract
client.play("sw", { contract: "most" });
`;

describe("the published package", PATIENCE, () => {
  let folder: string;
  let place: Place;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mutoscope-package-"));
    place = await install(folder);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  // What is published is compiled: Node refuses to strip types under node_modules, and has its own runtime.
  test("has no sources and no runtime", async () => {
    const { packed, home } = place;
    const { files } = packed;
    // Examples are there to be copied.
    const product = files.filter((path) => !path.startsWith("examples/"));
    assert.deepEqual(
      product.filter(
        (path) =>
          /(?<!\.d)\.ts$/.test(path) || /\.test\.|\.testing\.|^(src|test|bench|tools|runtime)\//.test(path),
      ),
      [],
    );
    for (const path of [
      "bin/mutoscope.js",
      "dist/src/cli/bin.js",
      "dist/client/index.js",
      "dist/client/index.d.ts",
      "docs/settings.md",
      "README.md",
      "LICENSE",
    ]) {
      assert.ok(files.includes(path), `${path} is not in the package`);
    }
    const runtime = JSON.parse(await readFile(join(ROOT, "runtime/package.json"), "utf8")) as {
      optionalDependencies: object;
    };
    const installed = await readdir(join(home, "node_modules"));
    assert.deepEqual(
      installed.filter((name) => name in runtime.optionalDependencies || name === "mutoscope-runtime"),
      [],
    );
    await assert.rejects(access(join(home, "node_modules/.bin/node")));
  });

  test("plays a movie from an empty folder", async (t) => {
    const { home, library } = place;
    const { classic } = await serve(t, home, library);
    const socket = connect(classic, "127.0.0.1");
    socket.end("test:0:start_movie:sw\n");
    assert.deepEqual(await buffer(socket), Buffer.concat([frame(1), frame(2)]));
  });

  // The types are what an editor shows of the library: they must not need Node's, or anything of ours.
  test("has the client library's types for browsers without any others", async () => {
    const { home } = place;
    await writeFile(join(home, "browser.ts"), BROWSER_PROGRAM);
    await check(home, ["browser.ts"], { lib: ["es2023", "dom", "dom.iterable"], types: [] });
  });

  // What people copy has to run as it is.
  test("has examples of the client library that are right and run", async (t) => {
    const { home, library } = place;
    const examples = join(home, "examples");
    await cp(join(home, "node_modules/mutoscope/examples/client"), examples, { recursive: true });
    const programs = (await readdir(examples)).filter((name) => name.endsWith(".ts"));
    assert.deepEqual(programs.toSorted(), ["page.ts", "play.ts", "save.ts"]);
    const typeRoots = [join(ROOT, "node_modules/@types")];
    const files = programs.map((name) => join(examples, name));
    await check(home, files, { lib: ["es2023"], types: ["node"], typeRoots });

    const { http } = await serve(t, home, library);
    const node = (name: string, ...args: string[]) =>
      run(process.execPath, [join(examples, name), `http://127.0.0.1:${http}`, ...args], {
        cwd: home,
        timeout: EXAMPLE_MS,
      });
    const { stdout } = await node("play.ts", "sw");
    assert.match(stdout, /^frame 1: 2×1, 17 bytes\nframe 2: 2×1, 17 bytes\n2 frames, 0 missing, over 1 /);
    await node("save.ts", "sw", "2", "2", "saved");
    const saved = await readFile(join(home, "saved/sw.2.png"));
    assert.deepEqual(saved.subarray(0, 4), Buffer.from("\x89PNG", "latin1"));
    await assert.rejects(node("play.ts", "sx"), ({ code, stderr }: { code: number; stderr: string }) => {
      assert.equal(code, 1);
      assert.match(stderr, /^MOVIE_NOT_FOUND: /);
      return true;
    });
  });

  // A page that shows what does not work is worse than none.
  test("has a page on the client library whose programs are right and run", async (t) => {
    const { home, library } = place;
    const { http } = await serve(t, home, library);
    const { files, recipes } = readRecipes("typescript", `127.0.0.1:${http}`);
    for (const [name, text] of files) await writeFile(join(home, name), text);
    const typeRoots = [join(ROOT, "node_modules/@types")];
    await check(home, [...files.keys()], { lib: ["es2023"], types: ["node"], typeRoots });
    const printed = async (name: string): Promise<readonly string[]> => {
      assert.ok(
        recipes.some(({ script }) => script === `node ${name}\n`),
        `${name} is not run`,
      );
      const { stdout } = await run(process.execPath, [join(home, name)], { cwd: home, timeout: EXAMPLE_MS });
      return stdout.trim().split("\n");
    };
    assert.deepEqual(await printed("play.ts"), ["1 ppm 2 1 17", "2 ppm 2 1 17", "finished 2"]);
    assert.deepEqual(await printed("look.ts"), ["1 sw", "1 2 24", "2 png", "FRAME_NOT_FOUND"]);
    const steered = await printed("steer.ts");
    assert.deepEqual([steered[3], steered.length, steered.at(-1)], ["2", 9, "stopped"]);
    assert.equal(files.size, 3);
  });

  // The same library in a browser, without a bundler, and from another origin than the server's.
  test("has a web page that plays a movie in Chromium", async (t) => {
    const { home, library } = place;
    const page = join(home, "node_modules/mutoscope/examples/client");
    await cp(page, join(home, "web"), { recursive: true });
    const command = [process.execPath, join(home, "web/page.ts"), "0"];
    const [origin = ""] = await start(t, home, command, /http:\/\/127\.0\.0\.1:\d+/);
    const { http } = await serve(t, home, library, "--cors", origin);
    const browser = await chromium
      .launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] })
      .catch((error: Error) => assert.fail(`${error.message}: apt-get install chromium`));
    t.after(() => browser.close());
    const tab = await browser.newPage();
    await tab.goto(`${origin}/?movie=sw&server=http://127.0.0.1:${http}`);
    // An error stands there as well.
    await tab.waitForFunction('document.querySelector("output").value !== ""', undefined, {
      timeout: 20_000,
    });
    const [told, value] = await tab.evaluate<[string, number]>(`[
      document.querySelector("output").value,
      document.querySelector("canvas").getContext("2d").getImageData(0, 0, 1, 1).data[0],
    ]`);
    assert.match(told, /^frame [12]$/);
    // Every sample of frame n is 100 n: the canvas has what the file has, as far as JPEG keeps it.
    assert.ok(Math.min(Math.abs(value - 100), Math.abs(value - 200)) < 8, `a sample of ${value}`);
  });
});
