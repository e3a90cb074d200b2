import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FakeEpoch, refuse, settled } from "./fakes.testing.ts";
import { Program, connected, take } from "./watching.testing.ts";

// After a seek no frame of before is shown; a seek that is refused has changed nothing.
describe("seeking", () => {
  it("shows nothing of before, and gives the credit of what it threw away back", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1, 2);
    const seek = playback.seek(50);
    const { request, frame } = server.last("seek");
    assert.equal(frame, 50);
    epoch.send(3);
    epoch.end("replaced");
    const next = new FakeEpoch(server, server.last("seek"), 2);
    next.send(50);
    assert.equal((await seek)?.sent, 3);
    assert.equal(server.granted, 4 + 3, `request ${request}`);
    const [first] = [await playback.next()];
    assert.equal(first.done, false);
    assert.deepEqual([first.value.number, first.value.epoch], [50, 2]);
  });

  it("shows nothing of before to a program that waits either", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    const waiting = take(playback, 1);
    void playback.seek(50);
    epoch.send(1);
    epoch.end("replaced");
    new FakeEpoch(server, server.last("seek"), 2).send(50);
    assert.deepEqual(await waiting, [50]);
  });

  it("is not refused by an answer to something else", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    const seek = playback.seek(50);
    refuse(server, { playback: server.last("play").playback, request: 4000 }, "BUSY");
    refuse(server, { playback: server.last("play").playback, request: undefined }, "BUSY");
    epoch.end("replaced");
    void new FakeEpoch(server, server.last("seek"), 2);
    await seek;
  });

  it("shows what came meanwhile when it is refused, and goes on", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1);
    const seek = playback.seek(5000);
    epoch.send(2);
    refuse(server, server.last("seek"), "FRAME_NOT_FOUND");
    await assert.rejects(seek, { code: "FRAME_NOT_FOUND" });
    epoch.send(3);
    assert.deepEqual(await take(playback, 3), [1, 2, 3]);
  });

  // Sliding over a timeline asks for more places than anybody can be shown.
  it("carries out the last of those that wait, and tells all of them", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    const seeks = [10, 20, 30, 40].map((frame) => playback.seek(frame));
    assert.equal(server.last("seek").frame, 10);
    epoch.end("replaced");
    const second = new FakeEpoch(server, server.last("seek"), 2);
    assert.equal(server.last("seek").frame, 40);
    second.end("replaced");
    new FakeEpoch(server, server.last("seek"), 3).send(40);
    await Promise.all(seeks);
    assert.deepEqual(await take(playback, 1), [40]);
    assert.equal(server.told.filter(({ type }) => type === "seek").length, 2);
  });

  it("begins anew when the end had come before the program saw it", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1, 2);
    epoch.end();
    assert.deepEqual(await take(playback, 1), [1]);
    const seek = playback.seek(1);
    assert.equal(server.last("play").start, 1);
    const again = new FakeEpoch(server, server.last("play"));
    again.send(1);
    await seek;
    assert.deepEqual(await take(playback, 1), [1]);
    const next = take(playback, 1);
    again.send(2);
    assert.deepEqual(await next, [2]);
  });

  it("is asked again when it crossed with the end", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1);
    const seek = playback.seek(7);
    const crossed = server.last("seek");
    epoch.end();
    refuse(server, crossed, "PLAYBACK_NOT_FOUND");
    assert.equal(server.last("play").start, 7);
    const next = new FakeEpoch(server, server.last("play"));
    next.send(7);
    next.end();
    await seek;
    const program = new Program(playback);
    await program.done;
    assert.deepEqual(program.numbers, [7]);
    assert.equal(program.receipt?.epoch, 2);
  });
});

describe("changing", () => {
  // Nothing is lost and nothing comes twice: what is on its way is of the old epoch, and is shown.
  it("goes on with the next frame in another epoch", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw", { from: 1 });
    const epoch = new FakeEpoch(server, server.last("play"));
    epoch.send(1);
    const change = playback.change({ rendition: "png", from: null });
    assert.deepEqual(Object.keys(server.last("change").changes).toSorted(), ["from", "rendition"]);
    epoch.send(2);
    epoch.end("replaced");
    new FakeEpoch(server, server.last("change"), 2).send(3);
    assert.equal((await change)?.last, 2);
    const program = new Program(playback);
    await settled();
    assert.deepEqual(
      program.frames.map(({ number, epoch: of, message }) => [number, of, message]),
      [
        [1, 1, 0],
        [2, 1, 1],
        [3, 2, 0],
      ],
    );
  });

  it("stays in its epoch for another priority", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    const epoch = new FakeEpoch(server, server.last("play"));
    const change = playback.change({ priority: 1 });
    const { playback: number, request, changes } = server.last("change");
    server.say({
      type: "changed",
      playback: number,
      request,
      epoch: 1,
      priority: changes.priority ?? (9 as never),
      wished: undefined,
    });
    assert.equal(await change, undefined);
    epoch.send(1);
    const result = await playback.next();
    assert.ok(result.done !== true);
    assert.equal(result.value.epoch, 1);
  });

  it("refuses what cannot be at once", async () => {
    const { client, server } = await connected();
    const playback = client.play("sw");
    assert.throws(() => playback.rate(-1), { code: "RATE_INVALID" });
    assert.equal(server.told.length, 2);
  });
});
