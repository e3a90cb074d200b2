import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { BitRate, Bytes, KiB, Ms } from "../../src/base/units.ts";
import type { RunningServer } from "../../src/main.ts";
import { until } from "./deadline.ts";
import { writeFootage } from "./footage.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer, bytesOf } from "./viewer.ts";
import { RawClient, ask, urlOf } from "./web.ts";
import { WebViewer } from "./webViewer.ts";

/** 250 kB/s. */
const RATE = 2e6;
const PER_SECOND = RATE / 8;
const BURST = 16 * KiB;
const EGRESS = { egress: BitRate(RATE), slice: Bytes(16 * KiB), egressBurst: Bytes(BURST) };

/** The first allowances of all connections, and the largest answer that waits for nobody. */
const STORE = PER_SECOND / 4;
const LINE = 5 * KiB;

/** What docs/priority.md promises of so many connections, at most. */
function promised(seconds: number, connections: number): number {
  return BURST + PER_SECOND * seconds * (1 + 1 / 64) + STORE + connections * LINE;
}

const LIST = { type: "movies", search: undefined, offset: 0, limit: 100 } as const;

const SIZE = { width: 64, height: 30 };
/** So slow that what else the machine does keeps none of them for a period. */
const FPS = 5;
const FRAMES = 20;

const LETTERS = "abcdefghij";

/** So many movies that their list is some slices long. */
function makeLibrary(test: TestContext): string {
  const library = makeFolder(test);
  writeFootage(library, "sw", upTo(FRAMES), SIZE);
  for (const one of LETTERS) for (const other of LETTERS) writeMovie(library, `take_${one}${other}`, [1]);
  return library;
}

/** The largest script of the page: some hundred kilobytes. */
async function scriptOf(server: RunningServer): Promise<string> {
  const { body } = await ask(server, "/status", { headers: { accept: "text/html" } });
  const [path] = /\/assets\/status-[\w-]+\.js/.exec(body.toString()) ?? [];
  return path ?? assert.fail("the page has no script");
}

/** Asks for it again and again on one connection, which is opened anew for each if it is not `kept`. */
async function hammer(url: string, isOver: () => boolean, { kept = true } = {}): Promise<number> {
  const agent = new Agent({ keepAlive: kept, maxSockets: 1 });
  let bytes = 0;
  while (!isOver()) {
    const [answer] = (await once(get(url, { agent }), "response")) as [IncomingMessage];
    const { socket } = answer;
    const before = kept ? 0 : bytes;
    answer.resume();
    await once(answer, "close");
    bytes = before + socket.bytesRead;
  }
  agent.destroy();
  return bytes;
}

/** The numbers of the requests that were answered with problems. */
function answers({ text }: RawClient): number[] {
  return Array.from(text.matchAll(/"request":(\d+)/g), ([, number]) => Number(number));
}

/** 50 kB/s in small pieces: a list of all movies takes most of a second. */
const SLOW = { egress: BitRate(400_000), slice: Bytes(4 * KiB) };

/** Asks for a list of movies, of which not all has been sent. */
async function beginList(test: TestContext, server: RunningServer): Promise<WebViewer> {
  const viewer = await WebViewer.open(test, server);
  viewer.say({ ...LIST, request: 1 });
  await until(() => server.held().inFlight > 0, "a list that has begun");
  return viewer;
}

/** The names in each list of movies that came. */
function lists({ texts }: WebViewer): unknown[] {
  return texts.flatMap((text) => (text.type === "movies" ? [text.movies.map(({ name }) => name)] : []));
}

describe("what is sent beside frames, under a budget of 2 Mbit", () => {
  // A page that came in pieces of another order, or lacked one, would be none.
  it("is byte for byte what it is without one", async (test) => {
    const library = makeLibrary(test);
    const [limited, free] = [await serve(test, library, EGRESS), await serve(test, library)];
    const script = await scriptOf(free);
    const wishes: readonly [string, Record<string, string>][] = [
      ["/", { accept: "text/html" }],
      [script, {}],
      [script, { "accept-encoding": "gzip" }],
      [script, { range: "bytes=5000-80000" }],
      ["/openapi.json", {}],
      ["/livez", {}],
    ];
    for (const [path, headers] of wishes) {
      const [one, other] = [await ask(limited, path, { headers }), await ask(free, path, { headers })];
      assert.equal(one.status, other.status, path);
      assert.equal(one.headers.get("content-length"), other.headers.get("content-length"), path);
      assert.equal(one.headers.get("content-type"), other.headers.get("content-type"), path);
      assert.ok(one.body.equals(other.body), path);
    }
    const list = await ask(limited, "/movies");
    const { movies } = JSON.parse(list.body.toString()) as { movies: unknown[] };
    assert.ok(movies.length === 100 && list.body.length > 2 * BURST, `${list.body.length} bytes`);
    const head = await ask(limited, script, { method: "HEAD", headers: { "accept-encoding": "identity" } });
    assert.equal(head.headers.get("content-length"), String((await ask(free, script)).body.length));
    // By hand: what the platform's own client adds to a condition asks for everything anew.
    const raw = await RawClient.open(test, limited);
    const condition = `If-None-Match: ${head.headers.get("etag")}\r\nConnection: close`;
    raw.socket.write(`GET ${script} HTTP/1.1\r\nHost: x\r\n${condition}\r\n\r\n`);
    await until(() => raw.ending === "closed", "the end of the answer");
    assert.match(raw.text, /^HTTP\/1\.1 304 .*\r\n\r\n$/s);
  });

  // A few clients that load the page again and again would fill the link that the budget was set for.
  it("comes out of it, and another's paced frames come in time", async (test) => {
    const server = await serve(test, makeLibrary(test), EGRESS);
    const script = urlOf(server, await scriptOf(server));
    let isOver = false;
    const begun = performance.now();
    const floods = [
      hammer(script, () => isOver),
      hammer(script, () => isOver),
      hammer(urlOf(server, "/openapi.json"), () => isOver),
      hammer(urlOf(server, "/movies"), () => isOver),
      hammer(urlOf(server, "/livez"), () => isOver),
      hammer(urlOf(server, "/nothing"), () => isOver, { kept: false }),
    ];
    const viewer = await Viewer.open(test, server.classic.port);
    viewer.send(`v:3:start_movie:sw:0:${FPS}:tagged:contract=paced\n`);
    assert.equal((await viewer.frames(FRAMES)).length, FRAMES);
    const { end } = await viewer.epoch();
    isOver = true;
    const sums = await Promise.all(floods);
    const seconds = (performance.now() - begun) / 1000;
    const bytes = sums.reduce((sum, each) => sum + each, FRAMES * SIZE.width * SIZE.height * 3);
    const most = promised(seconds, floods.length + 1);
    test.diagnostic(`${sums.join(", ")} bytes in ${seconds.toFixed(2)} s, of ${Math.round(most)} together`);
    assert.deepEqual([end.sent, end.skipped], [FRAMES, 0]);
    assert.ok(bytes <= most, `${bytes} bytes in ${seconds} s, expected at most ${most}`);
    assert.ok(bytes > 0.5 * PER_SECOND * seconds, `only ${bytes} bytes in ${seconds} s`);
  });

  // What waits for nobody has to have a bound of its own.
  it("comes to an eighth of it in answers that wait for nobody, each in its order", async (test) => {
    const server = await serve(test, makeLibrary(test), EGRESS);
    const clients = await Promise.all([1, 2, 3].map(() => RawClient.open(test, server)));
    const begun = performance.now();
    for (const { socket } of clients)
      for (let count = 1; count <= 50; count += 1)
        socket.write(`GET /nothing/${count} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => clients.some((client) => answers(client).length > 3), "some answers");
    // Whoever asks for one thing is not made to wait for them.
    assert.equal((await ask(server, "/livez")).status, 200);
    await until(() => clients.every((client) => answers(client).length === 50), "all answers", 30_000);
    const seconds = (performance.now() - begun) / 1000;
    const bytes = clients.reduce((sum, { received }) => sum + received.length, 0);
    const most = STORE + (PER_SECOND / 8) * seconds + clients.length * LINE;
    test.diagnostic(`${bytes} bytes in ${seconds.toFixed(2)} s, of ${Math.round(most)}`);
    assert.ok(bytes <= most, `${bytes} bytes in ${seconds} s, expected at most ${most}`);
    for (const client of clients) assert.deepEqual(answers(client), upTo(50));
  });

  // Sixty places in the dispatcher would be sixty times as much as anybody else gets.
  it("has one place for each connection, and none when that has gone", async (test) => {
    const server = await serve(test, makeLibrary(test), { ...EGRESS, stallTimeout: Ms(500) });
    const greedy = await RawClient.open(test, server);
    for (let count = 0; count < 60; count += 1)
      greedy.socket.write("GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n");
    await until(() => greedy.received.length > 0, "the first bytes");
    // It waits for longer than a client may take nothing, and must not be taken for one that does.
    const patient = ask(server, "/movies", { headers: { priority: "u=7" } });
    const before = greedy.received.length;
    const viewer = await Viewer.open(test, server.classic.port);
    viewer.send("v:3:start_movie:sw:tagged\n");
    const { frames, end } = await viewer.epoch();
    const share = (greedy.received.length - before) / bytesOf(frames).length;
    test.diagnostic(`${share.toFixed(2)} times as much`);
    assert.equal(end.sent, FRAMES);
    assert.ok(share < 2, `${share} times as much as a viewer of the same priority`);
    greedy.socket.destroy();
    viewer.socket.destroy();
    assert.equal((await patient).status, 200);
    await until(() => server.held().queues === 0, "the end of all");
    assert.deepEqual([server.held().messages, server.held().inFlight], [0, 0]);
  });

  // What lies here for whoever does not take it would lie here for ever.
  it("is given up where it is not read", async (test) => {
    const settings = { egress: BitRate(400e6), stallTimeout: Ms(1000) };
    const server = await serve(test, makeLibrary(test), settings);
    const deaf = await RawClient.open(test, server, { reads: false });
    for (let count = 0; count < 60; count += 1)
      deaf.socket.write("GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n");
    await until(() => server.held().queues === 1, "a document that is under way");
    await until(() => server.held().connections === 0, "the end of the connection");
    assert.deepEqual([server.held().queues, server.held().messages, server.held().inFlight], [0, 0, 0]);
  });

  // Frames behind a list that has begun would otherwise be taken for a part of it.
  it("is a whole text over WebSocket, and what plays meanwhile stays in its order", async (test) => {
    const library = makeLibrary(test);
    const [limited, free] = [await serve(test, library, EGRESS), await serve(test, library)];
    const [viewer, other] = [await WebViewer.open(test, limited), await WebViewer.open(test, free)];
    for (const each of [viewer, other]) {
      for (const request of [1, 2, 3]) each.say({ ...LIST, request });
      // Timed, and of the best priority: whatever is due may go before the rest of a list.
      each.play({ request: 9, priority: 0, fps: 25, contract: "all" });
      for (const request of [4, 5, 6]) each.say({ ...LIST, request });
      await until(() => each.texts.some(({ type }) => type === "receipt"), "a receipt");
      await until(() => each.texts.filter(({ type }) => type === "movies").length === 6, "six lists");
    }
    assert.deepEqual(lists(viewer), lists(other));
    assert.equal(viewer.frames.length, FRAMES);
    const playing = viewer.order.filter((each) => each !== "movies" && each !== "welcome");
    assert.deepEqual([playing[0], playing.at(-1), playing.length], ["started", "receipt", FRAMES + 2]);
    // What it had was counted when it had it, and not again when it goes.
    viewer.ws.terminate();
    await until(() => limited.held().connections === 0, "the end of the connection");
    const tokens = (await limited.metrics.values()).find(
      ({ name }) => name === "mutoscope_egress_tokens_bytes",
    );
    assert.ok(Number(tokens?.values[0]?.value) > -BURST, JSON.stringify(tokens));
  });

  // A list of priority 3 may wait for as long as others of priority 2 want more than there is.
  it("keeps nothing better waiting on its connection when it has begun", async (test) => {
    const server = await serve(test, makeLibrary(test), { ...EGRESS, ...SLOW });
    const viewer = await beginList(test, server);
    const other = await Viewer.open(test, server.classic.port);
    other.send("o:2:start_movie:sw:1\n");
    viewer.play({ request: 2, priority: 0, fps: 4, contract: "paced" });
    await viewer.hasFrames(4);
    assert.ok(other.received > 0, "nobody was in its way");
  });

  // Its receipt would be lost with whatever else waits behind the list.
  it("goes to its end when the server closes, and so does what it kept waiting", async (test) => {
    const server = await serve(test, makeLibrary(test), { ...EGRESS, ...SLOW, shutdown: Ms(10_000) });
    const viewer = await WebViewer.open(test, server);
    viewer.play({ fps: 10, contract: "paced" });
    await viewer.hasFrames(1);
    viewer.play({ fps: "1/10", contract: "paced", request: 2, from: 2 });
    await viewer.hasFrames(2);
    viewer.say({ ...LIST, request: 3 });
    await until(() => server.held().inFlight > 0, "a list that has begun");
    await server.close();
    await viewer.ending();
    assert.deepEqual(viewer.order.slice(-2), ["movies", "receipt"]);
  });

  // Silence of a client that waits for an answer means nothing.
  it("is waited for by whoever asks for nothing else, for longer than one may be idle", async (test) => {
    const server = await serve(test, makeLibrary(test), { ...EGRESS, idleTimeout: Ms(500) });
    const other = await Viewer.open(test, server.classic.port);
    other.send("o:0:start_movie:sw:1\n");
    await until(() => other.received > 0, "frames");
    const viewer = await WebViewer.open(test, server);
    viewer.say({ ...LIST, request: 1 });
    await sleep(2500);
    assert.equal(viewer.closed, undefined);
    other.socket.destroy();
    await viewer.next("movies");
  });
});
