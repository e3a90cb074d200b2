import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { type TestContext, describe, it } from "node:test";
import { events } from "../../src/base/events.ts";
import { Ms } from "../../src/base/units.ts";
import { until, within } from "./deadline.ts";
import { LARGE, writeFootage } from "./footage.ts";
import { stall } from "./kernel.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { Program } from "./program.ts";
import { serve } from "./server.ts";
import { type Rest, Viewer, show } from "./viewer.ts";

/** The setting `shutdown` unless a test says otherwise. */
const LIMIT_MS = 10_000;

const REQUESTS = ["a:0:start_movie:big:1\n", "b:3:start_movie:big:1\n", "c:3:start_movie:big:1:tagged\n"];

/** Whole frames, then why it is over, then what a tagged viewer is told at the end: nothing else. */
function checkEnd({ items, ending }: Rest, frames: readonly Buffer[], linesAtEnd: readonly string[]): void {
  assert.equal(ending, "closed");
  const lines = items.slice(items.length - linesAtEnd.length);
  const found = lines.map((line) => (line.kind === "error" ? line.code : line.kind));
  assert.deepEqual(found, linesAtEnd);
  for (const item of items.slice(0, items.length - linesAtEnd.length)) {
    assert.ok(item.kind === "frame" && frames.some((frame) => frame.equals(item.bytes)), show(item));
  }
}

/** A viewer that takes some bytes and then no more, so that the server cannot finish what it has begun. */
async function stalledViewer(test: TestContext, port: number, movie: string): Promise<Viewer> {
  const viewer = await Viewer.open(test, port, { reads: false });
  viewer.send(`stuck:0:start_movie:${movie}:1\n`);
  await stall(viewer);
  return viewer;
}

describe("a server that is told to stop", () => {
  // Updates happen while people watch: they see an end and its reason, never a torn picture.
  it("finishes the frames under way, says SERVER_CLOSING, and leaves with status 0", async (test) => {
    const folder = makeFolder(test);
    const frames = writeFootage(folder, "big", upTo(4), LARGE);
    const program = Program.start(test, ["serve", folder, "--classic", "0", "--http", "0"]);
    const port = await program.port();
    const viewers = await Promise.all(REQUESTS.map(() => Viewer.open(test, port)));
    for (const [index, viewer] of viewers.entries()) viewer.send(REQUESTS[index] ?? "");
    for (const viewer of viewers) await viewer.frames(3);
    program.process.kill("SIGTERM");
    const rests = await Promise.all(viewers.map((viewer) => viewer.rest()));
    assert.deepEqual(await within(program.ended, "the server's end", LIMIT_MS), { status: 0, signal: null });
    for (const [index, rest] of rests.entries()) {
      assert.ok(viewers[index]?.isAtBoundary, "the connection ended inside of a frame or line");
      checkEnd(rest, frames, index === 2 ? ["SERVER_CLOSING", "end"] : ["SERVER_CLOSING"]);
    }
  });

  // One viewer whose machine sleeps must not keep a server from being updated.
  it("leaves in time though a client takes nothing, and takes the drawn movie with it", async (test) => {
    const folder = makeFolder(test);
    const args = ["demo", "--classic", "0", "--http", "0", "--shutdown", "500ms"];
    const program = Program.start(test, args, { TMPDIR: folder });
    const viewer = await stalledViewer(test, await program.port(), "sw");
    const signalled = performance.now();
    program.process.kill("SIGTERM");
    assert.deepEqual(await within(program.ended, "the server's end", LIMIT_MS), { status: 0, signal: null });
    assert.ok(performance.now() - signalled >= 500, "it did not wait for the client");
    assert.deepEqual(readdirSync(folder), []);
    viewer.resume();
    assert.equal((await viewer.rest()).ending, "reset", "a torn frame must not look like an end");
  });

  // Law 8: somebody's movie breaks off, and it can be found out whose.
  it("tells once how many clients it had to reset, and names the first few", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "big", upTo(4), LARGE);
    const server = await serve(test, folder, { shutdown: Ms(300) });
    const viewers: Viewer[] = [];
    for (let count = 0; count < 6; count += 1)
      viewers.push(await stalledViewer(test, server.classic.port, "big"));
    const told: { readonly connections: number; readonly peers: readonly string[] }[] = [];
    test.after(events.connectionsReset.subscribe((event) => told.push(event)));
    const addresses = viewers.slice(0, 5).map(({ socket }) => `127.0.0.1:${socket.localPort}`);
    await server.close();
    assert.deepEqual(told, [{ connections: 6, peers: addresses }]);
    server.destroy();
    assert.equal(told.length, 1);
  });

  // Whoever asks twice does not want to wait. (Within 200 ms a second signal counts as a copy of the first.)
  it("leaves at once when it is told again", async (test) => {
    const folder = makeFolder(test);
    const args = ["demo", "--classic", "0", "--http", "0", "--shutdown", "1h"];
    const program = Program.start(test, args, { TMPDIR: folder });
    await stalledViewer(test, await program.port(), "sw");
    program.process.kill("SIGTERM");
    await program.prints(/SIGTERM: finishing/);
    await until(() => !program.process.kill("SIGTERM") || program.process.exitCode !== null, "the end", 2000);
    assert.deepEqual(await program.ended, { status: 143, signal: null });
    assert.deepEqual(readdirSync(folder), []);
  });
});

describe("a server in a program of one's own", () => {
  // Whoever embeds it may have two reasons to end it.
  it("is closed once, however often that is asked", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(1));
    const server = await serve(test, folder);
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });
});
