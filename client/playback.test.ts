import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FakeEpoch, pictureOf, refuse, settled } from "./fakes.testing.ts";
import { MutoscopeError, type PlaybackReceipt } from "./index.ts";
import { Program, connected, reconnected, take } from "./watching.testing.ts";

/** A playback of which frames 1 and 2 came and were taken, and that was paused then. */
async function paused() {
  const scene = await connected();
  const playback = scene.client.play("sw");
  const epoch = new FakeEpoch(scene.server, scene.server.last("play"));
  epoch.send(1, 2);
  for (const number of [1, 2])
    assert.equal(((await playback.next()).value as { number: number }).number, number);
  const pause = playback.pause();
  epoch.end("stopped", { request: scene.server.last("stop").request });
  await pause;
  return { ...scene, playback };
}

// What the program asked for is what the server is asked for: defaults are filled in once, and said.
describe("playing", () => {
  it("asks for all frames as they are, and for as many as may wait", async () => {
    const { client, server } = await connected();
    client.play("sw", { from: 2, to: 9, fps: "24000/1001", rendition: "jpeg" });
    const { playback: _, request: __, ...play } = server.last("play");
    assert.deepEqual(play, {
      type: "play",
      movie: "sw",
      from: 2,
      to: 9,
      loop: false,
      fps: { numerator: 24000, denominator: 1001 },
      contract: "all",
      missing: undefined,
      rendition: {
        format: "jpeg",
        width: undefined,
        quality: undefined,
        levels: undefined,
        exposure: undefined,
      },
      priority: 3,
      direction: 1,
      start: undefined,
      after: undefined,
      credit: 4,
    });
  });

  it("gives each frame whole with its numbers, and ends with the receipt", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const program = new Program(playback);
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1, 2);
    const rest = epoch.begin(3, 1000, 10);
    epoch.goOn(rest.subarray(0, 500));
    epoch.goOn(rest.subarray(500));
    epoch.end();
    await program.done;
    assert.deepEqual(program.numbers, [1, 2, 3]);
    assert.deepEqual(program.frames[2], {
      movie: "sw",
      number: 3,
      message: 2,
      epoch: 1,
      bytes: pictureOf(3, 1000),
      format: "ppm",
      width: 2,
      height: 1,
      time: 80,
      substitute: false,
      revision: 1,
    });
    assert.equal(program.receipt?.digest, "1".repeat(64));
    assert.deepEqual(await playback.receipt, program.receipt);
  });

  // Backpressure: a program that does not read costs the server nothing, and no memory here.
  it("grants no more than a program takes", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw", { ahead: 3 });
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1, 2, 3);
    await settled();
    assert.equal(server.granted, 3);
    assert.deepEqual(await take(playback, 1), [1]);
    assert.equal(server.granted, 3, "the first is still in hand");
    assert.deepEqual(await take(playback, 2), [2, 3]);
    assert.equal(server.granted, 5);
    void playback.next();
    epoch.send(4, 5);
    await settled();
    assert.ok(server.granted <= 5 + 3);
  });

  it("stops on the server when the loop is left, and throws away what is on its way", async () => {
    const { client, server } = await connected();
    const loop = (async () => {
      for await (const frame of client.play("sw")) if (frame.number === 2) break;
    })();
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1, 2, 3);
    await settled();
    const { request } = server.last("stop");
    epoch.send(4);
    epoch.end("stopped", { request });
    await loop;
  });

  it("throws what the server refuses, with its code", async () => {
    const { client, server } = await connected();
    const playback = client.play("nothing");
    refuse(server, server.last("play"), "MOVIE_NOT_FOUND", true);
    await assert.rejects(playback.next(), (error) => {
      assert.ok(error instanceof MutoscopeError);
      assert.equal(error.code, "MOVIE_NOT_FOUND");
      assert.equal(error.title, "why");
      return true;
    });
  });

  // The frames before the one that is missing are evidence as well.
  it("gives the frames that came before it throws why the rest does not", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1, 2);
    epoch.end("failed", { code: "FRAME_MISSING" });
    const program = new Program(playback);
    await program.done;
    assert.deepEqual(program.numbers, [1, 2]);
    assert.ok(program.error instanceof MutoscopeError);
    assert.equal(program.error.code, "FRAME_MISSING");
    assert.equal(program.error.receipt?.sent, 2);
    await assert.rejects(playback.receipt, { code: "FRAME_MISSING" });
  });

  it("refuses options that cannot be before anything is asked", async () => {
    const { client, server } = await connected();
    const refusals = {
      RATE_INVALID: { fps: 0 },
      RANGE_INVALID: { from: 3, to: 2 },
      FRAME_NUMBER_INVALID: { from: 1.5 },
      PRIORITY_INVALID: { priority: 256 },
      RENDITION_INVALID: { rendition: { format: "jpeg", quality: 0 } },
      OPTION_INVALID: { ahead: 0 },
    } as const;
    for (const [code, options] of Object.entries(refusals))
      assert.throws(() => client.play("sw", options), { name: "MutoscopeError", code });
    assert.throws(() => client.play(""), { code: "MOVIE_NAME_INVALID" });
    assert.deepEqual(
      server.told.map(({ type }) => type),
      ["hello"],
    );
  });

  it("keeps several playbacks apart, also inside of each other's frames", async () => {
    const { client, server } = await connected();
    const one = new Program(client.play("sw"));
    const first = new FakeEpoch(server, server.last("play"));
    const other = new Program(client.play("sw"));
    const second = new FakeEpoch(server, server.last("play"));
    const rest = first.begin(1, 500, 100);
    second.send(10, 11);
    first.goOn(rest);
    second.end();
    first.end();
    await Promise.all([one.done, other.done]);
    assert.deepEqual([one.numbers, other.numbers], [[1], [10, 11]]);
    assert.deepEqual(one.frames[0]?.bytes, pictureOf(1, 500));
  });
});

describe("pausing and stopping", () => {
  // A pause holds nothing on the server; what follows begins behind the last frame that came.
  it("ends the playback on the server, and goes on behind its last frame in the same epoch", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw", { loop: true });
    const program = new Program(playback);
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1, 2);
    const pause = playback.pause();
    epoch.send(3);
    epoch.end("stopped", { request: server.last("stop").request });
    await pause;
    assert.ok(playback.isPaused);
    await playback.resume();
    const play = server.last("play");
    assert.deepEqual([play.after, play.start, play.loop], [3, undefined, true]);
    const next = new FakeEpoch(server, play);
    next.send(4);
    next.end();
    await program.done;
    assert.deepEqual(
      program.frames.map(({ number, message, epoch: of }) => [number, message, of]),
      [1, 2, 3, 4].map((number) => [number, number - 1, 1]),
    );
    assert.equal(program.receipt?.sent, 4);
    assert.equal(program.receipt?.parts.length, 2);
    assert.equal(program.receipt?.digest, undefined);
  });

  // A player is told at once that there is no such frame, and not when its viewer presses play.
  it("asks for what is sought while it is paused, takes no frame of it, and begins there", async () => {
    const { client, server, playback } = await paused();
    const seek = playback.seek(30);
    const probe = server.last("play");
    assert.deepEqual([probe.start, probe.credit], [30, 0]);
    const epoch = new FakeEpoch(server, probe);
    epoch.end("stopped", { request: server.last("stop").request });
    assert.equal((await seek)?.end, "replaced");
    assert.ok(playback.isPaused);
    assert.equal(server.told.filter(({ type }) => type === "play").length, 2);
    const resumed = playback.resume();
    const play = server.last("play");
    assert.notEqual(play, probe);
    assert.equal(play.start, 30);
    assert.ok(play.credit > 0);
    await resumed;
    const next = new FakeEpoch(server, play);
    next.send(30);
    next.end();
    assert.equal(((await playback.next()).value as { number: number }).number, 30);
    const receipt = (await playback.next()).value as PlaybackReceipt;
    assert.deepEqual([receipt.sent, receipt.parts.length], [1, 1], "what was only asked has no part in it");
    client.close();
  });

  it("stays where it was when what is sought while it is paused is refused", async () => {
    const { server, playback } = await paused();
    const seek = playback.seek(4711);
    refuse(server, server.last("play"), "FRAME_NOT_FOUND");
    await assert.rejects(seek, { code: "FRAME_NOT_FOUND" });
    assert.ok(playback.isPaused);
    const change = playback.change({ from: 900 });
    refuse(server, server.last("play"), "RANGE_INVALID");
    await assert.rejects(change, { code: "RANGE_INVALID" });
    await playback.resume();
    const { start, after, from } = server.last("play");
    assert.deepEqual([start, after, from], [undefined, 2, undefined]);
  });

  it("asks again for what is sought when the connection breaks, and waits with what follows", async () => {
    const scene = await paused();
    const { playback } = scene;
    const seek = playback.seek(30);
    const resumed = playback.resume();
    scene.server.drop();
    const server = await reconnected(scene);
    const probe = server.last("play");
    assert.deepEqual([probe.start, probe.credit], [30, 0]);
    new FakeEpoch(server, probe).end("stopped", { request: server.last("stop").request });
    await seek;
    await resumed;
    assert.deepEqual([server.last("play").start, playback.isPaused], [30, false]);
  });

  it("can be stopped while it is asked whether it can be", async () => {
    const { server, playback } = await paused();
    const seek = playback.seek(30);
    const stop = playback.stop();
    await assert.rejects(seek, { code: "CLIENT_CLOSED" });
    refuse(server, server.last("play"), "COMMAND_REPLACED");
    refuse(server, server.last("stop"), "PLAYBACK_NOT_FOUND");
    assert.equal((await stop).end, "stopped");
  });

  it("gives the receipt when it is stopped, and is over", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1, 2);
    const stop = playback.stop();
    epoch.end("stopped", { request: server.last("stop").request });
    assert.equal((await stop).end, "stopped");
    assert.equal((await playback.next()).done, true);
    await assert.rejects(playback.seek(1), { code: "CLIENT_CLOSED" });
    assert.equal((await playback.stop()).sent, 2);
  });

  it("stops what has not been accepted yet", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const stop = playback.stop();
    refuse(server, server.last("play"), "COMMAND_REPLACED");
    refuse(server, server.last("stop"), "PLAYBACK_NOT_FOUND");
    const receipt = await stop;
    assert.deepEqual([receipt.end, receipt.sent, receipt.parts], ["stopped", 0, []]);
  });

  it("stops what ends at the same moment", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1);
    const stop = playback.stop();
    const crossed = server.last("stop");
    epoch.end("finished");
    refuse(server, crossed, "PLAYBACK_NOT_FOUND");
    assert.equal((await stop).end, "finished");
  });
});

describe("asking", () => {
  it("gives one frame", async () => {
    const { client, server } = await connected();
    const promise = client.frame("sw", "last", { rendition: { format: "jpeg", width: 64 } });
    const asked = server.last("frame");
    assert.equal(asked.frame, "last");
    const epoch = new FakeEpoch(server, asked);
    epoch.send(100);
    epoch.end();
    assert.equal((await promise).number, 100);
  });

  it("says why there is no frame", async () => {
    const { client, server } = await connected();
    const promise = client.frame("sw", 7);
    const epoch = new FakeEpoch(server, server.last("frame"));
    epoch.end("failed", { code: "FRAME_MISSING" });
    await assert.rejects(promise, { code: "FRAME_MISSING" });
  });

  it("lists movies, and says which it does not find", async () => {
    const { client, server } = await connected();
    const list = client.movies({ search: "s", limit: 5 });
    const { request, search, limit } = server.last("movies");
    assert.deepEqual([search, limit], ["s", 5]);
    server.say({ type: "movies", request, total: 0, offset: 0, scanning: true, movies: [] });
    assert.deepEqual(await list, { movies: [], total: 0, offset: 0, scanning: true });
    const movie = client.movie("nothing");
    refuse(server, { request: server.last("movie").request }, "MOVIE_NOT_FOUND");
    await assert.rejects(movie, { code: "MOVIE_NOT_FOUND" });
  });

  it("tells what happens in the library from the answer on", async () => {
    const { client, server } = await connected();
    const promise = client.watch("sw");
    const { watch: number, request, movie } = server.last("watch");
    assert.equal(movie, "sw");
    const change = { movie: "sw", landed: "1-3", revised: "", removed: "", partial: false, revision: "r-1" };
    server.say({ type: "watching", request, watch: number });
    server.say({ type: "event", watch: number, kind: "frames", ...change });
    const watch = await promise;
    assert.deepEqual((await watch.next()).value, { kind: "frames", ...change });
    watch.close();
    assert.equal(server.last("unwatch").watch, number);
    assert.equal((await watch.next()).done, true);
  });
});
