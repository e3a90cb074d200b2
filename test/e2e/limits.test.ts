import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { everybody } from "../../src/base/addressBlocks.ts";
import { Ms, Priority } from "../../src/base/units.ts";
import { ask, brief, takeRest } from "./ask.ts";
import { until } from "./deadline.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";

/** A library with the movie `sw` of three frames. */
function library(test: Parameters<typeof makeFolder>[0]): string {
  const folder = makeFolder(test);
  writeMovie(folder, "sw", upTo(3));
  return folder;
}

describe("a connection", () => {
  // Law 6: memory is bounded whatever clients do; and nobody is told the same thing twice.
  it(
    "with an endless request gets one line, is closed, and costs no memory",
    { timeout: 30_000 },
    async (test) => {
      const { classic, held } = await serve(test, library(test));
      const witness = (await Viewer.open(test, classic.port)).send("w:1:start_movie:sw:1\n");
      const client = await Viewer.open(test, classic.port);
      const before = process.memoryUsage.rss();
      const piece = Buffer.alloc(256 * 1024, "x");
      for (let count = 0; count < 200 && client.ending === undefined; count++) {
        client.send(piece);
        assert.equal((await witness.next())?.kind, "frame");
        await sleep(1);
      }
      assert.deepEqual(brief(await takeRest(client)), ["!REQUEST_TOO_LONG"]);
      assert.ok(process.memoryUsage.rss() - before < 150 * 2 ** 20);
      witness.reset();
      await until(() => held().connections === 0, "the connection is forgotten");
      assert.equal(held().connections, 0);
    },
  );

  it("with an endless request gets its playback's END line before it is closed", async (test) => {
    const { classic } = await serve(test, library(test));
    const client = (await Viewer.open(test, classic.port)).send("a:1:start_movie:sw:1:100:tagged\n");
    await client.next();
    client.send(Buffer.alloc(100_000, "x"));
    const items = brief(await takeRest(client)).filter((item) => typeof item === "string");
    assert.deepEqual(items, ["!REQUEST_TOO_LONG", "END"]);
  });

  // The order in which a client reads its answers must be that of its requests.
  it("that is refused something long and then asks for a movie gets both in order", async (test) => {
    const { classic } = await serve(test, library(test));
    const items = await ask(test, classic.port, `${"x".repeat(5000)}\na:1:start_movie:sw\n`);
    assert.deepEqual(brief(items), ["!REQUEST_TOO_LONG", 1, 2, 3]);
  });

  // NUL ends a request: what looks like one request with a NUL inside is two, and each gets its own answer.
  it("that sends a NUL inside of a request gets an answer to each part", async (test) => {
    const { classic } = await serve(test, library(test));
    assert.deepEqual(brief(await ask(test, classic.port, "a:1:start_movie:s\0w\n")), [
      "!MOVIE_NOT_FOUND",
      "!REQUEST_MALFORMED",
    ]);
    assert.deepEqual(brief(await ask(test, classic.port, "\0\0\0a:1:start_movie:sw\0\0\0")), [
      "!REQUEST_EMPTY",
      1,
      2,
      3,
    ]);
  });

  // Silence is what an old client sends for an end; what makes no sense must wait for the rest.
  it("that stops in the middle of a request that makes no sense yet is not answered", async (test) => {
    const { classic } = await serve(test, library(test), { unterminated: Ms(20) });
    for (const half of ["a:1:start_mo", "a:1:start_movie:s", "a:1:start_movie:sw:x"]) {
      const client = (await Viewer.open(test, classic.port)).send(half);
      await sleep(150);
      client.send("\na:1:start_movie:sw\n").closeHalf();
      const [first, ...rest] = brief(await takeRest(client));
      assert.match(String(first), /^!/);
      assert.deepEqual(rest, [1, 2, 3]);
    }
  });

  it("that asks for nothing is told so and closed", async (test) => {
    const { classic } = await serve(test, library(test), { firstRequest: Ms(100) });
    const [silent, halting] = [await Viewer.open(test, classic.port), await Viewer.open(test, classic.port)];
    halting.send("a:1:start_mov");
    assert.deepEqual(brief(await takeRest(silent)), ["!REQUEST_TIMEOUT"]);
    assert.deepEqual(brief(await takeRest(halting)), ["!REQUEST_TIMEOUT"]);
  });

  it(
    "that has nothing to do is told so and closed, but not while a movie plays",
    { timeout: 20_000 },
    async (test) => {
      const { classic } = await serve(test, library(test), { idleTimeout: Ms(1000) });
      const [idle, watching] = [await Viewer.open(test, classic.port), await Viewer.open(test, classic.port)];
      idle.send("a:1:start_movie:sw\n");
      watching.send("b:1:start_movie:sw:1:20\n");
      assert.deepEqual(brief(await takeRest(idle)), [1, 2, 3, "!CONNECTION_IDLE"]);
      assert.equal((await watching.next())?.kind, "frame");
      await sleep(300);
      assert.equal(watching.ending, undefined);
      watching.reset();
    },
  );

  // A half-sent frame must not look like an end: the client sees a reset.
  it("whose client takes nothing is reset", { timeout: 20_000 }, async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "big", upTo(2), { width: 1000, height: 1000 });
    const { classic, held } = await serve(test, folder, { stallTimeout: Ms(1000) });
    const client = (await Viewer.open(test, classic.port)).send("a:1:start_movie:big:1\n");
    await client.next();
    client.stopReading();
    await until(() => held().connections === 0, "the connection is forgotten");
    assert.deepEqual(held(), { ...held(), connections: 0, queues: 0, messages: 0 });
    client.reset();
  });

  it("beyond the limit is told so and closed, and there is room again when another leaves", async (test) => {
    const { classic, held } = await serve(test, library(test), { maxConnections: 2 });
    const first = (await Viewer.open(test, classic.port)).send("a:1:start_movie:sw\n");
    const second = await Viewer.open(test, classic.port);
    await first.next();
    assert.deepEqual(brief(await takeRest(await Viewer.open(test, classic.port))), ["!CONNECTION_LIMIT"]);
    second.reset();
    await until(() => held().connections === 1, "the connection is forgotten");
    assert.deepEqual(brief(await ask(test, classic.port, "a:1:start_movie:sw\n")), [1, 2, 3]);
    first.reset();
  });

  // Priority without credentials is clamped, and a wish is never an error.
  it("that wishes for a better priority than it may have is served all the same", async (test) => {
    const { classic } = await serve(test, library(test), { bestPriority: everybody(Priority(7)) });
    assert.deepEqual(brief(await ask(test, classic.port, "a:0:start_movie:sw\n")), [1, 2, 3]);
  });
});

describe("a server that shuts down", () => {
  it("ends playbacks with a line and others without one, and leaves", { timeout: 20_000 }, async (test) => {
    const server = await serve(test, library(test), { shutdown: Ms(5000) });
    const [playing, idle] = [
      await Viewer.open(test, server.classic.port),
      await Viewer.open(test, server.classic.port),
    ];
    playing.send("a:1:start_movie:sw:1:50:tagged\n");
    idle.send("b:1:start_movie:sw\n");
    await playing.next();
    for (let count = 0; count < 3; count++) await idle.next();
    const closed = server.close();
    const items = brief(await takeRest(playing));
    assert.deepEqual(items.slice(-2), ["!SERVER_CLOSING", "END"]);
    assert.deepEqual(await takeRest(idle), []);
    await closed;
    assert.equal(server.held().connections, 0);
  });
});
