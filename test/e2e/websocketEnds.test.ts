import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, describe, it } from "node:test";
import { type Socket, connect } from "node:net";
import { WebSocket } from "ws";
import { Ms } from "../../src/base/units.ts";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { until, within } from "./deadline.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { RawClient, urlOf } from "./web.ts";
import { WebViewer } from "./webViewer.ts";

const LARGE = { width: 640, height: 480 };

async function show(test: TestContext, settings: Partial<Settings> = {}, size = {}): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeMovie(folder, "sw", upTo(50), size);
  return serve(test, folder, settings);
}

/** What a handshake that is no good is answered with. */
async function refused(
  server: RunningServer,
  { path = "/ws", protocol = "mutoscope.v1", origin = "" } = {},
): Promise<[status: number, code: unknown]> {
  const options = origin === "" ? {} : { origin };
  const ws = new WebSocket(urlOf(server, path).replace("http", "ws"), protocol, options);
  ws.on("error", () => undefined);
  const [, response] = await within(once(ws, "unexpected-response"), "a refusal");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const { code }: { code?: unknown } = JSON.parse(Buffer.concat(chunks).toString()) as object;
  return [response.statusCode, code];
}

async function everythingIsFree(server: RunningServer): Promise<void> {
  await until(() => {
    const { connections, queues, messages, inFlight } = server.held();
    return connections + queues + messages + inFlight === 0;
  }, "everything is given back");
  assert.deepEqual(server.playbacks.list(), []);
}

describe("a handshake that is no good", () => {
  it("is answered with the code of what is wrong", async (test) => {
    const server = await show(test);
    assert.deepEqual(await refused(server, { protocol: "chat" }), [400, "SUBPROTOCOL_UNKNOWN"]);
    assert.deepEqual(await refused(server, { origin: "http://evil.example" }), [403, "ORIGIN_REFUSED"]);
    assert.deepEqual(await refused(server, { path: "/movies" }), [404, "ROUTE_NOT_FOUND"]);
    await everythingIsFree(server);
  });

  // Programs are not the only ones that write handshakes; and whatever is wrong has a code.
  it("is answered so where it is none of WebSocket, too", async (test) => {
    const server = await show(test);
    const answer = async (method: string, ...fields: string[]): Promise<string> => {
      const client = await RawClient.open(test, server);
      const upgrade = ["Host: localhost", "Connection: Upgrade", "Upgrade: websocket", ...fields];
      client.send([`${method} /ws HTTP/1.1`, ...upgrade, "", ""].join("\r\n"));
      await client.ended();
      return client.text;
    };
    const version = "Sec-WebSocket-Version: 13";
    const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    const names = "Sec-WebSocket-Protocol: mutoscope.v1";
    for (const [text, expected] of [
      [await answer("POST", version, key, names), /^HTTP\/1.1 405 .*Allow: GET\r\n.*METHOD_NOT_ALLOWED/s],
      [await answer("GET", key, names), /^HTTP\/1.1 426 .*Sec-WebSocket-Version: 13\r\n.*UPGRADE_REQUIRED/s],
      [await answer("GET", version, names), /^HTTP\/1.1 400 .*REQUEST_MALFORMED/s],
      [await answer("GET", version, key, `${names},`), /^HTTP\/1.1 400 .*REQUEST_MALFORMED/s],
      [await answer("GET", version, key, names, names), /^HTTP\/1.1 400 .*REQUEST_MALFORMED/s],
    ] as const) {
      assert.match(text, /\r\nContent-Type: application\/problem\+json\r\n/);
      assert.match(text, expected);
    }
    await everythingIsFree(server);
  });

  // Half a request holds a place among the connections, and must not hold it for ever.
  it("ends when it takes too long", async (test) => {
    const server = await show(test, { firstRequest: Ms(200) });
    const client = await RawClient.open(test, server);
    client.socket.write("GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Up");
    await until(() => client.ending !== "open", "the end of a slow handshake");
    client.socket.destroy();
    await everythingIsFree(server);
  });

  // The limit is one for all protocols: a flood of upgrades meets it as every other does.
  it("is answered with 503 when there is no place left", async (test) => {
    const server = await show(test, { maxConnections: 5 });
    const viewers = await Promise.all(upTo(5).map(() => WebViewer.open(test, server)));
    assert.deepEqual(await refused(server), [503, "CONNECTION_LIMIT"]);
    for (const { ws } of viewers) ws.close();
    await everythingIsFree(server);
  });
});

describe("a client that breaks the protocol", () => {
  const cases: readonly [what: string, code: number, act: (viewer: WebViewer) => void][] = [
    ["sends binary", 1003, ({ ws }) => ws.send(Buffer.from("{}"))],
    ["sends no JSON", 1007, ({ ws }) => ws.send("play it")],
    ["sends JSON that is no object", 1007, ({ ws }) => ws.send("[1]")],
    [
      "sends what is not UTF-8",
      1007,
      ({ ws }) => ws.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false }),
    ],
    [
      "sends a huge text",
      1009,
      ({ ws }) => ws.send(JSON.stringify({ type: "ping", more: "x".repeat(70_000) })),
    ],
    [
      "sends a huge text in fragments",
      1009,
      ({ ws }) => {
        for (let count = 0; count < 70; count += 1) ws.send("x".repeat(1000), { fin: false });
      },
    ],
    [
      "grants more than may be outstanding",
      1008,
      (viewer) => {
        viewer.play({ credit: 1_048_576 });
        viewer.grant(1_048_576);
        viewer.grant(1_048_576);
      },
    ],
  ];
  for (const [what, code, act] of cases) {
    it(`is closed with ${code} when it ${what}, and nobody else notices`, async (test) => {
      const server = await show(test, {}, LARGE);
      const other = await WebViewer.open(test, server);
      other.play({ credit: 1, loop: true });
      const viewer = await WebViewer.open(test, server);
      act(viewer);
      assert.equal(await viewer.ending(), code);
      other.grant(5);
      await other.hasFrames(6);
      other.ws.close();
      await everythingIsFree(server);
    });
  }

  // RFC 6455, section 5.1: a frame that is not masked comes from no client.
  it("is closed when it does not mask", async (test) => {
    const server = await show(test);
    const viewer = await WebViewer.open(test, server);
    const { _socket: socket } = viewer.ws as unknown as { _socket: Socket };
    socket.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]));
    assert.equal(await viewer.ending(), 1002);
    await everythingIsFree(server);
  });
});

describe("what a client may not have", () => {
  it("is refused with its code, and the connection stays", async (test) => {
    const server = await show(test);
    const viewer = await WebViewer.open(test, server);
    const refusals: readonly [message: object, code: string][] = [
      [{ type: "seek", playback: 9, frame: 1 }, "PLAYBACK_NOT_FOUND"],
      [{ type: "change", playback: 9, fps: 3 }, "PLAYBACK_NOT_FOUND"],
      [{ type: "play", playback: 9, movie: "ws" }, "MOVIE_NOT_FOUND"],
      [{ type: "play", playback: 9, movie: "sw", from: 60 }, "RANGE_INVALID"],
      [{ type: "play", playback: 9, movie: "sw", start: 60 }, "FRAME_NOT_FOUND"],
      [{ type: "play", playback: 9, movie: "../sw" }, "MOVIE_NOT_FOUND"],
      [{ type: "play", playback: -1, movie: "sw" }, "REQUEST_MALFORMED"],
      [{ type: "dance" }, "REQUEST_MALFORMED"],
      [{ type: "watch", watch: 1, movie: "ws" }, "MOVIE_NOT_FOUND"],
    ];
    for (const [index, [message, code]] of refusals.entries()) {
      viewer.sayJson({ ...message, request: index });
      const error = await viewer.next("error");
      assert.deepEqual([error.request, error.code], [index, code]);
    }
    assert.equal(server.held().queues, 0, "what was refused holds a place");
    for (let playback = 0; playback < 65; playback += 1) viewer.play({ playback, credit: 0 });
    assert.equal((await viewer.next("error")).code, "PLAYBACK_LIMIT");
    for (let watch = 0; watch < 17; watch += 1) viewer.sayJson({ type: "watch", watch });
    assert.equal((await viewer.next("error")).code, "PLAYBACK_LIMIT");
    assert.equal(viewer.closed, undefined);
    viewer.ws.terminate();
    await everythingIsFree(server);
  });

  // What is refused changes nothing: a player that seeks beyond the end keeps what it shows.
  it("changes nothing of what plays", async (test) => {
    const server = await show(test);
    const viewer = await WebViewer.open(test, server);
    viewer.play({ credit: 2 });
    await viewer.hasFrames(2);
    viewer.sayJson({ type: "seek", playback: 7, frame: 99 });
    assert.equal((await viewer.next("error")).code, "FRAME_NOT_FOUND");
    viewer.sayJson({ type: "change", playback: 7, from: 70 });
    assert.equal((await viewer.next("error")).code, "RANGE_INVALID");
    viewer.grant(1);
    await viewer.hasFrames(3);
    assert.deepEqual(viewer.order.slice(1), ["started", "7:1:1", "7:1:2", "error", "error", "7:1:3"]);
  });
});

describe("the end of a connection", () => {
  // Whoever turns the server off must not cut a frame in two, and viewers must know that they may come back.
  it("comes behind the frame under way and its receipt when the server ends", async (test) => {
    const server = await show(test, { shutdown: Ms(5000) }, LARGE);
    const viewer = await WebViewer.open(test, server);
    viewer.play({ loop: true, credit: 100_000 });
    await viewer.hasFrames(3);
    const closed = server.close();
    const { receipt, error } = await viewer.next("receipt");
    assert.deepEqual([error?.code, receipt.sent], ["SERVER_CLOSING", viewer.frames.length]);
    assert.equal(await viewer.ending(), 1001);
    assert.match(viewer.closed?.reason ?? "", /^SERVER_CLOSING /);
    await within(closed, "the end of the server");
  });

  it("comes when nothing is asked for", async (test) => {
    const server = await show(test, { idleTimeout: Ms(1000) });
    const viewer = await WebViewer.open(test, server);
    const playing = await WebViewer.open(test, server);
    playing.play({ credit: 0 });
    assert.equal(await viewer.ending(), 1000);
    assert.match(viewer.closed?.reason ?? "", /^CONNECTION_IDLE /);
    assert.equal(playing.closed, undefined);
  });

  // A client that does not read holds memory: first no slot that another could use, then none at all.
  it("comes when nothing is taken for too long, and nobody else waits for it", async (test) => {
    const server = await show(test, { stallTimeout: Ms(1000) }, { width: 1920, height: 1080 });
    const stuck = await WebViewer.open(test, server);
    const other = await WebViewer.open(test, server);
    stuck.ws.pause();
    stuck.play({ loop: true, credit: 100_000 });
    other.play({ credit: 10 });
    await other.hasFrames(10);
    await until(() => server.held().queues === 1, "the stuck one is given up");
    assert.equal(other.closed, undefined);
  });

  // A wall of viewers that all leave at once must leave nothing behind.
  it("gives everything back, whenever it comes", async (test) => {
    const server = await show(test, {}, LARGE);
    const viewers = await Promise.all(upTo(20).map(() => WebViewer.open(test, server)));
    for (const viewer of viewers) {
      viewer.play({ loop: true, credit: 100_000 });
      viewer.play({ playback: 8, loop: true, credit: 100_000, rendition: { format: "jpeg", width: 64 } });
      viewer.sayJson({ type: "watch", watch: 1 });
    }
    await Promise.all(viewers.map((viewer) => viewer.hasFrames(3)));
    for (const [index, { ws }] of viewers.entries()) {
      if (index % 2 === 0) ws.terminate();
      else ws.close();
    }
    await everythingIsFree(server);
  });
});

// Somebody who only opens sockets must not be able to keep others out for longer than the handshake may take.
it("half-open sockets and broken upgrades leave nothing behind", async (test) => {
  const server = await show(test, { firstRequest: Ms(300) });
  const port = server.http?.port ?? 0;
  const sockets = upTo(40).map((number) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", () => undefined);
    const head = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    if (number % 2 === 0) socket.write(`${head}Sec-WebSocket-Protocol: mutoscope.v1\r\n\r\n`);
    if (number % 4 === 1) socket.write(`${head}Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n`);
    return socket;
  });
  test.after(() => sockets.forEach((socket) => socket.destroy()));
  await everythingIsFree(server);
});
