import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { WebSocket as PackageSocket } from "ws";
import { type Client, type ConnectOptions, type Frame, MutoscopeError, connect } from "../../client/index.ts";
import type { RunningServer } from "../../src/main.ts";
import { until, within } from "./deadline.ts";
import { LARGE, SMALL, writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";

function addressOf({ http }: Pick<RunningServer, "http">): string {
  return `http://127.0.0.1:${http?.port ?? assert.fail("HTTP is off")}`;
}

async function connectTo(
  test: TestContext,
  server: RunningServer,
  options: ConnectOptions = {},
): Promise<Client> {
  const client = await within(connect(addressOf(server), options), "a client");
  test.after(() => client.close());
  return client;
}

/** A server with the movie `sw`, a client of it, and what its files hold. */
async function stage(test: TestContext, frames = 12, size = SMALL) {
  const folder = makeFolder(test);
  const files = writeFootage(folder, "sw", upTo(frames), size);
  const server = await serve(test, folder);
  return { folder, files, server, client: await connectTo(test, server) };
}

async function taken(frames: AsyncIterable<Frame>): Promise<Frame[]> {
  const all: Frame[] = [];
  for await (const frame of frames) all.push(frame);
  return all;
}

function numbersOf(frames: readonly Frame[]): readonly number[] {
  return frames.map(({ number }) => number);
}

/** Looks that a promise is rejected with a code of the catalogue. */
async function isRefused(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof MutoscopeError && error.code === code);
}

describe("the client library and a server", () => {
  // The same frame is the same bytes on every surface; large ones come in pieces.
  it("has the files' own bytes, each frame once and in order, and a receipt", async (test) => {
    const { files, client } = await stage(test, 5, LARGE);
    const playback = client.play("sw");
    const frames = await within(taken(playback), "the movie");
    assert.deepEqual(
      frames.map(({ bytes }) => Buffer.from(bytes)),
      files,
    );
    const [, second] = frames;
    const { movie, number, message, epoch, format, width, height, substitute } = second ?? assert.fail();
    assert.deepEqual(
      { movie, number, message, epoch, format, width, height, substitute },
      { movie: "sw", number: 2, message: 1, epoch: 1, format: "ppm", ...LARGE, substitute: false },
    );
    const { end, sent, bytes, parts, digest } = await playback.receipt;
    assert.deepEqual([end, sent, bytes, parts.length], ["finished", 5, 5 * (files[0]?.byteLength ?? 0), 1]);
    assert.match(digest ?? "", /^[0-9a-f]{64}$/);
  });

  // The receipt is what tells a program that it has everything.
  it("gives the receipt as the return value of the iterator as well", async (test) => {
    const { client } = await stage(test, 2);
    const playback = client.play("sw");
    await playback.next();
    await playback.next();
    const { done, value } = await within(playback.next(), "the end");
    assert.equal(done, true);
    assert.equal(value, await playback.receipt);
  });

  it("plays backwards, in a range, in a loop, and in another size", async (test) => {
    const { client } = await stage(test);
    assert.deepEqual(
      numbersOf(await taken(client.play("sw", { direction: -1, from: 3, to: 6 }))),
      [6, 5, 4, 3],
    );
    const seen: Frame[] = [];
    for await (const frame of client.play("sw", {
      loop: true,
      to: 2,
      rendition: { format: "jpeg", width: 40 },
    })) {
      seen.push(frame);
      if (seen.length === 5) break;
    }
    assert.deepEqual(numbersOf(seen), [1, 2, 1, 2, 1]);
    for (const { format, width, height, bytes } of seen) {
      assert.deepEqual([format, width, height], ["jpeg", 40, 30]);
      assert.deepEqual(Array.from(bytes.subarray(0, 2)), [255, 216]);
    }
  });

  // Whoever leaves a loop must not have to clean up behind it.
  it("stops the playback on the server when the program leaves its loop", async (test) => {
    const { server, client } = await stage(test);
    for await (const frame of client.play("sw", { loop: true })) if (frame.message === 20) break;
    await until(() => server.held().queues === 0, "the playback's place is free");
  });

  // A program that does not take its frames must not have more of them sent to it.
  it("has no more frames sent than `ahead` allows", async (test) => {
    const { client } = await stage(test, 40);
    const playback = client.play("sw", { ahead: 3 });
    await playback.next();
    // Whatever had been granted comes before this answer, and the frame in hand counts.
    await client.movies();
    const receipt = await within(playback.stop(), "the receipt");
    assert.equal(receipt.end, "stopped");
    assert.ok(receipt.sent >= 1 && receipt.sent <= 3, `${receipt.sent} frames were sent`);
  });

  it("seeks, changes rate and range, pauses and resumes without losing a frame", async (test) => {
    const { client } = await stage(test, 60);
    const playback = client.play("sw", { ahead: 2 });
    const seen: number[] = [];
    const takes = async (count: number): Promise<void> => {
      for (; count > 0; count--) {
        const { done, value } = await within(playback.next(), "a frame");
        if (done !== true) seen.push(value.number);
      }
    };
    await takes(3);
    await isRefused(playback.seek(99), "FRAME_NOT_FOUND");
    await takes(3);
    const replaced = await playback.seek(30);
    assert.equal(replaced?.epoch, 1);
    await takes(3);
    assert.equal(await playback.change({ priority: 7 }), undefined);
    await playback.rate(200);
    await takes(3);
    await playback.pause();
    assert.ok(playback.isPaused);
    await playback.resume();
    await takes(3);
    await playback.change({ direction: -1, fps: null });
    const all = [...seen, ...numbersOf(await within(taken(playback), "the rest"))];
    // What was on its way when it turned still comes: the turn is behind the last of it.
    const highest = Math.max(...all);
    const forwards = [1, 2, 3, 4, 5, 6, ...upTo(highest).slice(29)];
    assert.deepEqual(all, [...forwards, ...upTo(highest - 1).toReversed()]);
    assert.ok(highest >= 38 && highest <= 44, `it turned at ${highest}`);
  });

  // A viewer that asks for a frame that is not there hears so at once, and is still where it was.
  it("seeks while it is paused, and stays where it was when that is refused", async (test) => {
    const { client, server } = await stage(test, 40);
    const playback = client.play("sw", { ahead: 1 });
    await playback.next();
    await playback.pause();
    await until(() => server.held().queues === 0, "a pause to hold nothing");
    await isRefused(playback.seek(99), "FRAME_NOT_FOUND");
    await isRefused(playback.change({ from: 50 }), "RANGE_INVALID");
    assert.ok(playback.isPaused);
    await within(playback.seek(30), "a seek");
    await within(playback.seek(38), "another");
    await until(() => server.held().queues === 0, "what was only asked to hold nothing");
    await playback.resume();
    assert.deepEqual(numbersOf(await within(taken(playback), "the rest")), [38, 39, 40]);
    const { sent, parts } = await playback.receipt;
    assert.deepEqual([sent, parts.length], [3, 1]);
  });

  it("gives one exact frame, the newest, movies and what they are", async (test) => {
    const { files, client } = await stage(test, 12);
    assert.deepEqual(Buffer.from((await client.frame("sw", 7)).bytes), files[6]);
    assert.equal((await client.frame("sw", "last")).number, 12);
    const { movies, total } = await client.movies({ search: "SW" });
    assert.deepEqual([movies.map(({ name }) => name), total], [["sw"], 1]);
    const { first, last, frames, width } = await client.movie("sw");
    assert.deepEqual([first, last, frames, width], [1, 12, 12, SMALL.width]);
  });

  // Programs decide by the code, and people read the rest.
  it("has errors with the catalogue's code", async (test) => {
    const { folder, client } = await stage(test, 5);
    await isRefused(taken(client.play("sx")), "MOVIE_NOT_FOUND");
    await isRefused(client.frame("sw", 77), "FRAME_NOT_FOUND");
    await isRefused(client.movie("sx"), "MOVIE_NOT_FOUND");
    assert.throws(() => client.play("sw", { from: 3, to: 2 }), { code: "RANGE_INVALID" });
    assert.throws(() => client.play("sw", { ahead: 0 }), { code: "OPTION_INVALID" });
    rmSync(join(folder, "sw3.ppm"));
    await until(async () => (await client.movie("sw")).frames === 4, "the hole is seen");
    const playback = client.play("sw");
    await isRefused(taken(playback), "FRAME_MISSING");
    await assert.rejects(playback.receipt, ({ receipt }: MutoscopeError) => {
      assert.deepEqual([receipt?.end, receipt?.sent], ["failed", 2]);
      return true;
    });
    const substitutes = (await taken(client.play("sw", { missing: "hold" }))).map(
      ({ substitute }) => substitute,
    );
    assert.deepEqual(substitutes, [false, false, true, false, false]);
    client.close();
    assert.throws(() => client.play("sw"), { code: "CLIENT_CLOSED" });
    await isRefused(connect("http://127.0.0.1:9"), "SERVER_UNREACHABLE");
  });

  it("tells what happens to a movie, and plays the frames that came", async (test) => {
    const { folder, client } = await stage(test, 3);
    const watch = await client.watch("sw");
    writeFootage(folder, "sw", [4], SMALL);
    const { value } = await within(watch.next(), "news of the frame", 20_000);
    assert.equal(value?.kind, "frames");
    assert.equal(value?.landed, "4");
    assert.deepEqual(numbersOf(await taken(client.play("sw", { after: 2 }))), [3, 4]);
    watch.close();
  });

  // Whichever server has the movie may carry on: a viewer's whole state is its place in it.
  it("goes on with another server when the first is gone, and is not told", async (test) => {
    const folder = makeFolder(test);
    const files = writeFootage(folder, "sw", upTo(30), LARGE);
    const first = await serve(test, folder);
    const second = await serve(test, folder);
    const client = await within(connect([addressOf(first), addressOf(second)]), "a client");
    test.after(() => client.close());
    const playback = client.play("sw", { ahead: 2 });
    const frames: Frame[] = [];
    for await (const frame of playback) {
      frames.push(frame);
      if (frame.number === 7) first.destroy();
    }
    assert.deepEqual(
      frames.map(({ bytes }) => Buffer.from(bytes)),
      files,
    );
    const { sent, parts } = await playback.receipt;
    assert.equal(sent, 30);
    assert.equal(parts.length, 2);
  });

  // Old Nodes have no WebSocket of their own, and some programs bring one.
  it("takes the WebSocket of the package ws as well", async (test) => {
    const { server } = await stage(test, 5);
    const client = await connectTo(test, server, { WebSocket: PackageSocket });
    assert.equal((await taken(client.play("sw"))).length, 5);
  });

  it("plays several movies at once on one connection", async (test) => {
    const { folder, client } = await stage(test, 30);
    writeFootage(folder, "other", upTo(30), SMALL);
    // Its first frames may be seen while the last are still being written.
    const isWhole = async (): Promise<boolean> =>
      (await client.movies()).movies.some(({ name, frames }) => name === "other" && frames === 30);
    await until(isWhole, "all of the other movie", 20_000);
    const all = ["sw", "other", "sw"].map((movie) => taken(client.play(movie, { fps: 120 })));
    for (const frames of await Promise.all(all)) assert.deepEqual(numbersOf(frames), upTo(30));
  });
});
