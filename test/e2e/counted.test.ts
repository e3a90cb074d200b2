import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { BitRate, Bytes, KiB, Ms } from "../../src/base/units.ts";
import type { RunningServer } from "../../src/main.ts";
import { until } from "./deadline.ts";
import { writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";
import { RawClient, untilNothingIsHeld } from "./web.ts";
import { WebViewer } from "./webViewer.ts";

/** 250 kB/s, and what lines may come to of it. */
const RATE = 2e6;
const LINES_PER_SECOND = RATE / 8 / 8;
const BURST = 16 * KiB;
const EGRESS = { egress: BitRate(RATE), slice: Bytes(BURST), egressBurst: Bytes(BURST) };

const SIZE = { width: 64, height: 30 };

function makeLibrary(test: TestContext): string {
  const library = makeFolder(test);
  writeFootage(library, "sw", upTo(20), SIZE);
  return library;
}

/** What may leave at once. */
async function tokensOf(server: RunningServer): Promise<number> {
  const readings = await server.metrics.values();
  const { values } = readings.find(({ name }) => name === "mutoscope_egress_tokens_bytes") ?? assert.fail();
  return values[0]?.value ?? assert.fail();
}

/** One that names no subprotocol. */
const HANDSHAKE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/** Files and sockets of this process. */
function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

function count(text: string, part: RegExp): number {
  return text.match(part)?.length ?? 0;
}

describe("what is sent is counted once, under a budget of 2 Mbit", () => {
  // The others would wait for as long as it has taken to send all that to the one who left.
  it("and the end of a WebSocket costs nothing of what was counted before", async (test) => {
    const server = await serve(test, makeLibrary(test), EGRESS);
    const viewer = await WebViewer.open(test, server);
    for (let count = 0; count < 3; count += 1) {
      viewer.play();
      await viewer.next("receipt");
    }
    const before = await tokensOf(server);
    viewer.ws.close();
    await untilNothingIsHeld(server);
    assert.ok((await tokensOf(server)) > before - KiB);
  });

  // What is answered to without being looked at would be sent as fast as anybody asks.
  it("and pings over WebSocket are answered as far as lines may go, and the last one is", async (test) => {
    const server = await serve(test, makeLibrary(test), EGRESS);
    const viewer = await WebViewer.open(test, server);
    let bytes = 0;
    let last = "";
    viewer.ws.on("pong", (data) => {
      bytes += data.byteLength + 2;
      last = data.toString();
    });
    const begun = performance.now();
    for (let count = 0; count < 50; count += 1) {
      for (let each = 0; each < 50; each += 1) viewer.ws.ping(Buffer.alloc(125));
      await sleep(10);
    }
    viewer.ws.ping("the last");
    await until(() => last === "the last", "the answer to the last ping");
    const seconds = (performance.now() - begun) / 1000;
    const most = 5 * KiB + LINES_PER_SECOND * seconds;
    test.diagnostic(`${bytes} bytes in ${seconds.toFixed(2)} s, of ${Math.round(most)}`);
    assert.ok(bytes > KiB && bytes <= most, `${bytes} bytes in ${seconds} s, expected at most ${most}`);
  });

  // The platform's own refusals come past everything that counts and makes wait.
  it("and requests that expect what nobody knows are answered as others are", async (test) => {
    const server = await serve(test, makeLibrary(test), EGRESS);
    const client = await RawClient.open(test, server);
    for (let request = 0; request < 30; request += 1) client.get("/livez", ["Expect: wonders"]);
    await until(() => count(client.text, /HTTP\/1\.1 \d+/g) === 30, "all answers");
    assert.equal(count(client.text, /HTTP\/1\.1 200/g), 30);
  });

  // Whoever comes again and again with what is no handshake would be answered each time.
  it("and refused handshakes are answered as far as lines may go", async (test) => {
    const server = await serve(test, makeLibrary(test), { ...EGRESS, egress: BitRate(64_000) });
    const begun = performance.now();
    let bytes = 0;
    for (let connection = 0; connection < 60; connection += 1) {
      const client = await RawClient.open(test, server);
      client.get("/ws", HANDSHAKE);
      await client.ended();
      bytes += client.received.length;
    }
    const seconds = (performance.now() - begun) / 1000;
    const most = 5 * KiB + (64_000 / 8 / 8) * (1 + 1 / 8) * seconds;
    test.diagnostic(`${bytes} bytes in ${seconds.toFixed(2)} s, of ${Math.round(most)}`);
    assert.ok(bytes > KiB && bytes <= most, `${bytes} bytes in ${seconds} s, expected at most ${most}`);
  });

  // What was paid for while something else was under way would leave in one moment, for each connection.
  it("and refusals behind a movie are not saved up for its end", async (test) => {
    const server = await serve(test, makeLibrary(test), EGRESS);
    const client = await RawClient.open(test, server);
    const name = "a".repeat(5 * KiB);
    client.get("/movies/sw.mjpeg?fps=5");
    for (let request = 0; request < 60; request += 1) client.get(`/movies/${name}`);
    const refusals = (): number => count(client.text, /REQUEST_TOO_LONG/g);
    await until(() => refusals() > 0, "the end of the movie");
    // A few for the first allowance.
    assert.ok(refusals() < 20, `${refusals()} came at once`);
    await until(() => refusals() === 60, "all refusals");
  });
});

describe("what waits to be sent, under a budget of 2 Mbit,", () => {
  // Each client that asks for a page, waits and goes would cost the server a descriptor for ever.
  it("closes its file when its connection goes", async (test) => {
    const server = await serve(test, makeLibrary(test), { ...EGRESS, egress: BitRate(64_000) });
    const client = await RawClient.open(test, server);
    for (let request = 0; request < 8; request += 1) client.get("/nothing");
    await until(() => count(client.text, /"request":8/g) === 1, "eight answers", 20_000);
    const before = descriptors();
    client.get("/docs/static/swagger-ui-bundle.js");
    await until(() => descriptors() > before, "an open file");
    client.socket.destroy();
    await untilNothingIsHeld(server);
    // Both ends of the connection have gone, too.
    await until(() => descriptors() <= before - 2, "a closed file");
  });

  // An endless answer that begins when the server ends would keep that for as long as it may take.
  it("is no feed any more when the server closes", async (test) => {
    const egress = BitRate(64_000);
    const server = await serve(test, makeLibrary(test), { ...EGRESS, egress, shutdown: Ms(20_000) });
    const client = await RawClient.open(test, server);
    for (let request = 0; request < 8; request += 1) client.get("/nothing");
    await until(() => count(client.text, /"request":8/g) === 1, "eight answers", 20_000);
    client.get("/events");
    await until(() => server.held().connections === 1, "one connection");
    await sleep(20);
    assert.equal(count(client.text, /event-stream/g), 0, "it waits for its allowance");
    const begun = performance.now();
    await server.close();
    assert.ok(performance.now() - begun < 10_000, "it was not ended");
  });
});
