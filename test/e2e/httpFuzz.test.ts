import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as fc from "fast-check";
import { events } from "../../src/base/events.ts";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";

import { until, within } from "./deadline.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";
import { RawClient, ask } from "./web.ts";

const IMPATIENT: Partial<Settings> = {
  firstRequest: 1000 as Settings["firstRequest"],
  idleTimeout: 1000 as Settings["idleTimeout"],
  stallTimeout: 2000 as Settings["stallTimeout"],
};

const SEGMENTS = [
  "movies",
  "dots",
  "dots.ppm",
  "dots.mjpeg",
  "dots.y4m",
  "frames",
  "2.ppm",
  "2.png",
  "last.jpg",
  "-9",
  "99999999999999999999",
  "playbacks",
  "events",
  "livez",
  "openapi.json",
  "docs",
  "..",
  "%2e%2e%2fetc%2fpasswd",
  "%00",
  "%ff",
  "%ZZ",
  "__proto__",
  "a%2Fb",
  "",
];

const PARAMETERS = [
  "from",
  "to",
  "fps",
  "loop",
  "contract",
  "missing",
  "width",
  "quality",
  "levels",
  "exposure",
  "priority",
  "direction",
  "tagged",
  "rev",
  "search",
  "offset",
  "limit",
  "movie",
  "constructor",
];

const VALUES = [
  "1",
  "0",
  "-1",
  "last",
  "1e9",
  "65535",
  "999999999999999999999",
  "all",
  "latest",
  "hold",
  "black",
  "auto",
  "0,1",
  "NaN",
  "%F0%9F%92%A9",
  "%00",
  "",
  "24000/1001",
];

const path = fc
  .tuple(
    fc.array(fc.constantFrom(...SEGMENTS), { minLength: 1, maxLength: 5 }),
    fc.array(fc.tuple(fc.constantFrom(...PARAMETERS), fc.constantFrom(...VALUES)), { maxLength: 3 }),
  )
  .map(([segments, query]) => {
    const words = query.map(([name, value]) => `${name}=${value}`).join("&");
    return `/${segments.join("/")}${words === "" ? "" : `?${words}`}`;
  });

const header = fc.constantFrom(
  "Range: bytes=0-3",
  "Range: bytes=-1",
  "Range: bytes=5-2",
  "Range: lines=1",
  "If-None-Match: *",
  'If-None-Match: "x", W/"y"',
  'If-Range: "x"',
  "Accept: image/webp;q=0.1, */*;q=0",
  "Accept: ;;;",
  "Priority: u=0",
  "Priority: u=99999999999999999999",
  "Priority: ((((",
  "Host: evil",
  "Host: a\tb",
  "Origin: null",
  "Authorization: Bearer x",
  "Content-Type: application/json",
  "Content-Type: x",
  "Content-Length: 5",
  "Content-Length: 99999999999",
  "Transfer-Encoding: chunked",
  "Expect: 100-continue",
  "Connection: close",
  "Connection: Upgrade\r\nUpgrade: h2c",
  "Last-Event-ID: x",
);

const request = fc
  .tuple(
    fc.constantFrom("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT", "TRACE", "get", "BREW"),
    path,
    fc.constantFrom("HTTP/1.1", "HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/1.1 "),
    fc.array(header, { maxLength: 3 }),
    fc.constantFrom("", "", '{"priority":1}', "5\r\nhello\r\n0\r\n\r\n", "\0\0\0"),
  )
  .map(([method, url, version, headers, body]) =>
    [`${method} ${url} ${version}`, "Host: localhost", ...headers, "", body].join("\r\n"),
  );

/** What a client does with its connection, besides sending. */
const manner = fc.record({
  requests: fc.array(request, { minLength: 1, maxLength: 4 }),
  /** Where the text is cut: what follows is never sent. */
  cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  reads: fc.boolean(),
  ending: fc.constantFrom("reset", "half", "close", "reset late"),
});

type Manner = typeof manner extends fc.Arbitrary<infer T> ? T : never;

async function behave(t: TestContext, server: RunningServer, { requests, cut, reads, ending }: Manner) {
  const client = await RawClient.open(t, server, { reads });
  const text = requests.join("");
  client.send(cut === undefined ? text : text.slice(0, Math.floor(text.length * cut)));
  if (ending !== "reset")
    await new Promise((resolve) => setTimeout(resolve, ending === "reset late" ? 20 : 2));
  if (ending === "half") client.socket.end();
  else if (ending === "close") client.socket.destroy();
  else client.socket.resetAndDestroy();
  return client;
}

// "Fuzz every route": whatever one client does, the server goes on, nobody else notices, and nothing stays
// behind.
test("whatever clients ask and however they leave, others see nothing, and nothing is held", async (t) => {
  const folder = makeFolder(t);
  const frames = writeMovie(folder, "dots", upTo(5));
  const server = await serve(t, folder, IMPATIENT);
  const failures: string[] = [];
  t.after(events.serverFailed.subscribe(({ detail }) => failures.push(detail)));
  const witness = (await Viewer.open(t, server.classic.port)).send(
    "witness:0:start_movie:dots:1:50:tagged\n",
  );
  const cases: Manner[] = fc.sample(manner, { seed: Number(process.env["FC_SEED"] ?? 19_660), numRuns: 400 });
  for (let at = 0; at < cases.length; at += 20)
    await Promise.all(cases.slice(at, at + 20).map((each) => behave(t, server, each)));
  assert.deepEqual(failures, []);
  assert.deepEqual((await ask(server, "/movies/dots.ppm")).body, Buffer.concat(frames));
  const seen = await witness.frames(20);
  for (const [index, { tag, bytes }] of seen.entries()) {
    assert.equal(tag?.message, index);
    assert.deepEqual(Buffer.from(bytes), frames[index % 5]);
  }
  witness.reset();
  await until(
    () => Object.values(server.held()).every((count) => count === 0),
    `everything to be given back: ${JSON.stringify(server.held())}`,
  );
});

// Requests may come in pieces of any size: what they are must not depend on how the network cut them.
test("a request is answered the same, wherever its bytes are cut", async (t) => {
  const folder = makeFolder(t);
  const [, frame] = writeMovie(folder, "dots", upTo(3));
  const server = await serve(t, folder);
  const text = "GET /movies/dots/frames/2.ppm HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  for (let cut = 1; cut < text.length; cut += 7) {
    const client = (await RawClient.open(t, server)).send(text.slice(0, cut));
    await new Promise((resolve) => setImmediate(resolve));
    client.send(text.slice(cut));
    await within(client.ended(), `cut at ${cut}`);
    assert.ok(client.received.subarray(-(frame?.length ?? 0)).equals(frame ?? assert.fail()));
  }
});

// Every answer to a whole request is one that HTTP knows, and every error has a code.
test("every path and query has an answer, and an error is a problem", async (t) => {
  const folder = makeFolder(t);
  writeMovie(folder, "dots", upTo(3));
  const server = await serve(t, folder);
  const limited = path.filter((url) => !/events|loop=1/.test(url));
  const urls = fc.sample(limited, { seed: Number(process.env["FC_SEED"] ?? 19_660), numRuns: 300 });
  for (const url of urls) {
    const client = (await RawClient.open(t, server)).get(url, ["Connection: close"]);
    await within(client.ended(), url);
    const [, status = ""] = /^HTTP\/1\.1 (\d{3}) /.exec(client.text) ?? [];
    assert.match(
      status,
      /^(200|204|206|30\d|400|404|406|410|413|422)$/,
      `${url}: ${client.text.slice(0, 100)}`,
    );
    if (Number(status) >= 400)
      assert.match(client.text, /application\/problem\+json[\s\S]*"code":"[A-Z_]+"/, url);
  }
});
