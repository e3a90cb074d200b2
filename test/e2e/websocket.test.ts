import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./deadline.ts";
import { makeFolder, picture, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { WebViewer } from "./webViewer.ts";

const LARGE = { width: 640, height: 480 };

describe("a playback over WebSocket", () => {
  // The same frame is the same bytes on every surface, or evidence would depend on how one looks at it.
  it("has the files' own bytes, each with number, time and size, and ends with a receipt", async (test) => {
    const folder = makeFolder(test);
    const files = writeMovie(folder, "sw", upTo(20));
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.play({ request: 5 });
    const { receipt, epoch } = await viewer.next("receipt");
    assert.deepEqual(
      viewer.frames.map(({ bytes }) => Buffer.from(bytes ?? [])),
      files,
    );
    assert.deepEqual(
      viewer.frames.map(({ header }) => [header.message, header.frame, header.time, header.width]),
      upTo(20).map((number) => [number - 1, number, Math.round(((number - 1) * 1e6) / 24), 16]),
    );
    assert.equal(epoch, 1);
    assert.equal(receipt.end, "finished");
    assert.equal(receipt.sent, 20);
    const [welcome, started] = viewer.texts;
    assert.equal(welcome?.type, "welcome");
    assert.ok(started?.type === "started" && started.request === 5);
    await until(() => server.held().queues === 0, "the playback's place is free");
  });

  // A large frame must not keep another playback, or control, from its turn.
  it("cuts a large frame into hand-overs, between which others go", async (test) => {
    const folder = makeFolder(test);
    const files = writeMovie(folder, "sw", upTo(6), LARGE);
    writeMovie(folder, "small", upTo(30));
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.play({ priority: 5 });
    viewer.play({ playback: 8, movie: "small", priority: 5 });
    await viewer.next("receipt");
    await viewer.next("receipt");
    const large = viewer.frames.filter(({ header }) => header.playback === 7);
    assert.deepEqual(
      large.map(({ bytes }) => Buffer.from(bytes ?? [])),
      files,
    );
    assert.ok(Math.max(...viewer.binary) <= 256 * 1024 + 8);
    assert.equal(viewer.frames.length, 36);
  });

  // What is in flight is bounded by the client, whatever the kernel's buffers hold.
  it("begins no more frames than were granted", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(50));
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.play({ credit: 0 });
    viewer.play({ playback: 8, credit: 3, contract: "all" });
    await viewer.next("started");
    await viewer.hasFrames(3);
    // Whatever would come without a grant comes before this answer.
    viewer.say({ type: "ping", request: 1 });
    await viewer.next("pong");
    assert.equal(viewer.frames.length, 3);
    viewer.grant(4, 8);
    viewer.grant(2);
    await viewer.hasFrames(9);
    viewer.say({ type: "ping", request: 2 });
    await viewer.next("pong");
    const of = (playback: number): number =>
      viewer.frames.filter(({ header }) => header.playback === playback).length;
    assert.deepEqual([of(7), of(8)], [2, 7]);
  });

  // Law 7, as far as a client can see it: receipt, answer and frames tell one story.
  it("seeks in a new epoch, behind the receipt of the old one, with the credit that it had", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(50));
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.play({ credit: 2 });
    await viewer.hasFrames(2);
    viewer.say({ type: "seek", playback: 7, request: 9, frame: 41 as never });
    const { receipt } = await viewer.next("receipt");
    assert.deepEqual([receipt.end, receipt.sent], ["replaced", 2]);
    const started = await viewer.next("started");
    assert.deepEqual([started.request, started.epoch], [9, 2]);
    viewer.grant(3);
    await viewer.hasFrames(5);
    assert.deepEqual(viewer.order.slice(1), [
      "started",
      "7:1:1",
      "7:1:2",
      "receipt",
      "started",
      "7:2:41",
      "7:2:42",
      "7:2:43",
    ]);
  });

  // A player that turns, or shows another size, must neither lose a frame nor show one twice.
  it("goes on at the next frame when something is changed", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(50));
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.play({ credit: 4 });
    await viewer.hasFrames(4);
    viewer.sayJson({ type: "change", playback: 7, rendition: { format: "png", width: 8 } });
    await viewer.next("receipt");
    viewer.grant(2);
    await viewer.hasFrames(6);
    viewer.sayJson({ type: "change", playback: 7, direction: -1 });
    await viewer.next("receipt");
    viewer.grant(3);
    await viewer.hasFrames(9);
    assert.deepEqual(
      viewer.frames.map(({ header }) => `${header.epoch}:${header.frame}:${header.format}`),
      ["1:1:ppm", "1:2:ppm", "1:3:ppm", "1:4:ppm", "2:5:png", "2:6:png", "3:5:png", "3:4:png", "3:3:png"],
    );
    assert.equal(viewer.frames[5]?.header.width, 8);
  });

  // Two changes in a row, before anything was sent, must not begin the movie anew.
  it("keeps its place through changes behind which nothing was sent", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(50));
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.play({ credit: 1, start: 20 });
    await viewer.hasFrames(1);
    viewer.sayJson({ type: "change", playback: 7, loop: true });
    viewer.sayJson({ type: "change", playback: 7, missing: "skip" });
    viewer.sayJson({ type: "change", playback: 7, fps: 100 });
    viewer.grant(1);
    await viewer.hasFrames(2);
    assert.deepEqual(
      viewer.frames.map(({ header }) => header.frame),
      [20, 21],
    );
  });

  // What plays goes on: a change of priority is no reason to lose what is under way.
  it("changes its priority in the same epoch, clamped to what the client may have", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(50));
    const server = await serve(test, folder, {
      bestPriority: { named: [], others: 4 as never },
    });
    const viewer = await WebViewer.open(test, server);
    viewer.play({ credit: 1, priority: 9 });
    await viewer.next("started");
    viewer.sayJson({ type: "change", playback: 7, priority: 1, request: 3 });
    const changed = await viewer.next("changed");
    assert.deepEqual([changed.request, changed.priority, changed.wished, changed.epoch], [3, 4, 1, 1]);
    const [listed] = server.playbacks.list();
    assert.deepEqual([listed?.transport, listed?.priority], ["websocket", 4]);
    viewer.sayJson({ type: "change", playback: 7, priority: 8, request: 4 });
    await viewer.next("changed");
    assert.equal(server.playbacks.list()[0]?.priority, 8);
    viewer.sayJson({ type: "stop", playback: 7, request: 5 });
    const { receipt } = await viewer.next("receipt");
    assert.deepEqual([receipt.priority, receipt.wished], [8, undefined]);
  });

  // The client that is changed from outside must know, or its display would say something else.
  it("is told when an operator gives it another priority, and when one ends it", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(50));
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.play({ credit: 1 });
    const { id } = await viewer.next("started");
    server.playbacks.prioritize(id, 200 as never, { address: "127.0.0.1" });
    const changed = await viewer.next("changed");
    assert.deepEqual([changed.request, changed.priority], [undefined, 200]);
    server.playbacks.end(id, { address: "127.0.0.1" });
    const { error, receipt } = await viewer.next("receipt");
    assert.deepEqual([error?.code, receipt.end], ["PLAYBACK_ENDED", "stopped"]);
  });

  // One exact frame is a playback as every other: same priority, same accounts, same numbers.
  it("shows one frame, or the newest, and gives its number back by itself", async (test) => {
    const folder = makeFolder(test);
    const files = writeMovie(folder, "sw", upTo(9));
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.sayJson({ type: "frame", playback: 1, movie: "sw", frame: 4, request: 1 });
    await viewer.next("receipt");
    viewer.sayJson({ type: "frame", playback: 1, movie: "sw", frame: "last", request: 2 });
    await viewer.next("receipt");
    assert.deepEqual(
      viewer.frames.map(({ bytes }) => Buffer.from(bytes ?? [])),
      [files[3], files[8]],
    );
    viewer.sayJson({ type: "frame", playback: 1, movie: "sw", frame: 10, request: 3 });
    const error = await viewer.next("error");
    assert.deepEqual([error.code, error.request, error.playback], ["FRAME_NOT_FOUND", 3, 1]);
  });

  // A client that stops wants nothing more, and wants to know what it had.
  it("stops behind the frame under way, and answers with the receipt", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(20), { width: 1600, height: 1200 });
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.play();
    await viewer.hasFrames(1);
    viewer.say({ type: "stop", playback: 7, request: 4 });
    const { request, receipt } = await viewer.next("receipt");
    assert.deepEqual([request, receipt.end, receipt.sent], [4, "stopped", viewer.frames.length]);
    viewer.say({ type: "stop", playback: 7, request: 5 });
    const error = await viewer.next("error");
    assert.deepEqual([error.request, error.code], [5, "PLAYBACK_NOT_FOUND"]);
  });

  // Law 2 holds between playbacks of one client too: a preview must not hold up what is looked at.
  it("goes before a worse one of its own connection, between their hand-overs", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(40), LARGE);
    writeMovie(folder, "small", upTo(10), LARGE);
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    // Made before: while a frame is being made, others go.
    viewer.play({ playback: 9, movie: "small" });
    await viewer.next("started");
    await viewer.next("receipt");
    viewer.play({ priority: 200, loop: true, credit: 100_000 });
    await viewer.hasFrames(15);
    const before = viewer.frames.length;
    viewer.play({ playback: 8, movie: "small", priority: 0 });
    await viewer.next("started");
    await viewer.next("started");
    const { receipt } = await viewer.next("receipt");
    assert.equal(receipt.movie, "small");
    const between = viewer.order.slice(viewer.order.indexOf("8:1:1"), viewer.order.indexOf("8:1:10"));
    // What was being made or was under way when it came goes; then it goes alone.
    assert.ok(between.filter((each) => each.startsWith("7:")).length <= 2, between.join(" "));
    assert.ok(before >= 5);
  });
});

describe("the library over WebSocket", () => {
  it("is listed, searched and shown, movie by movie", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(3));
    writeMovie(folder, "other", upTo(2));
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.sayJson({ type: "movies", request: 1, search: "OTH" });
    const found = await viewer.next("movies");
    assert.deepEqual([found.request, found.total, found.movies[0]?.name], [1, 1, "other"]);
    viewer.sayJson({ type: "movie", request: 2, movie: "sw" });
    const { movie } = await viewer.next("movie");
    assert.deepEqual([movie.frames, movie.width, movie.format], [3, 16, "netpbm"]);
    viewer.sayJson({ type: "movie", request: 3, movie: "ws" });
    assert.equal((await viewer.next("error")).code, "MOVIE_NOT_FOUND");
  });

  // A viewer of a shot that renders wants to see each frame as it lands, and asks no server again and again.
  it("tells whoever watches what comes and goes, until it is unwatched", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(3));
    const server = await serve(test, folder);
    const viewer = await WebViewer.open(test, server);
    viewer.sayJson({ type: "watch", request: 1, watch: 1 });
    viewer.sayJson({ type: "watch", request: 2, watch: 2, movie: "sw" });
    await viewer.next("watching");
    await viewer.next("watching");
    writeMovie(folder, "new", upTo(1));
    const added = await viewer.next("event");
    assert.deepEqual([added.watch, added.kind, added.movie], [1, "added", "new"]);
    writeFileSync(join(folder, "sw4.ppm"), picture(4));
    const landed = [await viewer.next("event"), await viewer.next("event")];
    assert.deepEqual(
      landed.map(({ watch, kind, landed: numbers }) => [watch, kind, numbers]),
      [
        [1, "frames", "4"],
        [2, "frames", "4"],
      ],
    );
  });
});
