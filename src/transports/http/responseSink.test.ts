import assert from "node:assert/strict";
import { once } from "node:events";
import { type ServerResponse, createServer } from "node:http";
import { type Socket, connect } from "node:net";
import { type TestContext, test } from "node:test";
import { fault } from "../../base/errors.ts";
import { Bytes, MonotonicMs } from "../../base/units.ts";
import type { HandOver } from "../../dispatch/sink.ts";
import type { ByteRange } from "./byteRange.ts";
import { ResponseSink } from "./responseSink.ts";

type Opened = {
  sink: ResponseSink;
  response: ServerResponse;
  client: Socket;
  told: string[];
  taken: () => string;
};

/** A response to a client that reads nothing before it is told to. */
async function open(t: TestContext, headers = {}, range?: ByteRange): Promise<Opened> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const client = connect(typeof address === "object" && address !== null ? address.port : 0, "127.0.0.1");
  t.after(() => {
    client.destroy();
    server.close();
  });
  const request = once(server, "request") as Promise<[unknown, ServerResponse]>;
  client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  let text = "";
  client.pause();
  client.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  client.pause();
  const [, response] = await request;
  const told: string[] = [];
  const sink = new ResponseSink(response, {
    now: () => MonotonicMs(100),
    begin: () => {
      told.push("begin");
      response.writeHead(200, headers);
      response.flushHeaders();
      return range;
    },
    wrote: () => {},
    drained: () => told.push("drained"),
    atBoundary: (bytes) => told.push(`boundary ${bytes}`),
    abandoned: ({ code }) => told.push(code),
  });
  return { sink, response, client, told, taken: () => text };
}

function handOver(parts: readonly string[], { continues = false } = {}): HandOver {
  const bytes = parts.map((part) => Buffer.from(part));
  const sum = bytes.reduce((total, part) => total + part.length, 0);
  return { parts: bytes, bytes: Bytes(sum), starts: 1, continues };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** More than a kernel takes from one who has a client that does not read. */
const LARGE = "x".repeat(16 * 1024 * 1024);

// The head says what the first message waited for, and that is known only when the turn is over.
test("the first hand-over waits for the end of the turn, and then goes with the head", async (t) => {
  const { sink, client, told, taken } = await open(t);
  assert.equal(sink.send(handOver(["ab", "cd"])), "wait");
  assert.deepEqual(told, ["boundary 4"]);
  await turn();
  assert.deepEqual(told, ["boundary 4", "begin", "drained"]);
  assert.equal(sink.waitsSince, undefined);
  assert.equal(sink.send(handOver(["ef"])), "more");
  sink.end(Buffer.from("!"));
  client.resume();
  while (!taken().endsWith("\r\n0\r\n\r\n")) await turn();
  // One chunk for each hand-over, and one for what goes last.
  assert.match(taken(), /\r\n\r\n4\r\nabcd\r\n2\r\nef\r\n1\r\n!\r\n0\r\n\r\n$/);
});

// Law 6: what a client does not read must not pile up here.
test("a response whose bytes the kernel does not take answers `wait` until it takes them", async (t) => {
  const { sink, client, told } = await open(t);
  sink.send(handOver(["a"], { continues: true }));
  await turn();
  assert.ok(sink.isInMessage);
  assert.equal(sink.send(handOver([LARGE])), "wait");
  assert.equal(sink.waitsSince, 100);
  for (let count = 0; count < 10; count++) await turn();
  assert.equal(told.filter((each) => each === "drained").length, 1);
  client.resume();
  while (told.filter((each) => each === "drained").length < 2) await turn();
  assert.equal(sink.waitsSince, undefined);
  assert.ok(!sink.isInMessage);
});

// An answer that needs no body after all must not have begun one.
test("what is discarded before the end of its turn never leaves", async (t) => {
  const { sink, response, client, told, taken } = await open(t);
  sink.send(handOver(["frame"]));
  sink.discard();
  response.writeHead(304);
  response.end();
  client.resume();
  while (!taken().includes("\r\n\r\n")) await turn();
  await turn();
  assert.ok(!told.includes("begin"));
  assert.doesNotMatch(taken(), /frame/);
});

test("of a range only its bytes leave, whatever hand-overs they lie in", async (t) => {
  const range = { start: 3, end: 6 };
  const { sink, client, told, taken } = await open(t, { "Content-Length": 4 }, range);
  sink.send(handOver(["01", "23"], { continues: true }));
  await turn();
  assert.equal(sink.send(handOver(["4", "567", "89"], { continues: true })), "more");
  assert.equal(sink.send(handOver(["ab"])), "more");
  sink.end();
  client.resume();
  while (!taken().endsWith("3456")) await turn();
  assert.deepEqual(told, ["begin", "drained", "boundary 12"]);
});

test("a response of which nothing was sent has its head when it ends", async (t) => {
  const { sink, client, told, taken } = await open(t);
  assert.ok(!sink.hasStarted);
  sink.end();
  client.resume();
  while (!taken().endsWith("0\r\n\r\n")) await turn();
  assert.deepEqual(told, ["begin"]);
  sink.abandon(fault("CONNECTION_STALLED", "nothing was taken"));
  assert.deepEqual(told, ["begin", "CONNECTION_STALLED"]);
});
