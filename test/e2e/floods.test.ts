import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, describe, it } from "node:test";
import { until } from "./deadline.ts";
import { SMALL, writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";
import { witness } from "./witness.ts";

/** Sends `text` over and over, as fast as it is taken, and throws away what comes. */
function flood(test: TestContext, port: number, text: string): { sent: () => number } {
  const chunk = Buffer.from(text.repeat(Math.ceil(64_000 / text.length)));
  const socket = connect({ port, host: "127.0.0.1" });
  let sent = 0;
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
    sent += chunk.length;
  };
  socket
    .on("connect", more)
    .on("drain", more)
    .on("error", () => undefined)
    .resume();
  test.after(() => socket.destroy());
  return { sent: () => sent };
}

describe("a flood of requests", () => {
  // Law 3: a few requests a turn are answered, whatever comes. Speed is not what is tested here: one that is
  // answered to its end in one turn would keep everybody else out for as long as it lasts.
  for (const [what, text] of [
    ["empty lines", "\n"],
    ["requests that make no sense", "bad\n"],
    ["starts", "f:0:start_movie:sw,1\n"],
    ["padding", `f:5:stop_movie${"\0".repeat(4000)}`],
  ] as const) {
    it(`of ${what} from eight clients keeps nobody from a movie`, async (test) => {
      const folder = makeFolder(test);
      writeFootage(folder, "sw", upTo(10), SMALL);
      const { port } = (await serve(test, folder)).classic;
      const floods = Array.from({ length: 8 }, () => flood(test, port, text));
      await until(() => floods.every(({ sent }) => sent() > 200_000), "a flood");
      for (let count = 0; count < 3; count += 1) {
        const viewer = await Viewer.open(test, port);
        assert.equal((await viewer.send("v:0:start_movie:sw\n").frames(10)).length, 10);
      }
      assert.ok(floods.every(({ sent }) => sent() > 0));
    });
  }
});

// Law 7: what waits for its turn when its client goes must not begin when that comes.
it("requests of HTTP whose clients are gone before their turn leave nothing behind", async (test) => {
  const folder = makeFolder(test);
  writeFootage(folder, "sw", upTo(10), SMALL);
  const server = await serve(test, folder);
  const port = server.http?.port ?? assert.fail("HTTP is off");
  const sockets = Array.from({ length: 50 }, () => connect({ port, host: "127.0.0.1" }));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  for (const socket of sockets) {
    socket.on("error", () => undefined);
    socket.write("GET /movies/sw.ppm?loop=1 HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20));
  }
  await new Promise((resolve) => setImmediate(resolve));
  for (const socket of sockets) socket.resetAndDestroy();
  await until(() => server.held().connections === 0, "the end of all connections");
  await until(() => server.held().queues === 0, "the end of all playbacks");
  assert.equal(server.held().responses, 0);
});

/** Sends so many requests each second, all at once, and throws away what comes. */
async function pour(test: TestContext, port: number, request: (count: number) => string): Promise<Pourer> {
  const viewer = await Viewer.open(test, port, { reads: false });
  viewer.socket.removeAllListeners("data");
  viewer.socket.on("data", () => undefined);
  viewer.resume();
  let sent = 0;
  const timer = setInterval(() => {
    const requests = Array.from({ length: IN_A_SECOND }, (_, index) => request(sent + index));
    sent += requests.length;
    viewer.send(requests.join(""));
  }, 1000);
  test.after(() => clearInterval(timer));
  return { sent: () => sent, end: () => clearInterval(timer) };
}

type Pourer = { readonly sent: () => number; readonly end: () => void };

const IN_A_SECOND = 10_000;

/** Of the viewer beside them. */
const PERIOD_MS = 200;

/** To another frame each time. */
function seek(count: number): string {
  return `f:0:seek_movie:sw:${1 + (count % 100)}:1:24\n`;
}

describe("ten thousand seeks a second on one connection", () => {
  // Law 3, for commands. Each opens an epoch and ends one: were all of that paid at once, the viewer beside
  // it would miss its frames. The server never works a quarter of a period on end; so with five frames a
  // second it takes 100 ms that the machine keeps from it to make one of them late.
  it("cost a paced viewer no frame, and are carried out to the last", { timeout: 60_000 }, async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "sw", upTo(100), SMALL);
    const server = await serve(test, folder);
    const { port } = server.classic;
    const flood = await pour(test, port, seek);
    const viewer = await Viewer.open(test, port);
    const { longestTurn, stolen } = witness(test);
    viewer.send("v:3:start_movie:sw:1:5:tagged:contract=paced\n");
    const frames = await viewer.frames(15);
    await until(() => flood.sent() >= IN_A_SECOND, "as many seeks");
    flood.end();
    const { end } = await viewer.send("v:3:stop_movie\n").epoch();
    const most = Math.floor(stolen() / (PERIOD_MS / 2));
    test.diagnostic(`worked ${longestTurn()} ms on end, ${stolen()} ms were stolen, ${end.skipped} skipped`);
    assert.ok(longestTurn() < PERIOD_MS / 4, `${longestTurn()} ms on end`);
    assert.ok(end.skipped <= most, `${end.skipped} skipped, with ${stolen()} ms stolen`);
    assert.equal(end.missing, 0);
    if (most === 0)
      assert.deepEqual(
        frames.map(({ tag }) => tag?.frame),
        upTo(15),
      );
    const epochOf = (client: string): number =>
      server.playbacks.list().find((playback) => playback.client === client)?.epoch ?? 0;
    await until(() => epochOf("f") === flood.sent(), "the last seek");
  });
});

describe("a client that is no longer listened to", () => {
  // What it sends is not wanted: reading it to throw it away would cost the others.
  it("is not read any more while it has something to take", async (test) => {
    const folder = makeFolder(test);
    writeFootage(folder, "big", upTo(4), { width: 2000, height: 1000 });
    const server = await serve(test, folder);
    const { port } = server.classic;
    const stalled = await Viewer.open(test, port, { reads: false });
    stalled.send("s:0:start_movie:big,1\n");
    await until(() => server.held().inFlight > 0, "a message under way");
    let written = 0;
    const chunk = Buffer.alloc(64_000, "x");
    const push = (): void => {
      while (stalled.socket.write(chunk)) written += chunk.length;
      written += chunk.length;
    };
    stalled.socket.on("drain", push);
    push();
    let before = -1;
    // It stops when the kernel's buffers are full: some megabytes, not as many as come.
    await until(() => {
      const isStill = written === before;
      before = written;
      return isStill;
    }, "the end of the reading");
    assert.ok(written < 64 * 1024 * 1024, `${written} bytes were read`);
  });
});
