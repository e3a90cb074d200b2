import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { events } from "../../src/base/events.ts";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { decodeLine } from "../../src/wire/tag.ts";
import { until } from "./deadline.ts";
import { makeFolder, upTo, writeBroken, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { runTool } from "./tool.ts";
import { Viewer } from "./viewer.ts";
import { RawClient, ask, askProblem, untilNothingIsHeld } from "./web.ts";

type Served = { server: RunningServer; frames: Buffer[]; folder: string };

async function serveDots(
  test: TestContext,
  count = 5,
  size = {},
  settings: Partial<Settings> = {},
): Promise<Served> {
  const folder = makeFolder(test);
  const frames = writeMovie(folder, "dots", upTo(count), size);
  return { server: await serve(test, folder, settings), frames, folder };
}

/** What a chunked body carries. Fails when it is not whole. */
function unchunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf("\r\n", at);
    assert.ok(end >= 0, "a chunk without its length");
    const length = Number.parseInt(body.subarray(at, end).toString(), 16);
    if (length === 0) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + length));
    assert.equal(parts.at(-1)?.length, length, "a chunk that is cut off");
    at = end + 2 + length + 2;
  }
}

function bodyOf(received: Buffer): Buffer {
  return received.subarray(received.indexOf("\r\n\r\n") + 4);
}

// Law 1, and the promise that one path of frames serves all surfaces.
describe("a movie as .ppm", () => {
  it("is the same bytes as on the classic protocol", async (test) => {
    const { server, frames } = await serveDots(test);
    const { status, headers, body } = await ask(server, "/movies/dots.ppm");
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), "image/x-portable-anymap");
    const classic = await (
      await Viewer.open(test, server.classic.port)
    )
      .send("a:1:start_movie:dots\n")
      .frames(5);
    assert.deepEqual(body, Buffer.concat(classic.map(({ bytes }) => bytes)));
    assert.deepEqual(body, Buffer.concat(frames));
  });

  // The design gives the forms one query: whoever changes the extension need not change the rest.
  it("takes a quality as the other forms do, and loses nothing by it", async (test) => {
    const { server, frames } = await serveDots(test);
    const { body } = await ask(server, "/movies/dots.ppm?quality=1");
    assert.deepEqual(body, Buffer.concat(frames));
    const y4m = await ask(server, "/movies/dots.y4m");
    assert.deepEqual((await ask(server, "/movies/dots.y4m?quality=1")).body, y4m.body);
  });

  it("begins and ends where asked, also with the newest, and backwards", async (test) => {
    const { server, frames } = await serveDots(test);
    const cases: [query: string, numbers: number[]][] = [
      ["from=2&to=3", [2, 3]],
      ["from=4", [4, 5]],
      ["to=2", [1, 2]],
      ["from=last", [5]],
      ["from=-100&to=1", [1]],
      ["direction=-1&from=2&to=4", [4, 3, 2]],
    ];
    for (const [query, numbers] of cases) {
      const { body } = await ask(server, `/movies/dots.ppm?${query}`);
      assert.deepEqual(
        body,
        Buffer.concat(numbers.map((number) => frames[number - 1] ?? assert.fail())),
        query,
      );
    }
  });

  it("has the classic protocol's lines when asked for them", async (test) => {
    const { server, frames } = await serveDots(test);
    const { body, headers } = await ask(server, "/movies/dots.ppm?tagged=1&from=2&to=3");
    let rest = body;
    for (const number of [2, 3]) {
      const end = rest.indexOf("\n");
      const line = decodeLine(rest.subarray(0, end).toString());
      assert.ok(line?.kind === "tag");
      const frame = frames[number - 1] ?? assert.fail();
      assert.deepEqual([line.frame, line.bytes, line.message], [number, frame.length, number - 2]);
      assert.equal(line.request, "/movies/dots.ppm?tagged=1&from=2&to=3");
      assert.deepEqual(rest.subarray(end + 1, end + 1 + frame.length), frame);
      rest = rest.subarray(end + 1 + frame.length);
    }
    const last = decodeLine(rest.toString().trimEnd());
    assert.ok(last?.kind === "end");
    const known = server.playbacks.receiptOf(headers.get("mutoscope-playback") ?? "");
    assert.equal(last.digest, known?.receipt.digest);
  });

  it("is read by ffmpeg, every frame of it", async (test) => {
    const { server } = await serveDots(test, 7);
    const { body } = await ask(server, "/movies/dots.ppm");
    const probed = await runTool(
      "ffprobe",
      [
        "-v",
        "error",
        "-f",
        "image2pipe",
        "-count_frames",
        "-show_entries",
        "stream=nb_read_frames",
        "-of",
        "csv=p=0",
        "-",
      ],
      body,
    );
    assert.equal(probed.toString().trim(), "7");
  });

  it("takes a movie's name with everything a name can have", async (test) => {
    const folder = makeFolder(test);
    const [frame] = writeMovie(folder, "a b.v2%é-", [1]);
    const server = await serve(test, folder);
    const [movie] = server.catalogue.movies;
    const name = encodeURIComponent(movie?.name ?? "");
    assert.deepEqual((await ask(server, `/movies/${name}.ppm`)).body, frame);
    assert.deepEqual((await ask(server, `/movies/${name}/frames/1.ppm`)).body, frame);
  });
});

describe("HEAD of a movie", () => {
  it("says whether it can be played, and plays nothing", async (test) => {
    const { server } = await serveDots(test);
    let started = 0;
    test.after(events.playbackStarted.subscribe(() => (started += 1)));
    const { status, headers, body } = await ask(server, "/movies/dots.ppm?loop=1", { method: "HEAD" });
    assert.deepEqual([status, body.length, started], [200, 0, 0]);
    assert.equal(headers.get("content-type"), "image/x-portable-anymap");
    assert.equal((await ask(server, "/movies/dots.ppm?from=9", { method: "HEAD" })).status, 422);
  });
});

describe("connections that play", () => {
  it("are used again for the next request, on HTTP/1.1", async (test) => {
    const { server, frames } = await serveDots(test);
    const client = await RawClient.open(test, server);
    client.get("/movies/dots.ppm?to=1");
    await client.until(/\r\n0\r\n\r\n$/);
    assert.deepEqual(unchunked(bodyOf(client.received)), frames[0]);
    client.get("/movies/dots/frames/1.ppm", ["Connection: close"]);
    assert.equal(await client.ended(), "closed");
    await untilNothingIsHeld(server);
  });

  // netcat and old programs: the end of the body is the end of the connection.
  it("end with the movie, on HTTP/1.0", async (test) => {
    const { server, frames } = await serveDots(test);
    const client = (await RawClient.open(test, server)).get("/movies/dots.ppm", [], "1.0");
    assert.equal(await client.ended(), "closed");
    assert.deepEqual(bodyOf(client.received), Buffer.concat(frames));
  });

  it("answer a client that has closed its half", async (test) => {
    const { server, frames } = await serveDots(test);
    for (const path of ["/movies/dots.ppm", "/movies/dots/frames/2.ppm", "/movies"]) {
      const client = (await RawClient.open(test, server)).get(path, [], "1.0");
      client.socket.end();
      assert.equal(await client.ended(), "closed");
      assert.match(client.text, /^HTTP\/1\.1 200 /);
      if (path.endsWith("dots.ppm")) assert.deepEqual(bodyOf(client.received), Buffer.concat(frames));
    }
    await untilNothingIsHeld(server);
  });

  // Answers leave in the order of the requests (RFC 9112, section 9.3.2), each whole.
  it("answer pipelined requests one after the other", async (test) => {
    const { server, frames } = await serveDots(test);
    const client = await RawClient.open(test, server);
    for (const number of [3, 1, 5, 2]) client.get(`/movies/dots/frames/${number}.ppm`);
    client.get("/movies/dots/frames/4.ppm", ["Connection: close"]);
    assert.equal(await client.ended(), "closed");
    let rest = client.received;
    for (const number of [3, 1, 5, 2, 4]) {
      const frame = frames[number - 1] ?? assert.fail();
      const body = bodyOf(rest);
      assert.deepEqual(body.subarray(0, frame.length), frame);
      rest = body.subarray(frame.length);
    }
    assert.equal(rest.length, 0);
  });

  it("do not take requests without end that wait for a playback without end", async (test) => {
    const { server } = await serveDots(test);
    const client = await RawClient.open(test, server);
    client.get("/movies/dots.ppm?loop=1&fps=20");
    for (let count = 0; count < 100; count++) client.get("/movies/dots/frames/1.ppm");
    assert.equal(await client.ended(), "reset");
    await untilNothingIsHeld(server);
  });

  // What waits for its turn holds nothing but its place, and gives that back, too.
  it("give back what waited behind a playback when their client goes", async (test) => {
    const { server } = await serveDots(test);
    const client = (await RawClient.open(test, server)).get("/movies/dots.ppm?loop=1&fps=20");
    for (let count = 0; count < 15; count++) client.get("/movies/dots/frames/1.ppm").get("/events");
    await until(() => server.held().responses === 1, "the first to play");
    await until(() => client.received.length > 10_000, "some frames");
    assert.equal(server.held().responses, 1);
    client.socket.resetAndDestroy();
    await untilNothingIsHeld(server);
  });

  // Law 7: a disconnect frees what it held at once.
  it("give everything back when their client goes in the middle of a frame", async (test) => {
    const { server } = await serveDots(test, 5, { width: 1000, height: 1000 });
    for (const path of [
      "/movies/dots.ppm?loop=1",
      "/movies/dots/frames/1.ppm",
      "/movies/dots.ppm?loop=1&fps=50",
    ]) {
      const client = await RawClient.open(test, server);
      client.get(path);
      await client.until(/HTTP/);
      client.socket.pause();
      client.socket.resetAndDestroy();
      await untilNothingIsHeld(server);
    }
  });

  // Law 3: who does not read costs the others nothing.
  it("do not hold up others when their client does not read", async (test) => {
    const { server, frames } = await serveDots(test, 5, { width: 1000, height: 1000 });
    for (let count = 0; count < 4; count++)
      (await RawClient.open(test, server, { reads: false })).get("/movies/dots.ppm?loop=1&priority=0");
    await until(() => server.playbacks.list().length === 4, "four playbacks");
    assert.deepEqual((await ask(server, "/movies/dots.ppm?priority=200")).body, Buffer.concat(frames));
    assert.deepEqual((await ask(server, "/movies/dots/frames/2.ppm?priority=200")).body, frames[1]);
  });

  it("are closed when their client takes nothing for too long", async (test) => {
    const { server } = await serveDots(
      test,
      5,
      { width: 1000, height: 1000 },
      {
        stallTimeout: 1000 as Settings["stallTimeout"],
      },
    );
    const client = (await RawClient.open(test, server, { reads: false })).get("/movies/dots.ppm?loop=1");
    await until(() => server.playbacks.list().length === 1, "a playback");
    await untilNothingIsHeld(server);
    client.socket.resume();
    assert.equal(await client.ended(), "reset");
  });
});

describe("what goes wrong", () => {
  it("before the first frame is a problem", async (test) => {
    const { server } = await serveDots(test);
    const requests: [path: string, status: number, code: string][] = [
      ["/movies/none.ppm", 404, "MOVIE_NOT_FOUND"],
      ["/movies/dots.ppm?from=9", 422, "RANGE_INVALID"],
      ["/movies/dots.ppm?fps=0", 400, "RATE_INVALID"],
      ["/movies/dots.ppm?fps=1001", 400, "RATE_INVALID"],
      ["/movies/dots.ppm?contract=most", 400, "OPTION_INVALID"],
      ["/movies/dots.ppm?loop=yes", 400, "OPTION_INVALID"],
      ["/movies/dots.ppm?rev=1", 400, "OPTION_INVALID"],
      ["/movies/dots.gif", 404, "MOVIE_NOT_FOUND"],
    ];
    for (const [path, status, code] of requests) {
      const problem = await askProblem(server, path);
      assert.deepEqual([problem.status, problem.code], [status, code], path);
    }
  });

  it("with the very first frame is one, too", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", [2, 3]);
    writeBroken(join(folder, "dots1.ppm"));
    const server = await serve(test, folder);
    assert.equal((await askProblem(server, "/movies/dots.ppm")).code, "FRAME_CORRUPT");
  });

  // Half a picture must not look like a whole movie: the body's end is missing.
  it("behind it cuts the connection after a whole frame, and the receipt says why", async (test) => {
    const folder = makeFolder(test);
    const frames = writeMovie(folder, "gaps", [1, 2, 5]);
    const server = await serve(test, folder);
    const codes: (string | undefined)[] = [];
    test.after(events.playbackEnded.subscribe(({ code }) => codes.push(code)));
    const client = (await RawClient.open(test, server)).get("/movies/gaps.ppm");
    await client.ended();
    const body = bodyOf(client.received);
    assert.ok(!client.text.endsWith("0\r\n\r\n"), "the body ends as if it were whole");
    assert.deepEqual(
      unchunked(Buffer.concat([body, Buffer.from("0\r\n\r\n")])),
      Buffer.concat(frames.slice(0, 2)),
    );
    assert.deepEqual(codes, ["FRAME_MISSING"]);
    const [, id = ""] = /mutoscope-playback: (\S+)/i.exec(client.text) ?? [];
    assert.equal(server.playbacks.receiptOf(id)?.receipt.sent, 2);
    await untilNothingIsHeld(server);
  });

  it("cuts an HTTP/1.0 connection so that it does not look like an end", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "gaps", [1, 2, 5]);
    const server = await serve(test, folder);
    const client = (await RawClient.open(test, server)).get("/movies/gaps.ppm", [], "1.0");
    assert.equal(await client.ended(), "reset");
  });
});

describe("a server that closes", () => {
  it("finishes the frame under way, cuts playbacks, and takes no more requests", async (test) => {
    const { server } = await serveDots(test, 5, {}, { shutdown: 5000 as Settings["shutdown"] });
    const client = (await RawClient.open(test, server)).get("/movies/dots.ppm?loop=1&fps=50");
    await client.until(/HTTP.*P6/s);
    const codes: (string | undefined)[] = [];
    test.after(events.playbackEnded.subscribe(({ code }) => codes.push(code)));
    const idle = await RawClient.open(test, server);
    await server.close();
    await client.ended();
    await idle.ended();
    assert.deepEqual(codes, ["SERVER_CLOSING"]);
    assert.equal(server.held().connections, 0);
  });
});
