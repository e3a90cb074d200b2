import assert from "node:assert/strict";
import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { reset } from "./reset.ts";

/** The two ends of a connection; what comes at the client's is not read until it is resumed. */
async function pair(t: TestContext): Promise<{ server: Socket; client: Socket }> {
  const listener = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as { port: number };
  const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => undefined);
  const [server] = (await once(listener, "connection")) as [Socket];
  server.on("error", () => undefined);
  t.after(() => {
    client.destroy();
    server.destroy();
    listener.close();
  });
  return { server, client };
}

const PATIENCE = 5000;

async function closes(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, "close", { signal: AbortSignal.timeout(PATIENCE) });
}

const MUCH = 32 * 1024 * 1024;

// The platform forgets a socket that is reset while it says its end: it would hold its place for ever.
test("a connection is closed at once, however far its end has come", async (t) => {
  const states: Record<string, (socket: Socket) => unknown> = {
    open: () => undefined,
    "ended now": (socket) => socket.end(),
    "ended now, behind a few bytes": (socket) => socket.end("few"),
    "ended now, behind more than the kernel takes": (socket) => socket.end(Buffer.alloc(MUCH)),
    "ended and told": async (socket) => {
      socket.end("few");
      await once(socket, "finish");
    },
    "ended a turn ago": async (socket) => {
      socket.end();
      await pause(1);
    },
    "destroyed before": (socket) => socket.destroy(),
  };
  for (const [state, make] of Object.entries(states)) {
    const { server } = await pair(t);
    await make(server);
    reset(server);
    await assert.doesNotReject(closes(server), state);
  }
});

// A movie that was cut must not look whole, also when its end was already asked for behind it.
test("a client that has not been sent all sees a reset", async (t) => {
  for (const isEnded of [false, true]) {
    const { server, client } = await pair(t);
    server.write(Buffer.alloc(MUCH));
    if (isEnded) server.end();
    await pause(50);
    const broke = new Promise<NodeJS.ErrnoException>((resolve) => client.once("error", resolve));
    reset(server);
    client.resume();
    assert.equal((await broke).code, "ECONNRESET");
  }
});
