import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { until } from "./deadline.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";
import { RawClient, ask, untilNothingIsHeld } from "./web.ts";

async function serveDots(test: TestContext, settings: Partial<Settings> = {}): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeMovie(folder, "dots", upTo(3));
  return serve(test, folder, settings);
}

/** The problem that a connection was closed with. */
async function refusal(client: RawClient): Promise<string> {
  await client.ended();
  const [, status = "", code = ""] = /^HTTP\/1\.1 (\d{3}) [\s\S]*"code":"([A-Z_]+)"/.exec(client.text) ?? [];
  return `${status} ${code}`;
}

// Law 6: every line and header has a bound, and absurd sizes are refused before work is done.
describe("what is too long", () => {
  it("is refused before it is read to its end", async (test) => {
    const server = await serveDots(test);
    const long = "x".repeat(20_000);
    assert.equal(await refusal((await RawClient.open(test, server)).get(`/${long}`)), "431 REQUEST_TOO_LONG");
    const header = (await RawClient.open(test, server)).get("/livez", [`X: ${long}`]);
    assert.equal(await refusal(header), "431 REQUEST_TOO_LONG");
    const name = await ask(server, `/movies/${"y".repeat(5000)}.ppm`);
    assert.equal(name.status, 413);
    assert.match(name.body.toString(), /REQUEST_TOO_LONG/);
    await until(() => server.held().queues === 0, "nothing to be held");
  });

  it("is no request at all where it is no HTTP", async (test) => {
    const server = await serveDots(test);
    for (const text of ["a:1:start_movie:dots\n\n", "\0\0\0\0\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"]) {
      const client = (await RawClient.open(test, server)).send(text);
      assert.equal(await refusal(client), "400 REQUEST_MALFORMED", JSON.stringify(text));
    }
    await untilNothingIsHeld(server);
  });
});

describe("what is too slow", () => {
  it("is given up: headers that do not come", async (test) => {
    const server = await serveDots(test, { firstRequest: 300 as Settings["firstRequest"] });
    const silent = await RawClient.open(test, server);
    const slow = (await RawClient.open(test, server)).send("GET / HTTP/1.1\r\nHost:");
    for (const client of [silent, slow]) assert.equal(await refusal(client), "408 REQUEST_TIMEOUT");
    await untilNothingIsHeld(server);
  });

  it("is given up: a next request that does not come", async (test) => {
    const server = await serveDots(test, { idleTimeout: 1000 as Settings["idleTimeout"] });
    const client = (await RawClient.open(test, server)).get("/livez");
    await client.ended();
    assert.match(client.text, /^HTTP\/1\.1 200 /);
    await untilNothingIsHeld(server);
  });
});

describe("what is too many", () => {
  // One machine has one number of sockets, whatever is spoken on them.
  it("is refused: connections, counted over all protocols together", async (test) => {
    const server = await serveDots(test, { maxConnections: 3 });
    await Viewer.open(test, server.classic.port);
    await RawClient.open(test, server);
    const last = await RawClient.open(test, server);
    await until(() => server.held().connections === 3, "three connections");
    const refused = await RawClient.open(test, server);
    assert.equal(await refusal(refused), "503 CONNECTION_LIMIT");
    const classic = await Viewer.open(test, server.classic.port);
    const item = await classic.next();
    assert.equal(item.kind === "error" && item.code, "CONNECTION_LIMIT");
    last.socket.destroy();
    await until(() => server.held().connections === 2, "a place");
    const next = (await RawClient.open(test, server)).get("/livez", ["Connection: close"]);
    await next.ended();
    assert.match(next.text, /^HTTP\/1\.1 200 /);
  });
});
