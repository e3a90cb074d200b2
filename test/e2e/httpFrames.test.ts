import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import { bestPriorities } from "../../src/base/addressBlocks.ts";
import { type Receipt, events } from "../../src/base/events.ts";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { until } from "./deadline.ts";
import { makeFolder, picture, upTo, writeBroken, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { runTool } from "./tool.ts";
import { ask, askProblem } from "./web.ts";

type Served = { server: RunningServer; frames: Buffer[]; folder: string };

async function serveDots(test: TestContext, settings: Partial<Settings> = {}): Promise<Served> {
  const folder = makeFolder(test);
  const frames = writeMovie(folder, "dots", upTo(5));
  return { server: await serve(test, folder, settings), frames, folder };
}

const DOTS = "/movies/dots/frames";

describe("a frame by its number", () => {
  // "Each exactly the frame asked for": what needs no conversion is the file, byte for byte.
  it("is the file itself as .ppm, and names itself", async (test) => {
    const { server, frames } = await serveDots(test);
    for (const number of [1, 3, 5]) {
      const { status, headers, body } = await ask(server, `${DOTS}/${number}.ppm`);
      assert.equal(status, 200);
      assert.deepEqual(body, frames[number - 1]);
      assert.equal(headers.get("mutoscope-frame"), String(number));
      assert.equal(headers.get("content-type"), "image/x-portable-anymap");
      assert.equal(headers.get("content-length"), String(body.length));
      assert.equal(headers.get("x-content-type-options"), "nosniff");
    }
  });

  // A page that shows "the newest" must know which one that was.
  it("is the newest one as `last`, and says which", async (test) => {
    const { server, frames } = await serveDots(test);
    const { headers, body } = await ask(server, `${DOTS}/last.ppm`);
    assert.equal(headers.get("mutoscope-frame"), "5");
    assert.deepEqual(body, frames[4]);
  });

  // Frame numbers are those in the files' names, and some begin below zero.
  it("may be negative", async (test) => {
    const folder = makeFolder(test);
    const bytes = picture(9);
    writeFileSync(join(folder, "shot.-3.ppm"), bytes);
    writeFileSync(join(folder, "shot.4.ppm"), picture(4));
    const server = await serve(test, folder);
    assert.deepEqual((await ask(server, "/movies/shot/frames/-3.ppm")).body, bytes);
  });

  it("is the same pixels in the lossless format that a browser shows", async (test) => {
    const { server, frames } = await serveDots(test);
    const { headers, body } = await ask(server, `${DOTS}/2.png`);
    assert.equal(headers.get("content-type"), "image/png");
    assert.deepEqual(await runTool("pngtopnm", [], body), frames[1]);
  });

  // One URL for all clients: an `<img>` gets what it can show, a program what it can read.
  it("comes in the format that the client prefers where the path says none", async (test) => {
    const { server } = await serveDots(test);
    const kinds: [accept: string, type: string][] = [
      ["*/*", "image/png"],
      ["image/jpeg", "image/jpeg"],
      ["image/webp,image/png;q=0.5", "image/webp"],
      ["image/x-portable-anymap", "image/x-portable-anymap"],
    ];
    for (const [accept, type] of kinds) {
      const { headers } = await ask(server, `${DOTS}/2`, { headers: { accept } });
      assert.equal(headers.get("content-type"), type);
      assert.equal(headers.get("vary"), "Accept");
    }
    const refused = await askProblem(server, `${DOTS}/2`, { headers: { accept: "text/html" } });
    assert.equal(refused.code, "NOT_ACCEPTABLE");
    assert.equal(refused.status, 406);
  });

  it("is as wide as asked", async (test) => {
    const { server } = await serveDots(test);
    const { body } = await ask(server, `${DOTS}/2.png?width=8`);
    assert.match((await runTool("pamfile", ["-"], await runTool("pngtopnm", [], body))).toString(), /8 by 6/);
  });

  // A picture shown on somebody's page is not a picture read by it.
  it("may be shown by pages of any origin", async (test) => {
    const { server } = await serveDots(test);
    const { headers } = await ask(server, `${DOTS}/2.png`);
    assert.equal(headers.get("cross-origin-resource-policy"), "cross-origin");
    assert.equal(headers.get("access-control-allow-origin"), null);
  });
});

describe("a client that has the frame already", () => {
  it("is told so by its strong tag, and sent nothing", async (test) => {
    const { server } = await serveDots(test);
    const first = await ask(server, `${DOTS}/2.ppm`);
    const tag = first.headers.get("etag") ?? "";
    assert.match(tag, /^"[\w-]{22}"$/);
    for (const header of [tag, `"other", ${tag}`, `W/${tag}`, "*"]) {
      const { status, body, headers } = await ask(server, `${DOTS}/2.ppm`, {
        headers: { "if-none-match": header },
      });
      assert.equal(status, 304, header);
      assert.equal(body.length, 0);
      assert.equal(headers.get("etag"), tag);
    }
    assert.equal((await ask(server, `${DOTS}/3.ppm`, { headers: { "if-none-match": tag } })).status, 200);
  });

  // Another encoding is another representation: one tag for both would mix their bytes in a cache.
  it("has another tag for another rendition", async (test) => {
    const { server } = await serveDots(test);
    const paths = ["2.ppm", "2.png", "2.jpg", "2.jpg?quality=20", "2.png?width=8"];
    const tags = await Promise.all(
      paths.map(async (path) => (await ask(server, `${DOTS}/${path}`)).headers.get("etag")),
    );
    assert.equal(new Set(tags).size, paths.length);
  });

  // Frames are written again while a shot is being made; what a cache keeps for ever must never be wrong.
  it("may keep a revision for ever, which is gone when the frame is written anew", async (test) => {
    const { server, folder } = await serveDots(test, {
      watch: "poll",
      pollInterval: 100 as Settings["pollInterval"],
    });
    const { headers } = await ask(server, `${DOTS}/2.ppm`);
    assert.equal(headers.get("cache-control"), "no-cache");
    const location = headers.get("content-location") ?? "";
    assert.match(location, /^\/movies\/dots\/frames\/2\.ppm\?rev=[0-9a-z]+-1$/);
    const kept = await ask(server, location);
    assert.equal(kept.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.equal(kept.headers.get("content-location"), location);
    writeFileSync(join(folder, "dots2.ppm"), picture(77));
    await until(async () => (await ask(server, location)).status === 410, "the revision to be gone");
    assert.equal((await askProblem(server, location)).code, "REVISION_GONE");
    assert.deepEqual((await ask(server, `${DOTS}/2.ppm`)).body, picture(77));
    // Another run of the server counts from 1 again, and must not be taken for this one.
    assert.equal((await askProblem(server, `${DOTS}/3.ppm?rev=other-1`)).code, "REVISION_GONE");
  });
});

describe("parts of a frame", () => {
  it("are cut from exactly the bytes of the whole", async (test) => {
    const { server, frames } = await serveDots(test);
    const whole = frames[1] ?? assert.fail();
    const ranges: [range: string, from: number, to: number][] = [
      ["bytes=0-0", 0, 0],
      ["bytes=10-19", 10, 19],
      ["bytes=-7", whole.length - 7, whole.length - 1],
      ["bytes=100-", 100, whole.length - 1],
      ["bytes=5-99999999", 5, whole.length - 1],
    ];
    for (const [range, from, to] of ranges) {
      const { status, headers, body } = await ask(server, `${DOTS}/2.ppm`, { headers: { range } });
      assert.equal(status, 206, range);
      assert.equal(headers.get("content-range"), `bytes ${from}-${to}/${whole.length}`);
      assert.deepEqual(body, whole.subarray(from, to + 1));
    }
  });

  it("are refused when there are none, and are the whole when the field is not understood", async (test) => {
    const { server, frames } = await serveDots(test);
    const none = await ask(server, `${DOTS}/2.ppm`, { headers: { range: "bytes=9999999-" } });
    assert.equal(none.status, 416);
    assert.equal(none.headers.get("content-range"), `bytes */${frames[1]?.length}`);
    for (const range of ["lines=1-2", "bytes=5", "bytes=0-1,4-5", "nonsense"]) {
      const { status, body } = await ask(server, `${DOTS}/2.ppm`, { headers: { range } });
      assert.equal(status, 200, range);
      assert.deepEqual(body, frames[1]);
    }
  });

  // A download that is resumed after the frame changed would be put together from two pictures.
  it("count only for the tag that If-Range names", async (test) => {
    const { server } = await serveDots(test);
    const tag = (await ask(server, `${DOTS}/2.ppm`)).headers.get("etag") ?? "";
    const status = async (ifRange: string): Promise<number> =>
      (await ask(server, `${DOTS}/2.ppm`, { headers: { range: "bytes=0-4", "if-range": ifRange } })).status;
    assert.equal(await status(tag), 206);
    assert.equal(await status('"other"'), 200);
    assert.equal(await status(`W/${tag}`), 200);
  });
});

describe("HEAD of a frame", () => {
  it("has the head of GET and no body", async (test) => {
    const { server } = await serveDots(test);
    for (const path of ["2.ppm", "2.jpg"]) {
      const get = await ask(server, `${DOTS}/${path}`);
      const head = await ask(server, `${DOTS}/${path}`, { method: "HEAD" });
      assert.equal(head.status, 200);
      assert.equal(head.body.length, 0);
      for (const name of ["etag", "content-length", "content-type", "cache-control", "mutoscope-frame"])
        assert.equal(head.headers.get(name), get.headers.get(name), name);
    }
    assert.equal((await ask(server, `${DOTS}/9.ppm`, { method: "HEAD" })).status, 404);
  });
});

async function serveHoles(test: TestContext): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeMovie(folder, "gaps", [1, 2, 5]);
  return serve(test, folder);
}

describe("a frame that is missing", () => {
  it("is not there, and the answer says which ones are", async (test) => {
    const server = await serveHoles(test);
    assert.equal((await askProblem(server, "/movies/gaps/frames/3.ppm")).code, "FRAME_MISSING");
    const beyond = await askProblem(server, "/movies/gaps/frames/9.ppm");
    assert.equal(beyond.code, "FRAME_NOT_FOUND");
    assert.match(beyond.detail, /frames 1 to 5/);
    assert.equal((await askProblem(server, "/movies/gaps/frames/3.ppm?missing=skip")).code, "FRAME_MISSING");
  });

  // Law 8: what stands in is always marked as such.
  it("is stood in for where that is asked for, and marked", async (test) => {
    const server = await serveHoles(test);
    for (const policy of ["hold", "black"]) {
      const { status, headers, body } = await ask(server, `/movies/gaps/frames/3.ppm?missing=${policy}`);
      assert.equal(status, 200);
      assert.equal(headers.get("mutoscope-substitute"), policy);
      assert.equal(headers.get("mutoscope-frame"), "3");
      assert.match(headers.get("etag") ?? "", /^W\//);
      assert.match(body.toString("latin1"), new RegExp(`stands in for 3 \\(${policy}\\)`));
    }
  });
});

describe("a playback of one frame", () => {
  // The promise: every response of a playback names it, and its receipt can be read afterwards.
  it("is named, has a receipt, and says where the time went", async (test) => {
    const { server, frames } = await serveDots(test);
    const { headers } = await ask(server, `${DOTS}/2.ppm`);
    const id = headers.get("mutoscope-playback") ?? assert.fail("no playback is named");
    const known = server.playbacks.receiptOf(id);
    assert.equal(known?.receipt.sent, 1);
    assert.equal(known.receipt.first, 2);
    assert.equal(known.receipt.bytes, frames[1]?.length);
    assert.match(headers.get("server-timing") ?? "", /^total;dur=[\d.]+(, [a-z]+;dur=[\d.]+)*$/);
  });

  // Law 9, and RFC 9218: the field is honoured, the query goes before it, and nobody gets more than he may.
  it("has the priority wished for or the best to be had, and is told which it is not", async (test) => {
    const best = bestPriorities.parse("loopback=2") ?? assert.fail();
    const { server } = await serveDots(test, { bestPriority: best });
    const wishes: [query: string, field: string | undefined, priority: number, wished: string | null][] = [
      ["", undefined, 3, null],
      ["", "u=5", 5, null],
      ["", "u=1, i", 2, "1"],
      ["", "u=9", 3, null],
      ["", "nonsense=((", 3, null],
      ["?priority=200", "u=1", 200, null],
      ["?priority=0", undefined, 2, "0"],
    ];
    for (const [query, field, priority, wished] of wishes) {
      const receipt = new Promise<Receipt>((resolve) => {
        const stop = events.playbackEnded.subscribe((event) => {
          stop();
          resolve(event.receipt);
        });
      });
      const { headers } = await ask(server, `${DOTS}/2.ppm${query}`, {
        headers: field === undefined ? {} : { priority: field },
      });
      assert.equal((await receipt).priority, priority, `${query} ${field}`);
      assert.equal(headers.get("mutoscope-priority-wished"), wished);
    }
  });

  it("that cannot be made is a problem with the frame's own code", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", [1, 2, 3]);
    writeBroken(join(folder, "dots2.ppm"));
    const server = await serve(test, folder);
    const { code, status } = await askProblem(server, `${DOTS}/2.ppm`);
    assert.equal(`${status} ${code}`, "500 FRAME_CORRUPT");
  });
});

describe("what is wrong with a request for a frame", () => {
  it("is said with a code and what was expected", async (test) => {
    const { server } = await serveDots(test);
    const requests: [path: string, status: number, code: string, detail: RegExp][] = [
      ["/movies/dotz/frames/2", 404, "MOVIE_NOT_FOUND", /did you mean "dots"/],
      [`${DOTS}/two.png`, 400, "FRAME_NUMBER_INVALID", /"two"/],
      [`${DOTS}/1e3.png`, 400, "FRAME_NUMBER_INVALID", /"1e3"/],
      [`${DOTS}/2.gif`, 400, "RENDITION_INVALID", /\.gif/],
      [`${DOTS}/2.png?width=0`, 400, "RENDITION_INVALID", /1 to 65535/],
      [`${DOTS}/2.png?width=99999999`, 400, "RENDITION_INVALID", /1 to 65535/],
      [`${DOTS}/2.png?qualit=3`, 400, "OPTION_INVALID", /"qualit", expected perhaps "quality"/],
      [`${DOTS}/2.png?width=3&width=4`, 400, "OPTION_INVALID", /width 2 times/],
      [`${DOTS}/2.png?priority=256`, 400, "PRIORITY_INVALID", /0 to 255/],
      [`${DOTS}/2.png?missing=maybe`, 400, "OPTION_INVALID", /error, hold, black, skip/],
      [`${DOTS}/2.png?__proto__=1`, 400, "OPTION_INVALID", /__proto__/],
      [`${DOTS}/2.png?constructor=1`, 400, "OPTION_INVALID", /constructor/],
    ];
    for (const [path, status, code, detail] of requests) {
      const problem = await askProblem(server, path);
      assert.deepEqual([problem.status, problem.code], [status, code], path);
      assert.match(problem.detail, detail);
    }
  });
});
