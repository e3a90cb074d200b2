import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import { events } from "../../src/base/events.ts";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { RawClient, ask, askProblem } from "./web.ts";

async function serveDots(test: TestContext, settings: Partial<Settings> = {}): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeMovie(folder, "dots", upTo(3));
  return serve(test, folder, settings);
}

const DOT = "/movies/dots/frames/2.ppm";

// RFC 9110, section 13: who goes on with a download must not be given the rest of another frame.
describe("a request with If-Match", () => {
  it("is answered where it names the frame's strong tag, or any", async (test) => {
    const server = await serveDots(test);
    const tag = (await ask(server, DOT)).headers.get("etag") ?? assert.fail("no tag");
    for (const match of [tag, `"other", ${tag}`, "*"])
      assert.equal((await ask(server, DOT, { headers: { "if-match": match } })).status, 200, match);
    const range = { "if-match": tag, range: "bytes=0-3" };
    assert.equal((await ask(server, DOT, { headers: range })).status, 206);
  });

  it("is refused where it names others, before anything else is looked at", async (test) => {
    const server = await serveDots(test);
    const tag = (await ask(server, DOT)).headers.get("etag") ?? assert.fail("no tag");
    for (const match of ['"other"', `W/${tag}`, tag.slice(1, -1)]) {
      const headers = { "if-match": match, "if-none-match": tag, range: "bytes=0-3" };
      const { status, code } = await askProblem(server, DOT, { headers });
      assert.equal(`${status} ${code}`, "412 PRECONDITION_FAILED", match);
    }
    const head = await ask(server, DOT, { method: "HEAD", headers: { "if-match": '"other"' } });
    assert.deepEqual([head.status, head.body.length], [412, 0]);
  });
});

// A cache that is not told so gives one site's permission to another, and a page to a program.
describe("what differs by origin and by what is accepted", () => {
  it("says both", async (test) => {
    const server = await serveDots(test, { cors: ["http://a.example", "http://b.example"] });
    for (const path of ["/", "/metrics", "/movies/dots/frames/2"]) {
      const { headers } = await ask(server, path, { headers: { origin: "http://a.example" } });
      const fields = (headers.get("vary") ?? "").split(",").map((field) => field.trim());
      assert.deepEqual(fields.toSorted(), ["Accept", "Origin"], path);
    }
  });
});

describe("a method", () => {
  // "Nothing is served under this path" would be a lie.
  it("that no route takes is refused with those that it does, whatever it is", async (test) => {
    const server = await serveDots(test);
    for (const method of ["TRACE", "PROPFIND", "PUT"]) {
      const client = await RawClient.open(test, server);
      client.send(`${method} ${DOT} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      await client.ended();
      assert.match(client.text, /^HTTP\/1\.1 405 [^]*\r\nallow: GET, HEAD, OPTIONS\r\n/i, method);
    }
    assert.equal((await askProblem(server, "/none")).code, "ROUTE_NOT_FOUND");
  });
});

describe("a connection that goes on", () => {
  // RFC 9112, section 2.2: what cannot be read is answered, also behind what could be.
  it("is told that its second request is none", async (test) => {
    const server = await serveDots(test);
    const client = (await RawClient.open(test, server)).get("/livez");
    await client.until(/"alive"\}/);
    client.send("GARBAGE\r\n\r\n");
    assert.equal(await client.ended(), "closed");
    assert.match(client.text, /HTTP\/1\.1 400 [^]*"code":"REQUEST_MALFORMED"/);
  });

  // An answer that is under way is whole, or cut: nothing may be written into it.
  it("is cut where an answer is under way", async (test) => {
    const server = await serveDots(test);
    const client = (await RawClient.open(test, server)).get("/movies/dots.mjpeg?loop=1");
    await client.until(/message 1/);
    client.send("GARBAGE\r\n\r\n");
    await client.ended();
    assert.doesNotMatch(client.text, /REQUEST_MALFORMED/);
  });
});

describe("a handshake of WebSocket", () => {
  const HANDSHAKE = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: mutoscope.v1",
  ];

  // RFC 9112, section 9.3.2: answers come in the order of requests, and none inside of another protocol.
  it("behind a request that has no answer yet is answered in its turn, as a request", async (test) => {
    const server = await serveDots(test);
    for (const path of ["/movies/dots/frames/1.png", "/movies/dots.ppm"]) {
      const client = (await RawClient.open(test, server)).get(path);
      client.get("/ws", [...HANDSHAKE.slice(1), "Connection: Upgrade, close"]);
      await client.ended();
      const statuses = client.text.match(/HTTP\/1\.1 \d{3}/g);
      assert.deepEqual(statuses, ["HTTP/1.1 200", "HTTP/1.1 426"], path);
      assert.match(client.text, /\r\nUpgrade: websocket\r\n/i);
      assert.match(client.text, /expected a handshake of WebSocket and no unanswered request/);
    }
  });

  it("behind a request that has been answered is one", async (test) => {
    const server = await serveDots(test);
    const client = (await RawClient.open(test, server)).get("/livez");
    await client.until(/"alive"\}/);
    await client.get("/ws", HANDSHAKE).until(/HTTP\/1\.1 101 [^]*"welcome"/);
  });
});

describe("the head of a feed", () => {
  // It has no body, so it has an end: what the connection asks next is answered.
  it("is an answer like others, behind which the connection goes on", async (test) => {
    const server = await serveDots(test);
    for (const path of ["/events", "/playbacks/events"]) {
      const client = await RawClient.open(test, server);
      client.send(`HEAD ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      await client.get("/livez").until(/text\/event-stream[^]*"alive"\}/);
      assert.doesNotMatch(client.text, /resync/);
      assert.equal(server.held().responses, 0);
    }
  });

  // A feed that ends with its server has an end, whatever is still told of.
  it("ends in order with its server, though playbacks end behind it", async (test) => {
    const server = await serveDots(test);
    const feed = (await RawClient.open(test, server)).get("/playbacks/events");
    await feed.until(/resync/);
    const viewer = (await RawClient.open(test, server)).get("/movies/dots.mjpeg?loop=1");
    await viewer.until(/message 1/);
    await server.close();
    assert.equal(await feed.ended(), "closed");
    assert.match(feed.text, /\r\n0\r\n\r\n$/);
  });
});

describe("a problem", () => {
  // Whoever asks an operator what went wrong has two numbers to quote, and the log has both.
  it("says which request it was, as the log does", async (test) => {
    const server = await serveDots(test);
    const logged: object[] = [];
    const stop = events.requestRefused.subscribe((event) => void logged.push(event));
    test.after(stop);
    const client = await RawClient.open(test, server);
    for (const path of ["/livez", "/none", "/movies/dots/frames/9.ppm"]) client.get(path);
    await client.until(/FRAME_NOT_FOUND/);
    const told = Array.from(client.text.matchAll(/"connection":(\d+),"request":(\d+)/g), ([, a, b]) => [
      Number(a),
      Number(b),
    ]);
    const [connection] = told[0] ?? assert.fail("no problem");
    assert.deepEqual(told, [
      [connection, 2],
      [connection, 3],
    ]);
    const seen = logged.map((event) => [Reflect.get(event, "connection"), Reflect.get(event, "request")]);
    assert.deepEqual(seen, told);
  });
});
