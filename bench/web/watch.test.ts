import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, type Server, createServer } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { WebSocketServer } from "ws";
import { FrameNumber, MessageNumber } from "../../src/base/units.ts";
import { encodeContinuation, encodeFrameHeader } from "../../src/wire/websocket/frameHeader.ts";
import { compileAs } from "../compile.ts";
import type { Watched } from "./watching.ts";

const hasCompiler = await promisify(execFile)(process.env["CC"] ?? "cc", ["--version"]).then(
  () => true,
  () => false,
);
const NEEDS = { skip: hasCompiler ? false : "a C compiler is needed" };

const PICTURE = Buffer.alloc(5000, 0x41);
const PERIOD_MS = 50;
const FRAMES = 40;

/** Within the measured time: one that never comes, and one that comes more than a period late. */
const LEFT_OUT = 20;
const LATE = 24;

/** Shows frames 1 to 40, each at its time but for those two. */
async function show(send: (frame: number) => void): Promise<void> {
  const began = performance.now();
  for (let frame = 1; frame <= FRAMES; frame += 1) {
    const lateMs = frame === LATE ? 1.7 * PERIOD_MS : 0;
    await sleep(Math.max(0, began + frame * PERIOD_MS + lateMs - performance.now()));
    if (frame !== LEFT_OUT) send(frame);
  }
}

async function watchOnce(port: number, wish: readonly string[]): Promise<Watched> {
  const program = await compileAs("watch-test", "watch");
  const times = ["--fps", "20", "--frames", "100", "--warm-ms", "500", "--measure-ms", "1000"];
  const words = ["--port", String(port), "--clients", "1", "--credit", "100", "--least", "4000", ...times];
  const { stdout } = await promisify(execFile)(program, [...words, ...wish]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Watched;
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port;
}

/** A late frame may make the one behind it late as well, on a machine that others use. */
function expectTrouble({ due, inTime, skipped, late, waiting }: Watched): void {
  assert.equal(skipped, 1);
  assert.ok(late >= 1 && late <= 4, `${late} late`);
  assert.ok(due >= 17 && due <= 21, `${due} due`);
  assert.equal(inTime, due - skipped - late);
  assert.equal(waiting, 0);
}

function serveParts(): Server {
  return createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary="b7"\r\n\r\n');
      socket.write("--b7\r\nContent-Type: image/jpeg\r\n\r\n");
      void show((frame) => {
        const comment = Buffer.from(`mutoscope: frame ${frame}, message 0`);
        const next = Buffer.from("\r\n--b7\r\nContent-Type: image/jpeg\r\n\r\n");
        const part = Buffer.concat([comment, PICTURE, next]);
        // The boundary is cut, too.
        socket.write(part.subarray(0, -40));
        setImmediate(() => socket.write(part.subarray(-40)));
      });
    });
  });
}

// The judge is to be trusted with either way of being late, and with pieces cut anywhere.
test("a viewer of parts misses the frame that was left out and the one that came late", NEEDS, async () => {
  const server = serveParts().listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    expectTrouble(await watchOnce(portOf(server), ["--get", "/"]));
  } finally {
    server.close();
  }
});

function headerOf(frame: number): Uint8Array {
  return encodeFrameHeader({
    playback: 1,
    epoch: 1,
    message: MessageNumber(frame),
    frame: FrameNumber(frame),
    revision: 1,
    time: 0,
    format: "jpeg",
    width: 8,
    height: 8,
    length: PICTURE.length,
    isSubstitute: false,
  });
}

// A frame comes in fragments and continuations, with control between them.
test("a viewer over WebSocket does, too, of frames in pieces", NEEDS, async () => {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  server.on("connection", (socket) => {
    socket.send('{"type":"welcome"}');
    socket.once("message", () => {
      socket.send('{"type":"started"}');
      void show((frame) => {
        socket.send(headerOf(frame), { binary: true, fin: false });
        socket.send(PICTURE.subarray(0, 1500), { binary: true, fin: true });
        socket.ping();
        socket.send('{"type":"pong"}');
        socket.send(encodeContinuation(1), { binary: true, fin: false });
        socket.send(PICTURE.subarray(1500), { binary: true, fin: true });
      });
    });
  });
  try {
    expectTrouble(await watchOnce(portOf(server), ["--play", '{"type":"play"}']));
  } finally {
    server.close();
    for (const client of server.clients) client.terminate();
  }
});
