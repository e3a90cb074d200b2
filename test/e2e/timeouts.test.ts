import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import type { ErrorCode } from "../../src/base/errors.ts";
import { events } from "../../src/base/events.ts";
import { Bytes, MiB, Ms } from "../../src/base/units.ts";
import { until } from "./deadline.ts";
import { LARGE, SMALL, writeFootage } from "./footage.ts";
import { stall } from "./kernel.ts";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer, bytesOf } from "./viewer.ts";

/** Times are looked at four times a second, and the machine does other things too. */
const LATE_MS = 3000;

/** Why connections were closed, in the order in which they were. */
function closings(test: TestContext): ErrorCode[] {
  const reasons: ErrorCode[] = [];
  const unsubscribe = events.connectionClosed.subscribe(({ reason }) => {
    if (reason !== undefined) reasons.push(reason);
  });
  test.after(unsubscribe);
  return reasons;
}

/** Somebody who watches while others time out, and must not notice. */
async function neighbour(test: TestContext, port: number): Promise<Viewer> {
  return (await Viewer.open(test, port)).send("n:3:start_movie:sw:1:100:tagged\n");
}

/** The neighbour's playback goes on, without a gap. */
async function checkUndisturbed(viewer: Viewer): Promise<void> {
  viewer.send("n:3:stop_movie\n");
  const { frames, end } = await viewer.epoch();
  assert.deepEqual(
    frames.map(({ tag }) => tag?.message),
    frames.map((_, index) => index),
  );
  assert.equal(end.sent, frames.length);
}

describe("a connection's time", () => {
  // Connections are a bounded good: whoever wants nothing makes room for somebody who does.
  it("is up when no request comes, with REQUEST_TIMEOUT", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "sw", upTo(20), SMALL);
    const { classic } = await serve(test, folder, { firstRequest: Ms(300) });
    const watching = await neighbour(test, classic.port);
    const reasons = closings(test);
    const silent = await Viewer.open(test, classic.port);
    const halfway = (await Viewer.open(test, classic.port)).send("a:1:start_mov");
    const opened = performance.now();
    for (const viewer of [silent, halfway]) {
      assert.equal(await viewer.error(LATE_MS), "REQUEST_TIMEOUT");
      assert.deepEqual(await viewer.rest(), { items: [], ending: "closed" });
    }
    assert.ok(performance.now() - opened >= 290, "closed before the time was up");
    await until(() => reasons.length === 2, "the ends of both");
    assert.deepEqual(reasons, ["REQUEST_TIMEOUT", "REQUEST_TIMEOUT"]);
    await checkUndisturbed(watching);
  });

  it("is up when nothing has been asked for and nothing plays, with CONNECTION_IDLE", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "sw", upTo(20), SMALL);
    const { classic } = await serve(test, folder, { idleTimeout: Ms(300), firstRequest: Ms(100) });
    const watching = await neighbour(test, classic.port);
    const waiting = (await Viewer.open(test, classic.port)).send("w:3:start_movie:sw:0:1\n");
    const viewer = await Viewer.open(test, classic.port);
    await viewer.send("a:1:start_movie:sw\n").frames(20);
    const finished = performance.now();
    assert.equal(await viewer.error(LATE_MS), "CONNECTION_IDLE");
    assert.ok(performance.now() - finished >= 290, "closed before the time was up");
    assert.deepEqual(await viewer.rest(), { items: [], ending: "closed" });
    // A frame a second is longer than the idle time: a playback that waits for a due is not idle.
    await waiting.frames(2);
    await checkUndisturbed(watching);
  });

  // What a client does not take lies in our memory.
  it("is up when the client takes nothing of what waits for it, with a reset", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "sw", upTo(20), SMALL);
    writeFootage(folder, "big", upTo(4), LARGE);
    const server = await serve(test, folder, { stallTimeout: Ms(500) });
    const { port } = server.classic;
    const watching = await neighbour(test, port);
    const reasons = closings(test);
    const stalled = await Viewer.open(test, port, { reads: false });
    stalled.send("s:0:start_movie:big:1\n");
    await until(() => reasons.length === 1, "the end of the stalled client");
    assert.deepEqual(reasons, ["CONNECTION_STALLED"]);
    await until(() => server.held().inFlight < LARGE.width * LARGE.height, "its memory");
    assert.equal((await stalled.resume().rest()).ending, "reset");
    await checkUndisturbed(watching);
  });

  // Slow is not stalled. (What the kernel holds for a client is out of sight: it tells of progress about
  // every megabyte, so that a stall time must be longer than the slowest client needs for one.)
  it("is not up while the client takes some now and then", async (test) => {
    const folder = makeFolder(test);
    const frames = writeFootage(folder, "big", upTo(14), LARGE);
    const { classic } = await serve(test, folder, { stallTimeout: Ms(2000) });
    const slow = await Viewer.open(test, classic.port, { reads: false });
    await stall(slow.send("s:0:start_movie:big\n").closeHalf());
    const started = performance.now();
    const sip = (): void => void slow.stopReading();
    slow.socket.on("data", sip);
    const sips = setInterval(() => slow.resume(), 10);
    test.after(() => clearInterval(sips));
    const { items, ending } = await slow.rest();
    assert.ok(performance.now() - started > 2000, "it was not slow enough to prove anything");
    assert.equal(ending, "closed");
    assert.ok(bytesOf(items).equals(Buffer.concat(frames)));
  });
});

describe("the bound on what is under way", () => {
  // Stalled clients together may hold as much as the server allows; then the one stuck longest makes room.
  it("closes the client that is longest without progress, and the others go on", async (test) => {
    const folder = makeFolder(test);
    const movie = Buffer.concat(writeFootage(folder, "big", upTo(12), LARGE));
    const frame = movie.length / 12;
    const server = await serve(test, folder, { inFlight: Bytes(4 * frame), ringBytes: Bytes(64 * MiB) });
    const { port } = server.classic;
    const reasons = closings(test);
    const stalled: Viewer[] = [];
    // The fourth quarter is for better ones than these (P2).
    for (let count = 0; count < 3; count += 1) {
      const viewer = await Viewer.open(test, port, { reads: false });
      await stall(viewer.send(`s${count}:0:start_movie:big:1\n`));
      stalled.push(viewer);
    }
    assert.deepEqual(reasons, []);
    const readers = await Promise.all(
      upTo(3).map(async () => (await Viewer.open(test, port)).send("r:5:start_movie:big\n").closeHalf()),
    );
    for (const { items, ending } of await Promise.all(readers.map((reader) => reader.rest()))) {
      assert.equal(ending, "closed");
      assert.ok(bytesOf(items).equals(movie));
    }
    assert.deepEqual([...new Set(reasons)], ["CONNECTION_STALLED"]);
    const survivors = server.held().connections;
    assert.equal(survivors, 3 - reasons.length);
    const endings = await Promise.all(
      stalled.slice(0, reasons.length).map(async (viewer) => (await viewer.resume().rest()).ending),
    );
    // Who stalled first goes first.
    assert.deepEqual(new Set(endings), new Set(["reset"]));
    for (const viewer of stalled.slice(reasons.length)) {
      const before = viewer.received;
      viewer.resume();
      await until(() => viewer.received > before + movie.length, "more of the movie");
      assert.equal(viewer.ending, undefined);
      viewer.reset();
    }
  });
});
