import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, describe, it } from "node:test";
import type { RunningServer } from "../../src/main.ts";
import { within } from "./deadline.ts";
import { makeFolder, picture, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { runTool } from "./tool.ts";
import { RawClient, ask, urlOf } from "./web.ts";

async function serveDots(test: TestContext, count = 5, size = {}): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeMovie(folder, "dots", upTo(count), size);
  return serve(test, folder);
}

/** What ffmpeg finds when it reads a URL to its end: raw pictures in RGB, one behind the other. */
function decode(url: string, args: readonly string[]): Promise<Buffer> {
  return runTool("ffmpeg", ["-v", "error", ...args, "-i", url, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]);
}

/** The parts of a body of pictures that replace each other. */
function partsOf(body: Buffer, contentType: string): { head: string; picture: Buffer }[] {
  const [, boundary = assert.fail("no boundary")] = /boundary=(\S+)$/.exec(contentType) ?? [];
  const [first = "", ...rest] = body.toString("latin1").split(`--${boundary}`);
  assert.equal(first, "");
  assert.equal(rest.at(-1), "--\r\n");
  return rest.slice(0, -1).map((part) => {
    const end = part.indexOf("\r\n\r\n");
    const picture = Buffer.from(part.slice(end + 4).replace(/\r\n$/, ""), "latin1");
    return { head: part.slice(2, end), picture };
  });
}

describe("a movie as .mjpeg", () => {
  it("is JPEG pictures that replace each other, each of which names its frame", async (test) => {
    const server = await serveDots(test);
    const { headers, body } = await ask(server, "/movies/dots.mjpeg?contract=all&from=2&to=4");
    const type = headers.get("content-type") ?? "";
    assert.match(type, /^multipart\/x-mixed-replace; boundary=/);
    const parts = partsOf(body, type);
    assert.deepEqual(
      parts.map(({ picture: { length } }) => length > 100),
      [true, true, true],
    );
    for (const [message, { head, picture: bytes }] of parts.entries()) {
      assert.equal(head, `Content-Type: image/jpeg\r\nMutoscope-Message: ${message}`);
      assert.match(
        bytes.toString("latin1"),
        new RegExp(`mutoscope: frame ${message + 2}, message ${message}`),
      );
      const single = await ask(server, `/movies/dots/frames/${message + 2}.jpg`);
      assert.deepEqual(await runTool("jpegtopnm", [], bytes), await runTool("jpegtopnm", [], single.body));
    }
  });

  // Chrome shows a part when the next one's head has come: a frame must not wait for the one after it.
  it("sends the head of the next part right behind a picture", async (test) => {
    const server = await serveDots(test);
    const client = (await RawClient.open(test, server)).get(
      "/movies/dots.mjpeg?fps=1/5&contract=all",
      [],
      "1.0",
    );
    await client.until(/Mutoscope-Message: 1\r\n\r\n$/);
  });

  it("is paced when nothing is said, and is read by ffmpeg", async (test) => {
    const server = await serveDots(test, 12);
    const started = performance.now();
    const raw = await decode(urlOf(server, "/movies/dots.mjpeg?fps=40&contract=all"), ["-f", "mpjpeg"]);
    assert.equal(raw.length, 12 * 16 * 12 * 3);
    assert.ok(performance.now() - started > 11 * 25, "it came faster than its rate");
    const { headers } = await ask(server, "/movies/dots.mjpeg?fps=100");
    const known = server.playbacks.receiptOf(headers.get("mutoscope-playback") ?? "");
    assert.equal(known?.receipt.contract, "paced");
  });

  // A page that is left closes its connection, perhaps only its half: nobody watches any more.
  it("ends with its client", async (test) => {
    const server = await serveDots(test);
    const client = (await RawClient.open(test, server)).get("/movies/dots.mjpeg?loop=1");
    await client.until(/Mutoscope-Message: 2/);
    client.socket.end();
    await within(client.ended(), "the end");
    assert.deepEqual(server.playbacks.list(), []);
  });
});

describe("a movie as .y4m", () => {
  it("is the pictures that ffmpeg makes of the files, one for each frame", async (test) => {
    const server = await serveDots(test, 4);
    const { headers, body } = await ask(server, "/movies/dots.y4m");
    assert.equal(headers.get("content-type"), "video/x-yuv4mpeg2");
    assert.match(body.subarray(0, 80).toString("latin1"), /^YUV4MPEG2 W16 H12 F24:1 /);
    const raw = await decode(urlOf(server, "/movies/dots.y4m"), ["-f", "yuv4mpegpipe"]);
    const frame = 16 * 12 * 3;
    assert.equal(raw.length, 4 * frame);
    for (const number of upTo(4)) {
      const found = raw.subarray((number - 1) * frame, number * frame);
      // Eight bits of luma and colour do not give back every value, but none is off by more than rounding.
      assert.ok(
        found.every((value) => Math.abs(value - number) <= 2),
        `frame ${number}`,
      );
    }
  });

  it("says the rate of the movie, or the one asked for", async (test) => {
    const server = await serveDots(test, 2);
    const { body } = await ask(server, "/movies/dots.y4m?fps=30000/1001&to=1");
    assert.match(body.toString("latin1"), /^YUV4MPEG2 W16 H12 F30000:1001 /);
  });

  // The format says the size once: another one would be read as the same, shifted.
  it("is cut where a frame has another size", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", [1, 2]);
    writeFileSync(join(folder, "dots3.ppm"), picture(3, { width: 20, height: 10 }));
    const server = await serve(test, folder);
    const client = (await RawClient.open(test, server)).get("/movies/dots.y4m");
    await client.ended();
    assert.ok(!client.text.endsWith("0\r\n\r\n"));
    const [, id = ""] = /mutoscope-playback: (\S+)/i.exec(client.text) ?? [];
    assert.equal(server.playbacks.receiptOf(id)?.receipt.sent, 2);
  });
});

async function curl(args: readonly string[]): Promise<{ status: number | null; out: Buffer }> {
  const child = spawn("curl", ["-s", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const out = await within(buffer(child.stdout), "curl", 30_000);
  return { status: child.exitCode ?? (await new Promise((resolve) => child.once("close", resolve))), out };
}

// What people type first.
describe("curl", () => {
  it("gets a frame, resumes a download, and asks whether it has changed", async (test) => {
    const server = await serveDots(test);
    const url = urlOf(server, "/movies/dots/frames/3.ppm");
    assert.deepEqual((await curl([url])).out, picture(3));
    assert.deepEqual((await curl(["-r", "100-", url])).out, picture(3).subarray(100));
    const folder = makeFolder(test);
    const [file, tag] = [join(folder, "f.ppm"), join(folder, "tag")];
    await curl(["--etag-save", tag, "-o", file, url]);
    const again = await curl(["--etag-compare", tag, "-o", file, "-w", "%{http_code}", url]);
    assert.equal(again.out.toString(), "304");
    assert.match(
      (await curl(["-I", url])).out.toString(),
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*Content-Length: \d+/,
    );
    assert.equal((await curl(["-f", urlOf(server, "/movies/dots/frames/9.ppm")])).status, 22);
  });

  it("gets a whole movie, and fails when it was cut", async (test) => {
    const server = await serveDots(test);
    const whole = await curl([urlOf(server, "/movies/dots.ppm")]);
    assert.deepEqual(whole, { status: 0, out: Buffer.concat(upTo(5).map((number) => picture(number))) });
    const folder = makeFolder(test);
    writeMovie(folder, "gaps", [1, 2, 5]);
    const other = await serve(test, folder);
    // 18: the body is shorter than it was to be.
    assert.equal((await curl([urlOf(other, "/movies/gaps.ppm")])).status, 18);
  });
});
