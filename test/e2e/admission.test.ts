import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { BitRate, Ms } from "../../src/base/units.ts";
import type { RunningServer } from "../../src/main.ts";
import type { ClassicItem } from "../../src/wire/classicReader.ts";
import { takeRest } from "./ask.ts";
import { until } from "./deadline.ts";
import { LARGE, SMALL, writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { type EndItem, Viewer } from "./viewer.ts";
import { serve } from "./server.ts";
import { witness } from "./witness.ts";

/** 230,415 bytes. */
const MIDDLE = { width: 320, height: 240 };

/**
 * Of 20 Mbit/s 16 may be admitted, and one of these movies needs 11.06 of them: `sw` 24 times a second, and
 * `slow`, whose frames are four times as large, 6 times, which leaves each of them time on a busy machine.
 */
async function serveSmall(test: TestContext): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeFootage(folder, "sw", upTo(48), SMALL);
  writeFootage(folder, "slow", upTo(12), MIDDLE);
  return serve(test, folder, { egress: BitRate(20e6), admission: 0.8 });
}

const play = (priority: number, fps = 24): string =>
  `v:${priority}:start_movie:sw:1:${fps}:tagged:contract=paced\n`;

const playSlow = (priority: number): string => `v:${priority}:start_movie:slow:1:6:tagged:contract=paced\n`;

/** Reads on until a line of this kind comes, and says which frames came before it. */
async function readTo<Kind extends "error" | "end">(
  viewer: Viewer,
  kind: Kind,
): Promise<{
  readonly epochs: ReadonlySet<number | undefined>;
  readonly line: ClassicItem & { kind: Kind };
}> {
  const epochs = new Set<number | undefined>();
  for (;;) {
    const item = await viewer.next();
    if (item.kind === kind) return { epochs, line: item as ClassicItem & { kind: Kind } };
    assert.equal(item.kind, "frame", JSON.stringify(item));
    if (item.kind === "frame") epochs.add(item.tag?.epoch);
  }
}

/** Stops what plays, and gives its END line. */
async function stop(viewer: Viewer): Promise<EndItem> {
  return (await readTo(viewer.send("v:3:stop_movie\n"), "end")).line;
}

describe("a server that admits timed playbacks", () => {
  // An admitted viewer has been promised something; a better one has been promised it before.
  it("refuses one that does not fit, and admits a better one", { timeout: 30_000 }, async (test) => {
    const { port } = (await serveSmall(test)).classic;
    const first = (await Viewer.open(test, port)).send(playSlow(3));
    await first.frames(2);
    const second = (await Viewer.open(test, port)).send(play(3));
    const { message } = (await readTo(second, "error")).line;
    assert.match(message, /need of 11\.07 Mbit\/s \(24 frames of 57615 B a second\)/);
    assert.match(message, /at most the 4\.94 Mbit\/s that are free for priority 3: at most 10\.71 frames/);
    await first.frames(8);
    const end = await stop(first);
    assert.deepEqual([end.skipped, end.missing], [0, 0]);
    const third = (await Viewer.open(test, port)).send(play(3));
    await third.frames(1);
    const better = (await Viewer.open(test, port)).send(playSlow(0));
    await better.frames(8);
    assert.equal((await stop(better)).skipped, 0);
    second.send(play(3, 10));
    await second.frames(5);
  });

  // P8 at the pace of movies: what was admitted loses nothing to whoever is refused, nor to exports. Each
  // frame has 42 ms; what the machine keeps from the server may make one late, half a period of it each.
  it("loses no admitted frame at 24 frames a second", { timeout: 30_000 }, async (test) => {
    const { port } = (await serveSmall(test)).classic;
    const exporter = (await Viewer.open(test, port)).send("x:5:start_movie:sw:1\n");
    // All frames are in the cache then: no worker has to have a processor in time.
    await exporter.frames(48);
    const { stolen } = witness(test);
    const admitted = (await Viewer.open(test, port)).send(play(3));
    await admitted.frames(8);
    for (let count = 0; count < 4; count += 1) {
      const newcomer = (await Viewer.open(test, port)).send(play(3));
      assert.equal((await readTo(newcomer, "error")).line.code, "BUSY");
      await admitted.frames(10);
    }
    const end = await stop(admitted);
    const most = Math.floor(stolen() / (1000 / 24 / 2));
    test.diagnostic(`${stolen()} ms were stolen, ${end.skipped} skipped`);
    assert.ok(end.sent >= 48, `${end.sent} sent`);
    assert.ok(end.skipped <= most, `${end.skipped} skipped, with ${stolen()} ms stolen`);
  });

  // Law 7 the other way round: what was refused has not been asked for.
  it("leaves what plays as it is when it refuses, and lets it seek", { timeout: 30_000 }, async (test) => {
    const { port } = (await serveSmall(test)).classic;
    const viewer = (await Viewer.open(test, port)).send(play(3));
    await viewer.frames(3);
    assert.equal((await readTo(viewer.send(play(3, 48)), "error")).line.code, "BUSY");
    const [next] = await viewer.frames(1);
    assert.equal(next?.tag?.epoch, 1);
    viewer.send("v:3:seek_movie:sw:20:1:24:tagged:contract=paced\n");
    assert.equal((await readTo(viewer, "end")).line.epoch, 1);
    const [sought] = await viewer.frames(1);
    assert.deepEqual([sought?.tag?.epoch, sought?.tag?.frame], [2, 20]);
  });

  // A place that is not given back is one that nobody gets until the server is started again.
  it("has room again when a playback ends, stops, is replaced or loses its client", async (test) => {
    const server = await serveSmall(test);
    const { port } = server.classic;
    const ways: readonly ((viewer: Viewer) => unknown)[] = [
      (viewer) => stop(viewer),
      (viewer) => viewer.send("v:3:start_movie:sw:1\n"),
      (viewer) => viewer.reset(),
      (viewer) => viewer.send("v:3:seek_movie:sw:47:0:24:tagged\n"),
    ];
    for (const leave of ways) {
      const viewer = (await Viewer.open(test, port)).send(play(3));
      await viewer.frames(1);
      await leave(viewer);
      const hasLeft = (): boolean => server.playbacks.list().every(({ client }) => client !== "v");
      if (!viewer.socket.destroyed) viewer.send("left:3:stop_movie\n");
      await until(hasLeft, "the end of a playback");
      const next = (await Viewer.open(test, port)).send(play(3).replace("v:", "next:"));
      await next.frames(1);
      next.reset();
      await until(() => server.playbacks.list().every(({ client }) => client !== "next"), "it to leave");
      viewer.reset();
    }
  });

  // Deciding takes a frame that has to be made: what was sent behind the request must not overtake it.
  it("answers requests in their order while it finds out what one needs", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "big", upTo(1), LARGE);
    const { port } = (await serve(test, folder, { egress: BitRate(20e6), admission: 0.8 })).classic;
    const viewer = await Viewer.open(test, port);
    viewer.send("a:0:start_movie:big:0:24\nbad\na:0:stop_movie:none\na:0:start_movie:big:0\n").closeHalf();
    const items = await takeRest(viewer);
    const codes = items.flatMap((item) => (item.kind === "error" ? [item.code] : []));
    assert.deepEqual(codes, ["BUSY", "REQUEST_MALFORMED", "MOVIE_NOT_FOUND"]);
    assert.equal(items.filter(({ kind }) => kind === "frame").length, 1);
  });

  // Of a frame that cannot be made nobody knows what it needs; its own fault is the better answer.
  it("lets the playback say what is wrong when its first frame cannot be made", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "cut", upTo(2), SMALL);
    const settings = { egress: BitRate(1e6), admission: 0.5, watch: "off" } as const;
    const { port } = (await serve(test, folder, settings)).classic;
    writeFileSync(join(folder, "cut1.ppm"), "no picture at all\n".repeat(100));
    const viewer = (await Viewer.open(test, port)).send("a:3:start_movie:cut:0:24\n");
    assert.equal(await viewer.error(), "FRAME_UNSUPPORTED");
  });

  // A file that is being written is waited for, and so is its first frame: nobody else must wait for that.
  it(
    "drops a decision when its client leaves, and refuses it when the server shuts down",
    { timeout: 20_000 },
    async (test) => {
      const folder = makeFolder(test);
      writeFootage(folder, "cut", upTo(2), SMALL);
      const settings = { egress: BitRate(1e6), admission: 0.5, watch: "off" } as const;
      const server = await serve(test, folder, { ...settings, shutdown: Ms(2000) });
      truncateSync(join(folder, "cut1.ppm"), 1000);
      const deciding = async (): Promise<Viewer> => {
        const viewer = await Viewer.open(test, server.classic.port);
        // What comes first is answered in the turn in which the second is read.
        assert.equal(await viewer.send("bad\na:3:start_movie:cut:0:24\nbad\n").error(), "REQUEST_MALFORMED");
        return viewer;
      };
      (await deciding()).reset();
      await until(() => server.held().connections === 0, "the client to be forgotten", 2000);
      const waiting = await deciding();
      const closed = server.close();
      assert.equal(await waiting.error(), "SERVER_CLOSING");
      assert.deepEqual(await waiting.rest(2000), { items: [], ending: "closed" });
      await closed;
    },
  );

  // One answer for what plays, and one for what was to replace it.
  it("ends what plays and refuses what is decided on when it shuts down", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "cut", upTo(2), SMALL);
    writeFootage(folder, "sw", upTo(2), SMALL);
    const settings = { egress: BitRate(1e6), admission: 0.5, watch: "off", shutdown: Ms(2000) } as const;
    const server = await serve(test, folder, settings);
    truncateSync(join(folder, "cut1.ppm"), 1000);
    const viewer = (await Viewer.open(test, server.classic.port)).send("a:3:start_movie:sw:1:tagged\n");
    await viewer.frames(1);
    viewer.send("bad\na:3:start_movie:cut:0:24\n");
    assert.equal((await readTo(viewer, "error")).line.code, "REQUEST_MALFORMED");
    const closed = server.close();
    const { items, ending } = await viewer.rest(5000);
    const lines = items.flatMap((item) => (item.kind === "error" ? [item.code] : []));
    assert.deepEqual([lines, ending], [["SERVER_CLOSING", "SERVER_CLOSING"], "closed"]);
    assert.equal(items.at(-1)?.kind, "end");
    await closed;
  });

  // It is the server that takes its time, and not the client.
  it("does not take a client for idle while its request is decided on", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "cut", upTo(2), SMALL);
    const settings = { egress: BitRate(20e6), admission: 0.8, watch: "off", idleTimeout: Ms(300) } as const;
    const { port } = (await serve(test, folder, settings)).classic;
    const file = join(folder, "cut1.ppm");
    const whole = readFileSync(file);
    truncateSync(file, 1000);
    const waiting = (await Viewer.open(test, port)).send("bad\na:3:start_movie:cut:0:24\n");
    assert.equal(await waiting.error(), "REQUEST_MALFORMED");
    // Who asked for something later than that, and is idle, has its time up later as well.
    const idle = (await Viewer.open(test, port)).send("bad\n");
    assert.equal(await idle.error(), "REQUEST_MALFORMED");
    assert.equal(await idle.error(), "CONNECTION_IDLE");
    writeFileSync(file, whole);
    await waiting.frames(1);
  });

  // Inside a priority timed playbacks go first: the others take what is left, and need no leave.
  it("plays without being asked what has no rate", async (test) => {
    const { port } = (await serveSmall(test)).classic;
    const timed = (await Viewer.open(test, port)).send(playSlow(3));
    await timed.frames(1);
    const untimed = (await Viewer.open(test, port)).send("u:3:start_movie:sw\n");
    assert.equal((await untimed.frames(48)).length, 48);
    assert.equal((await stop(timed)).skipped, 0);
  });
});
