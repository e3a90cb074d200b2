import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import { BitRate, Bytes, KiB, Priority } from "../../src/base/units.ts";
import type { RunningServer } from "../../src/main.ts";
import { until } from "./deadline.ts";
import { SMALL, writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";
import { type FrameItem, Viewer } from "./viewer.ts";

const FRAMES = 20;
const HERE = { address: "127.0.0.1" };
/** Of the real clock and a busy machine: what is promised is 80 ms. */
const SOON = 1000;

/** A budget of 20 frames of 57,615 bytes a second. */
async function serveScarce(test: TestContext, settings = {}): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeFootage(folder, "sw", upTo(FRAMES), SMALL);
  const egress = { egress: BitRate(8 * 57_615 * 20), slice: Bytes(64 * KiB), egressBurst: Bytes(64 * KiB) };
  return serve(test, folder, { ...egress, ...settings });
}

/** A tagged viewer of priority 5 that has some frames, and one of priority 3 that takes all there is now. */
async function starve(test: TestContext, server: RunningServer, fps = "") {
  const { port } = server.classic;
  const viewer = (await Viewer.open(test, port)).send(`v:5:start_movie:sw:1${fps}:tagged:receipt=full\n`);
  const frames = await viewer.frames(3);
  const better = (await Viewer.open(test, port)).send("b:3:start_movie:sw:1\n");
  await better.frames(10);
  const playing = server.playbacks.list().find(({ client }) => client === "v");
  return { viewer, better, frames, id: playing?.id ?? assert.fail("it is not listed") };
}

/** Reads frames until the receipt, and gives both. */
async function stop(viewer: Viewer) {
  viewer.send("v:5:stop_movie\n");
  const frames: FrameItem[] = [];
  for (;;) {
    const item = await viewer.next();
    if (item.kind === "receipt") return { frames, receipt: item.receipt };
    frames.push(item.kind === "frame" ? item : assert.fail(item.kind));
  }
}

// Whoever runs the server must be able to put right, at once, what clients have asked for.
describe("a playback whose priority an operator changes", () => {
  it("overtakes at once, goes on in its epoch, and its receipt says what it had", async (test) => {
    const server = await serveScarce(test);
    const { viewer, better, frames, id } = await starve(test, server);
    const told: string[] = [];
    test.after(server.playbacks.watch(({ kind, playback }) => told.push(`${kind} ${playback.priority}`)));
    assert.equal(server.playbacks.prioritize(id, Priority(0), HERE).priority, 0);
    const before = better.received;
    const begun = performance.now();
    frames.push(...(await viewer.frames(1)));
    assert.ok(performance.now() - begun < SOON, "it does not overtake");
    frames.push(...(await viewer.frames(15)));
    // What the better one had been given, and nothing behind that.
    assert.ok(
      better.received - before <= 3 * 57_615,
      `${better.received - before} bytes went to a worse one`,
    );
    assert.equal(server.playbacks.list().find((playback) => playback.id === id)?.priority, 0);
    const { receipt: soFar, endedAt } = server.playbacks.receiptOf(id) ?? assert.fail("no receipt");
    assert.ok(endedAt === undefined && soFar.sent >= frames.length && soFar.priority === 0);
    const rest = await stop(viewer);
    frames.push(...rest.frames);
    for (const [index, { tag }] of frames.entries())
      assert.deepEqual([tag?.epoch, tag?.message, tag?.frame], [1, index, (index % FRAMES) + 1]);
    const { receipt } = rest;
    assert.deepEqual([receipt.priority, receipt.wished, receipt.sent], [0, undefined, frames.length]);
    assert.deepEqual(told, ["changed 0", "ended 0"]);
    const last = server.playbacks.receiptOf(id) ?? assert.fail("its receipt is forgotten");
    assert.ok(last.endedAt !== undefined && last.receipt.digest === receipt.digest);
  });

  it("lets others go at once when it is worse, and its receipt says what was wished for", async (test) => {
    const server = await serveScarce(test);
    const { viewer, better, id } = await starve(test, server);
    server.playbacks.prioritize(id, Priority(0), HERE);
    await viewer.frames(5);
    server.playbacks.prioritize(id, Priority(255), HERE);
    await better.frames(20);
    const { receipt } = await stop(viewer);
    assert.deepEqual([receipt.priority, receipt.wished], [255, 5]);
  });

  // Law 9. What is another's is changed by those who may, and nobody learns by trying what there is.
  it("is left alone by whoever is no operator", async (test) => {
    const server = await serveScarce(test);
    const { viewer, id } = await starve(test, server);
    const stranger = { address: "10.0.0.1", token: "a guess" };
    for (const name of [id, "p-1"])
      assert.throws(() => server.playbacks.prioritize(name, Priority(0), stranger), {
        code: "OPERATOR_ONLY",
      });
    assert.throws(() => server.playbacks.prioritize("p-1", Priority(0), HERE), {
      code: "PLAYBACK_NOT_FOUND",
    });
    const { receipt } = await stop(viewer);
    assert.deepEqual([receipt.priority, receipt.wished], [5, undefined]);
  });

  // Nobody refuses an operator; but newcomers are promised only what is free after the change.
  it("is admitted where it is then, and newcomers find the rest", async (test) => {
    const server = await serveScarce(test, { admission: 0.5 });
    const { viewer, id } = await starve(test, server, ":8");
    const other = await Viewer.open(test, server.classic.port);
    // 10 frames a second may be promised, of which those of priority 5 count 8 for nobody better.
    other.send("o:4:start_movie:sw:1:8:contract=paced\n");
    await until(() => server.playbacks.list().length === 3, "a better one is admitted");
    other.send("o:4:stop_movie\n");
    server.playbacks.prioritize(id, Priority(0), HERE);
    other.send("o:4:start_movie:sw:1:8:contract=paced\n");
    let item = await other.next();
    while (item.kind === "frame") item = await other.next();
    assert.equal(item.kind === "error" && item.code, "BUSY");
    await stop(viewer);
    other.send("o:4:start_movie:sw:1:8:contract=paced\n");
    await until(() => server.playbacks.list().some(({ client }) => client === "o"), "its admission");
  });
});
