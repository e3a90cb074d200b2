import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { until, within } from "./deadline.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { Program } from "./program.ts";
import { Viewer, bytesOf } from "./viewer.ts";

const FOLDERS = 200;
/** So the scan takes half a minute, longer than any test waits for it. */
const FOLDER_MS = 150;
/**
 * What leaving takes when nothing is under way: a second of it for what may be left, and some for the
 * machine.
 */
const LEAVING_MS = 4000;

/**
 * A library on a disk that takes its time for every folder, and the server that has begun to look through it.
 */
async function serveSlowly(test: TestContext, folderMs: number) {
  const folder = makeFolder(test);
  for (const number of upTo(FOLDERS)) mkdirSync(join(folder, `later${number}`));
  const frames = writeMovie(folder, "first", upTo(20));
  const hook = join(makeFolder(test), "slow.mjs");
  writeFileSync(
    hook,
    `import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const open = fs.opendirSync;
    const clock = new Int32Array(new SharedArrayBuffer(4));
    fs.opendirSync = (path, ...rest) => {
      if (String(path).includes("later")) Atomics.wait(clock, 0, 0, ${folderMs});
      return open(path, ...rest);
    };
    syncBuiltinESMExports();`,
  );
  const environment = { NODE_OPTIONS: `--import ${pathToFileURL(hook).href}` };
  const program = Program.start(test, ["serve", folder, "--classic", "0", "--http", "0"], environment);
  return { program, port: await program.port(), frames };
}

type Told = { readonly type?: string; readonly code?: string; readonly retry?: boolean };

async function checkLeaves(program: Program): Promise<void> {
  program.process.kill("SIGTERM");
  assert.deepEqual(await within(program.ended, "the server's end", LEAVING_MS), { status: 0, signal: null });
  assert.match(program.printed, /SIGTERM: finishing[\s\S]*Closed\.\n$/);
}

describe("a server whose library takes long to look through", () => {
  // A million frames on a network take minutes, in which a server may be updated like in any others.
  it("plays what it has found, and leaves in order when it is told to while it scans", async (test) => {
    const { program, port, frames } = await serveSlowly(test, FOLDER_MS);
    const viewer = (await Viewer.open(test, port)).send("a:1:start_movie:first\n").closeHalf();
    const { items, ending } = await viewer.rest();
    assert.equal(ending, "closed");
    assert.ok(bytesOf(items).equals(Buffer.concat(frames)));
    await checkLeaves(program);
    assert.doesNotMatch(program.printed, new RegExp(`${FOLDERS + 1} folders`), "the scan was over");
  });

  // A client that lost its connection would be told that the movie is over, and lose the rest in silence.
  it("asks who goes on behind a frame to come again, while nobody knows what comes there", async (test) => {
    const { program } = await serveSlowly(test, FOLDER_MS);
    const [, port] = await program.prints(/Listening on http:\/\/127\.0\.0\.1:(\d+)/);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, "mutoscope.v1");
    test.after(() => socket.close());
    const told: Told[] = [];
    socket.addEventListener("message", ({ data }) => void told.push(JSON.parse(String(data)) as Told));
    await within(once(socket, "open"), "the handshake");
    socket.send(JSON.stringify({ type: "play", request: 1, playback: 1, movie: "first", after: 5 }));
    const isAnswer = ({ type }: Told): boolean => type !== "welcome";
    await until(() => told.some(isAnswer), "an answer");
    const { type, code, retry } = told.find(isAnswer) ?? {};
    assert.deepEqual([type, code, retry], ["error", "LIBRARY_SCANNING", true]);
  });

  // "No such movie" would be believed, by programs and by people, and it may be there a second later.
  it("says of a movie that it has not found yet that it may come, on every surface", async (test) => {
    const { program, port } = await serveSlowly(test, FOLDER_MS);
    const [, http] = await program.prints(/Listening on http:\/\/127\.0\.0\.1:(\d+)/);
    for (const path of ["/movies/none", "/movies/none/frames/1", "/movies/none.ppm", "/events?movie=none"]) {
      const response = await within(fetch(`http://127.0.0.1:${http}${path}`), path);
      const { code } = (await response.json()) as { code: string };
      assert.deepEqual([response.status, code], [503, "LIBRARY_SCANNING"], path);
      assert.equal(response.headers.get("retry-after"), "1");
    }
    const viewer = (await Viewer.open(test, port)).send("a:1:start_movie:none\n").closeHalf();
    const { items } = await viewer.rest();
    assert.ok(items[0]?.kind === "error" && items[0].code === "LIBRARY_SCANNING");
  });

  it("leaves in order though one folder alone takes longer than that", async (test) => {
    const { program } = await serveSlowly(test, 60_000);
    await checkLeaves(program);
  });

  it("finishes the frames of who plays meanwhile, and says why it is over", async (test) => {
    const { program, port } = await serveSlowly(test, FOLDER_MS);
    const viewer = (await Viewer.open(test, port)).send("a:1:start_movie:first:1:20\n");
    await viewer.frames(5);
    await checkLeaves(program);
    const { items, ending } = await viewer.rest();
    const last = items.at(-1);
    assert.equal(ending, "closed");
    assert.ok(last?.kind === "error" && last.code === "SERVER_CLOSING");
  });
});
