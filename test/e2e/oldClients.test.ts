import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import { Bytes, Ms } from "../../src/base/units.ts";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { until } from "./deadline.ts";
import { LARGE, SMALL, writeFootage } from "./footage.ts";
import { lookAt } from "./kernel.ts";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer, bytesOf } from "./viewer.ts";

const REQUEST = "old:1:start_movie:sw";

type Served = { readonly server: RunningServer; readonly port: number; readonly movie: Buffer };

/** A server with the movie `sw` of ten frames. */
async function serveMovie(test: TestContext, settings: Partial<Settings> = {}): Promise<Served> {
  const folder = makeFolder(test);
  const movie = Buffer.concat(writeFootage(folder, "sw", upTo(10), SMALL));
  const server = await serve(test, folder, settings);
  return { server, port: server.classic.port, movie };
}

async function receiveMovie(viewer: Viewer): Promise<Buffer> {
  return bytesOf(await viewer.frames(10));
}

describe("a client that closes its half at once", () => {
  // `printf … | nc -N` is the shortest client there is: the connection's end says that it has everything.
  it("gets the whole movie, and then the server closes", async (test) => {
    const { server, port, movie } = await serveMovie(test);
    const viewer = await Viewer.open(test, port);
    const { items, ending } = await viewer.send(`${REQUEST}\n`).closeHalf().rest();
    assert.equal(ending, "closed");
    assert.ok(bytesOf(items).equals(movie));
    await until(() => server.held().connections === 0, "the server's own end");
  });

  // The end of input ends a request as well: a script that forgets the line break is served.
  it("need not end its request", async (test) => {
    const { port, movie } = await serveMovie(test);
    const viewer = await Viewer.open(test, port);
    assert.ok(bytesOf((await viewer.send(REQUEST).closeHalf().rest()).items).equals(movie));
  });

  // The epoch that is replaced ends before the next one begins: in between nothing plays, and more will come.
  it("gets its last request whole, also when that replaces another and has no end", async (test) => {
    const { port } = await serveMovie(test);
    const viewer = await Viewer.open(test, port);
    const requests = "old:1:start_movie:sw:1:tagged\nold:1:seek_movie:sw:4:tagged";
    const { items, ending } = await viewer.send(requests).closeHalf().rest();
    assert.equal(ending, "closed");
    const second = items.flatMap((item) =>
      item.kind === "frame" && item.tag?.epoch === 2 ? [item.tag.frame] : [],
    );
    assert.deepEqual(second, [4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(
      items.flatMap((item) => (item.kind === "end" ? [item.epoch] : [])),
      [1, 2],
    );
  });

  // It reads as slowly as it likes: what was begun is finished, however long after the half was closed.
  it("gets everything also when it starts to read late", async (test) => {
    const folder = makeFolder(test);
    const movie = Buffer.concat(writeFootage(folder, "big", upTo(12), LARGE));
    const server = await serve(test, folder);
    const viewer = await Viewer.open(test, server.classic.port, { reads: false });
    viewer.send("old:1:start_movie:big\n").closeHalf();
    await until(() => server.held().inFlight > 0 && server.held().messages > 0, "a playback under way");
    const { items, ending } = await viewer.resume().rest();
    assert.equal(ending, "closed");
    assert.ok(bytesOf(items).equals(movie));
  });

  it("without a request is let go without a word", async (test) => {
    const { port } = await serveMovie(test);
    const viewer = await Viewer.open(test, port);
    assert.deepEqual(await viewer.closeHalf().rest(), { items: [], ending: "closed" });
  });
});

describe("a client that ends no request", () => {
  // The course's first clients sent the text alone and waited. Silence has to be an end for them.
  it("is served when it has been silent for a while, once, and its connection stays", async (test) => {
    const unterminated = Ms(50);
    const { server, port, movie } = await serveMovie(test, { unterminated });
    const viewer = await Viewer.open(test, port);
    const sent = performance.now();
    assert.ok((await receiveMovie(viewer.send(REQUEST))).equals(movie));
    assert.ok(performance.now() - sent >= unterminated, "the request was taken before it could be complete");
    // An end that follows all the same belongs to the request that was answered.
    assert.ok((await receiveMovie(viewer.send(`\n${REQUEST}\n`))).equals(movie));
    assert.equal(server.held().connections, 1);
  });

  // A request that comes in pieces must not be cut where its client pauses: half of one makes no sense.
  it("is not taken at its word before the request makes sense", async (test) => {
    const { port } = await serveMovie(test, { unterminated: Ms(20) });
    const halves = await Promise.all(
      ["old:1:start_movie:s", "old:1:start", "old", "old:1:start_movie:../sw"].map(async (half) =>
        (await Viewer.open(test, port)).send(half),
      ),
    );
    // Whoever came later and has been served shows that their time was over as well.
    const whole = await Viewer.open(test, port);
    assert.equal((await receiveMovie(whole.send(REQUEST))).length, 10 * 57_615);
    for (const half of halves) assert.equal(half.received, 0);
    const [first] = halves;
    assert.equal((await first?.send("w\n").frames(10))?.length, 10);
  });
});

describe("a client that pads its requests with NULs", () => {
  // C programs write a whole `char buffer[4096]`: what stands behind the text means nothing.
  it("is answered once for each buffer", async (test) => {
    const { port, movie } = await serveMovie(test);
    const viewer = await Viewer.open(test, port);
    for (const size of [64, 512, 4096]) {
      const buffer = Buffer.alloc(size);
      buffer.write(REQUEST);
      assert.ok((await receiveMovie(viewer.send(buffer))).equals(movie), `a buffer of ${size} bytes`);
    }
    assert.deepEqual((await viewer.closeHalf().rest()).items, []);
  });

  // Padding is no request, however much of it there is: it fills neither the request's limit nor the log.
  it("may send more of them than a request may have bytes", async (test) => {
    const { port, movie } = await serveMovie(test, { requestLimit: Bytes(64) });
    const viewer = await Viewer.open(test, port);
    viewer.send(`${REQUEST}\n`).send(Buffer.alloc(100_000));
    assert.ok((await receiveMovie(viewer)).equals(movie));
    assert.ok((await receiveMovie(viewer.send(`${REQUEST}\n`))).equals(movie));
  });
});

describe("a connection", () => {
  // A machine that was unplugged says nothing for ever: the kernel has to ask.
  it("is asked by the kernel whether its peer is still there", async (test) => {
    const { port } = await serveMovie(test);
    const viewer = await Viewer.open(test, port);
    await viewer.send(`${REQUEST}\n`).frames(10);
    await until(() => lookAt(viewer.socket, "peer").timer === "02", "the server's keep-alive timer");
  });
});
