import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import { bestPriorities } from "../../src/base/addressBlocks.ts";
import { type Receipt, events } from "../../src/base/events.ts";
import { Secret } from "../../src/base/secret.ts";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { until } from "./deadline.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";

const TOKEN = "correct-horse-battery";

async function serveDots(test: TestContext, settings: Partial<Settings> = {}): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeMovie(folder, "dots", upTo(3));
  return serve(test, folder, settings);
}

/** The receipt of the next epoch that ends. */
function nextReceipt(test: TestContext): Promise<Receipt> {
  return new Promise((resolve) => {
    test.after(events.playbackEnded.subscribe(({ receipt }) => resolve(receipt)));
  });
}

async function receiptOf(test: TestContext, best: string | undefined, wish: number): Promise<Receipt> {
  const found = best === undefined ? undefined : bestPriorities.parse(best);
  const server = await serveDots(test, found && { bestPriority: found });
  const receipt = nextReceipt(test);
  (await Viewer.open(test, server.classic.port)).send(`a:${wish}:start_movie:dots\n`);
  return receipt;
}

// Law 9: a wish for priority is clamped to what the client may have, and the receipt says that it was.
describe("the best priority of an address", () => {
  it("lowers a better wish, and the receipt says what it was", async (test) => {
    const { priority, wished, sent } = await receiptOf(test, "loopback=3,others=0", 1);
    assert.deepEqual({ priority, wished, sent }, { priority: 3, wished: 1, sent: 3 });
  });

  it("leaves a wish alone that may be had", async (test) => {
    const { priority, wished } = await receiptOf(test, "127.0.0.1=1,loopback=3", 1);
    assert.deepEqual({ priority, wished }, { priority: 1, wished: undefined });
  });

  it("is 0 on loopback when nothing is said", async (test) => {
    const { priority, wished } = await receiptOf(test, undefined, 0);
    assert.deepEqual({ priority, wished }, { priority: 0, wished: undefined });
  });
});

describe("the playbacks that run", () => {
  it("are listed with what an operator needs to choose one", async (test) => {
    const server = await serveDots(test);
    const viewer = (await Viewer.open(test, server.classic.port)).send("ann:5:start_movie:dots:1:50\n");
    await viewer.frames(2);
    const [playback, ...more] = server.playbacks.list();
    assert.deepEqual(more, []);
    const { since, id, ...rest } = playback ?? assert.fail("nothing is listed");
    assert.match(id, /^p-1-[0-9a-z]{8}$/);
    assert.deepEqual(rest, {
      transport: "classic",
      connection: 1,
      client: "ann",
      address: "127.0.0.1",
      movie: "dots",
      epoch: 1,
      priority: 5,
      contract: "all",
      fps: "50",
      rendition: "original",
    });
    assert.ok(since <= performance.now() && since > performance.now() - 60_000);
    viewer.send("ann:5:seek_movie:dots:2:1:50\n");
    await until(() => server.playbacks.list()[0]?.epoch === 2, "the next epoch");
    assert.equal(server.playbacks.list()[0]?.id, id);
    viewer.reset();
    await until(() => server.playbacks.list().length === 0, "the list to be empty");
  });

  // Law 8: who is thrown out is told so, and by whom.
  it("are ended by an operator, whose client is told and may ask again", async (test) => {
    const server = await serveDots(test, { operatorToken: new Secret(TOKEN) });
    const viewer = (await Viewer.open(test, server.classic.port)).send("a:5:start_movie:dots:1:50:tagged\n");
    await viewer.frames(1);
    const [{ id } = assert.fail("nothing is listed")] = server.playbacks.list();
    const stranger = { address: "10.0.0.1", token: "another-horse-battery" };
    assert.throws(() => server.playbacks.end(id, stranger), { code: "OPERATOR_ONLY" });
    await viewer.frames(2);
    server.playbacks.end(id, { address: "10.0.0.1", token: TOKEN });
    let item = await viewer.next();
    while (item.kind === "frame") item = await viewer.next();
    assert.equal(item.kind === "error" && item.code, "PLAYBACK_ENDED");
    assert.equal((await viewer.next()).kind, "end");
    assert.throws(() => server.playbacks.end(id, { address: "::1" }), { code: "PLAYBACK_NOT_FOUND" });
    assert.equal((await viewer.send("a:5:start_movie:dots\n").frames(3)).length, 3);
  });
});
