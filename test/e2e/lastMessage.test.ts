import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import { BitRate, Bytes, KiB, Ms } from "../../src/base/units.ts";
import type { RunningServer } from "../../src/main.ts";
import { until } from "./deadline.ts";
import { LARGE, SMALL, writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";

/** A movie of one frame that takes about a second, and one of small frames to put before its slices. */
async function serveSlowly(test: TestContext): Promise<{ server: RunningServer; frame: Buffer }> {
  const folder = makeFolder(test);
  const [frame] = writeFootage(folder, "one", [1], LARGE);
  writeFootage(folder, "sw", upTo(20), SMALL);
  const egress = { egress: BitRate(12e6), slice: Bytes(64 * KiB), egressBurst: Bytes(64 * KiB) };
  const server = await serve(test, folder, { ...egress, shutdown: Ms(10_000) });
  return { server, frame: frame ?? assert.fail("no frame") };
}

/** Asks for the large frame, and waits until some of it has come and more is to come. */
async function begin(test: TestContext, server: RunningServer, request: string): Promise<Viewer> {
  const viewer = (await Viewer.open(test, server.classic.port)).send(request);
  await until(() => viewer.received > 0, "the first slice");
  return viewer;
}

const TIMED = "v:5:start_movie:one:0:10:tagged:receipt=full\n";

// The end of a playback is told when all of it has been handed over: what its lines say is complete then.
describe("while the last message of a playback is under way", () => {
  it("the playback is listed, and its receipt has the time that its slices took", async (test) => {
    const { server } = await serveSlowly(test);
    const viewer = await begin(test, server, TIMED);
    assert.equal(server.playbacks.list().length, 1);
    const better = await Viewer.open(test, server.classic.port);
    const others = better.send("b:0:start_movie:sw\n").frames(20);
    assert.equal((await viewer.frame()).tag?.frame, 1);
    const item = await viewer.next();
    const { end, sent, late, lateness } = item.kind === "receipt" ? item.receipt : assert.fail(item.kind);
    assert.deepEqual([end, sent, late], ["finished", 1, 1]);
    // Without the others' 1.15 MB it is 1.05 s: their frames went before its slices.
    assert.ok((lateness?.worst ?? 0) > 1200, JSON.stringify(lateness));
    assert.equal((await viewer.next()).kind, "end");
    await others;
    assert.deepEqual(server.playbacks.list(), []);
  });

  // Law 7: what has started arrives whole, and the lines of what was stopped follow it.
  it("a stop ends it, and the frame arrives before the lines", async (test) => {
    const { server, frame } = await serveSlowly(test);
    const viewer = await begin(test, server, TIMED);
    viewer.send("v:5:stop_movie\n");
    assert.ok(frame.equals((await viewer.frame()).bytes));
    const item = await viewer.next();
    const { end, sent } = item.kind === "receipt" ? item.receipt : assert.fail(item.kind);
    assert.deepEqual([end, sent, (await viewer.next()).kind], ["stopped", 1, "end"]);
    assert.equal((await viewer.send("v:5:start_movie:sw:to=2\n").frames(2)).length, 2);
  });

  // Law 1: what has begun arrives whole, also when nothing else is to follow.
  it("a client that stops it and closes its half gets the rest before the end", async (test) => {
    const { server, frame } = await serveSlowly(test);
    const viewer = await begin(test, server, "v:5:start_movie:one\n");
    const { items, ending } = await viewer.send("v:5:stop_movie\n").closeHalf().rest();
    assert.deepEqual([items.map(({ kind }) => kind), ending], [["frame"], "closed"]);
    assert.ok(items[0]?.kind === "frame" && frame.equals(items[0].bytes));
  });

  // `nc -N` writes a file: a line behind the last picture would spoil one that is whole.
  it("a server that shuts down sends the rest of it, and no error", async (test) => {
    const { server, frame } = await serveSlowly(test);
    const viewer = await begin(test, server, "v:5:start_movie:one\n");
    const closed = server.close();
    const { items, ending } = await viewer.rest();
    assert.deepEqual([items.map(({ kind }) => kind), ending], [["frame"], "closed"]);
    assert.ok(items[0]?.kind === "frame" && frame.equals(items[0].bytes));
    viewer.closeHalf();
    await closed;
  });
});
