import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import { BitRate } from "../../src/base/units.ts";
import type { RunningServer } from "../../src/main.ts";
import { until } from "./deadline.ts";
import { type Size, SMALL, writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";

/** 300,015 bytes: 19 slices of 16 KiB, and 2.4 seconds of a budget of 1 Mbit/s. */
const LONG: Size = { width: 400, height: 250 };

const READERS = 20;

/** So much sooner than its turn would come, and so much later than a machine that does other things needs. */
const SOON = 900;

/** A budget of 1 Mbit/s that twenty readers of the best priority keep used up. */
async function serveSaturated(test: TestContext): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeFootage(folder, "sw", upTo(4), SMALL);
  writeFootage(folder, "long", upTo(1), LONG);
  const server = await serve(test, folder, { egress: BitRate(1e6) });
  for (let count = 0; count < READERS; count += 1) {
    const reader = await Viewer.open(test, server.classic.port, { reads: false });
    reader.socket.removeAllListeners("data");
    reader.socket.on("data", () => undefined);
    reader.send("r:0:start_movie:sw:1\n").resume();
  }
  await until(() => server.held().messages >= READERS, "twenty readers that wait");
  return server;
}

// Control first: what a client is told must not wait for the pictures of others, whoever is more important.
describe("with a budget that twenty readers use up", () => {
  it("a bad request on another connection is answered at once", async (test) => {
    const server = await serveSaturated(test);
    const viewer = await Viewer.open(test, server.classic.port);
    for (let count = 0; count < 5; count += 1)
      assert.equal(await viewer.send("bad\n").error(SOON), "REQUEST_MALFORMED");
    assert.ok(server.held().messages >= READERS - 1, "nobody waited meanwhile");
  });

  it("a stop is answered with its receipt at once, though nothing was ever sent", async (test) => {
    const server = await serveSaturated(test);
    const viewer = await Viewer.open(test, server.classic.port);
    viewer.send("w:200:start_movie:sw:1:tagged\n");
    await until(() => server.playbacks.list().length === READERS + 1, "the playback");
    const item = await viewer.send("w:200:stop_movie\n").next(SOON);
    assert.deepEqual([item.kind, item.kind === "end" && item.sent], ["end", 0]);
  });

  it("a movie that ends because of an error says so at once", async (test) => {
    const server = await serveSaturated(test);
    const viewer = await Viewer.open(test, server.classic.port);
    viewer.send("w:200:start_movie:sw:1\n");
    await until(() => server.playbacks.list().length === READERS + 1, "the playback");
    const playing = server.playbacks.list().find(({ connection }) => connection === READERS + 1);
    server.playbacks.end(playing?.id ?? assert.fail("it is not listed"), { address: "127.0.0.1" });
    assert.equal(await viewer.error(SOON), "PLAYBACK_ENDED");
  });
});

describe("on one's own connection", () => {
  // Into a message nothing can be put: a client that counts bytes would take the line for a picture.
  it("an error line comes behind the message in progress, and before the next", async (test) => {
    const folder = makeFolder(test);
    const [bytes = assert.fail()] = writeFootage(folder, "long", upTo(1), LONG);
    const { port } = (await serve(test, folder, { egress: BitRate(2e6) })).classic;
    const viewer = (await Viewer.open(test, port)).send("a:3:start_movie:long:1\n");
    await until(() => viewer.received > 0, "the beginning of a frame");
    assert.ok(viewer.received < bytes.length, "the frame was there at once");
    viewer.send("bad\n");
    const frame = await viewer.frame();
    assert.ok(bytes.equals(frame.bytes));
    assert.equal(await viewer.error(), "REQUEST_MALFORMED");
    assert.ok(bytes.equals((await viewer.frame()).bytes));
  });
});
