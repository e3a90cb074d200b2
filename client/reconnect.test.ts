import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FakeEpoch, pictureOf, refuse, settled } from "./fakes.testing.ts";
import { Program, connected, reconnected, take } from "./watching.testing.ts";

// A connection may break anywhere. The program sees every frame once, whatever was under way.
describe("going on after a broken connection", () => {
  it("asks for the same again when nothing had come", async () => {
    const scene = await connected();
    const program = new Program(scene.client.play("sw", { start: 5 }));
    void new FakeEpoch(scene.server, scene.server.last("play"));
    scene.server.drop();
    const server = await reconnected(scene);
    const play = server.last("play");
    assert.deepEqual([play.start, play.after], [5, undefined]);
    const epoch = new FakeEpoch(server, play);
    epoch.send(5);
    epoch.end();
    await program.done;
    assert.deepEqual(program.numbers, [5]);
    assert.equal(program.receipt?.digest, "1".repeat(64), "nothing came of the first part");
  });

  it("asks again for a playback that had no answer yet", async () => {
    const scene = await connected();
    void scene.client.play("sw");
    scene.server.drop();
    assert.equal((await reconnected(scene)).last("play").after, undefined);
  });

  it("begins a frame anew that had not come whole", async () => {
    const scene = await connected();
    const program = new Program(scene.client.play("sw"));
    const first = new FakeEpoch(scene.server, scene.server.last("play"));
    first.send(1);
    first.begin(2, 1000, 999);
    scene.server.drop();
    const server = await reconnected(scene);
    assert.equal(server.last("play").after, 1);
    const epoch = new FakeEpoch(server, server.last("play"));
    server.sayBinary(epoch.frame(2, pictureOf(2, 1000)));
    epoch.end();
    await program.done;
    assert.deepEqual(
      program.frames.map(({ number, message, epoch: of }) => [number, message, of]),
      [
        [1, 0, 1],
        [2, 1, 1],
      ],
    );
    const { sent, bytes, digest, lost, parts } = program.receipt ?? assert.fail("no receipt");
    assert.deepEqual({ sent, bytes, digest, lost }, { sent: 2, bytes: 1006, digest: undefined, lost: 1 });
    assert.deepEqual(parts[0], { end: "lost", first: 1, last: 1, sent: 1, substituted: 0, bytes: 6 });
  });

  // The epoch that finds nothing behind the last frame says so with its receipt.
  it("ends when all had come but the receipt", async () => {
    const scene = await connected();
    const program = new Program(scene.client.play("sw"));
    new FakeEpoch(scene.server, scene.server.last("play")).send(1, 2);
    scene.server.drop();
    const server = await reconnected(scene);
    assert.equal(server.last("play").after, 2);
    new FakeEpoch(server, server.last("play")).end();
    await program.done;
    assert.deepEqual(program.numbers, [1, 2]);
    assert.equal(program.receipt?.end, "finished");
  });

  it("keeps what waits for the program, and grants only what there is room for", async () => {
    const scene = await connected();
    const playback = scene.client.play("sw");
    new FakeEpoch(scene.server, scene.server.last("play")).send(1, 2, 3);
    scene.server.drop();
    const server = await reconnected(scene);
    assert.equal(server.last("play").credit, 1);
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(4);
    assert.deepEqual(await take(playback, 4), [1, 2, 3, 4]);
  });

  it("asks for a seek again that had no answer, from where it leads", async () => {
    const scene = await connected();
    const playback = scene.client.play("sw");
    const epoch = new FakeEpoch(scene.server, scene.server.last("play"));
    epoch.send(1);
    const seek = playback.seek(40);
    epoch.send(2);
    scene.server.drop();
    const server = await reconnected(scene);
    assert.deepEqual([server.last("play").start, server.last("play").after], [40, undefined]);
    new FakeEpoch(server, server.last("play")).send(40);
    await seek;
    assert.deepEqual(await take(playback, 1), [40]);
  });

  it("begins where a seek led of which nothing had come", async () => {
    const scene = await connected();
    const playback = scene.client.play("sw");
    const epoch = new FakeEpoch(scene.server, scene.server.last("play"));
    epoch.send(1);
    const seek = playback.seek(40);
    epoch.end("replaced");
    void new FakeEpoch(scene.server, scene.server.last("seek"), 2);
    await seek;
    scene.server.drop();
    const { start, after } = (await reconnected(scene)).last("play");
    assert.deepEqual([start, after], [40, undefined]);
  });

  it("goes on as before when such a seek is refused", async () => {
    const scene = await connected();
    const playback = scene.client.play("sw");
    new FakeEpoch(scene.server, scene.server.last("play")).send(1);
    const seek = playback.seek(4000);
    scene.server.drop();
    const server = await reconnected(scene);
    refuse(server, server.last("play"), "FRAME_NOT_FOUND");
    await assert.rejects(seek, { code: "FRAME_NOT_FOUND" });
    assert.equal(server.last("play").after, 1);
    new FakeEpoch(server, server.last("play")).send(2);
    assert.deepEqual(await take(playback, 2), [1, 2]);
  });

  it("keeps a change that was accepted, and asks for one again that was not", async () => {
    const scene = await connected();
    const playback = scene.client.play("sw");
    const epoch = new FakeEpoch(scene.server, scene.server.last("play"));
    const rate = playback.rate(10);
    epoch.end("replaced");
    new FakeEpoch(scene.server, scene.server.last("change"), 2).send(1);
    await rate;
    void playback.change({ direction: -1 });
    scene.server.drop();
    const play = (await reconnected(scene)).last("play");
    assert.deepEqual([play.fps, play.direction, play.after], [{ numerator: 10, denominator: 1 }, -1, 1]);
  });

  it("stops without a server, and says what came", async () => {
    const scene = await connected();
    const playback = scene.client.play("sw");
    new FakeEpoch(scene.server, scene.server.last("play")).send(1, 2);
    scene.server.drop();
    const { end, sent, lost } = await playback.stop();
    assert.deepEqual({ end, sent, lost }, { end: "stopped", sent: 2, lost: 1 });
    assert.deepEqual(
      (await reconnected(scene)).told.map(({ type }) => type),
      ["hello"],
    );
  });

  it("asks questions again that had no answer", async () => {
    const scene = await connected();
    const list = scene.client.movies();
    scene.server.drop();
    const server = await reconnected(scene);
    const { request } = server.last("movies");
    server.say({ type: "movies", request, total: 0, offset: 0, scanning: false, movies: [] });
    assert.equal((await list).total, 0);
  });

  // What happened in between nobody knows.
  it("watches again, and says that something may have been missed", async () => {
    const scene = await connected();
    const promise = scene.client.watch();
    const { watch, request } = scene.server.last("watch");
    scene.server.say({ type: "watching", watch, request });
    const changes = await promise;
    scene.server.drop();
    const server = await reconnected(scene);
    assert.equal(server.told.filter(({ type }) => type === "watch").length, 1);
    assert.equal((await changes.next()).value?.kind, "missed");
  });

  it("watches once what had no answer when the connection broke", async () => {
    const scene = await connected();
    void scene.client.watch();
    scene.server.drop();
    const server = await reconnected(scene);
    assert.equal(server.told.filter(({ type }) => type === "watch").length, 1);
  });

  it("goes on when a server shuts down in order", async () => {
    const scene = await connected();
    const program = new Program(scene.client.play("sw"));
    const first = new FakeEpoch(scene.server, scene.server.last("play"));
    first.send(1);
    first.end("stopped", { code: "SERVER_CLOSING", retry: true });
    scene.server.drop(1001, "SERVER_CLOSING the server is shutting down");
    const server = await reconnected(scene);
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(2);
    epoch.end();
    await program.done;
    assert.deepEqual(program.numbers, [1, 2]);
    assert.deepEqual([program.receipt?.lost, program.receipt?.parts.length], [0, 2]);
  });

  it("waits for a server that is still looking through its library", async () => {
    const scene = await connected();
    const program = new Program(scene.client.play("sw"));
    new FakeEpoch(scene.server, scene.server.last("play")).send(1);
    scene.server.drop();
    const server = await reconnected(scene);
    for (const code of ["MOVIE_NOT_FOUND", "LIBRARY_SCANNING"]) {
      refuse(server, server.last("play"), code, true);
      await scene.surroundings.pass(5000);
    }
    new FakeEpoch(server, server.last("play")).end();
    await program.done;
    assert.deepEqual(program.numbers, [1]);
  });

  it("does not wait for such a server for longer than its patience", async () => {
    const scene = await connected("ws://a/ws", { patience: 30_000 });
    const program = new Program(scene.client.play("sw"));
    new FakeEpoch(scene.server, scene.server.last("play")).send(1);
    scene.server.drop();
    const server = await reconnected(scene);
    for (let tries = 0; tries < 40 && program.error === undefined; tries++) {
      refuse(server, server.last("play"), "LIBRARY_SCANNING", true);
      server.say({ type: "pong", request: undefined });
      await scene.surroundings.pass(5000);
    }
    assert.equal((program.error as { code?: string }).code, "LIBRARY_SCANNING");
    assert.ok(scene.surroundings.now() < 45_000);
  });

  it("goes to a server that has the movie", async () => {
    const scene = await connected(["ws://a/ws", "ws://b/ws", "ws://c/ws"]);
    const program = new Program(scene.client.play("sw"));
    new FakeEpoch(scene.server, scene.server.last("play")).send(1);
    scene.server.drop();
    const second = await reconnected(scene);
    refuse(second, second.last("play"), "MOVIE_NOT_FOUND");
    const third = await reconnected(scene);
    assert.deepEqual([second.url, second.closedWith, third.url], ["ws://b/ws", 1000, "ws://c/ws"]);
    new FakeEpoch(third, third.last("play")).end();
    await program.done;
    assert.equal(program.receipt?.end, "finished");
  });

  it("says that no server has the movie when each has refused it", async () => {
    const scene = await connected(["ws://a/ws", "ws://b/ws"]);
    const program = new Program(scene.client.play("sw"));
    new FakeEpoch(scene.server, scene.server.last("play")).send(1);
    scene.server.drop();
    for (let tries = 0; tries < 2; tries++) {
      const server = await reconnected(scene);
      refuse(server, server.last("play"), "MOVIE_NOT_FOUND");
    }
    await program.done;
    assert.equal((program.error as { code?: string }).code, "MOVIE_NOT_FOUND");
  });

  // Servers that welcome everybody and then fall over would keep a program waiting for ever.
  it("gives up a playback of which nothing comes for as long as its patience", async () => {
    const scene = await connected("ws://a/ws", { patience: 5000 });
    const program = new Program(scene.client.play("sw"));
    new FakeEpoch(scene.server, scene.server.last("play")).send(1);
    scene.server.drop();
    for (let tries = 0; tries < 40 && program.error === undefined; tries++) {
      const server = await reconnected(scene);
      await settled();
      if (program.error !== undefined) break;
      void new FakeEpoch(server, server.last("play"));
      server.drop();
    }
    assert.equal((program.error as { code?: string }).code, "SERVER_UNREACHABLE");
  });

  // People who watch are told why nothing moves.
  it("tells of a connection that broke, of each that fails, and of the one that there is again", async () => {
    const told: string[] = [];
    const scene = await connected("ws://a/ws", { connection: (state) => told.push(state) });
    assert.deepEqual(told, []);
    scene.server.drop();
    assert.deepEqual(told, ["lost"]);
    await scene.surroundings.pass(200);
    scene.network.last.drop();
    assert.deepEqual(told, ["lost", "lost"]);
    await reconnected(scene);
    assert.deepEqual(told, ["lost", "lost", "open"]);
    scene.client.close();
    assert.deepEqual(told, ["lost", "lost", "open"]);
  });
});
