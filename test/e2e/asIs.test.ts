import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import sharp from "sharp";
import type { RunningServer } from "../../src/main.ts";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";
import { ask, askProblem } from "./web.ts";
import { WebViewer } from "./webViewer.ts";

const SIZE = { width: 61, height: 43 } as const;

/** A movie of files in one format, as a camera or a renderer writes them. */
async function serveFiles(test: TestContext, format: "jpeg" | "png" | "webp") {
  const folder = makeFolder(test);
  const files: Buffer[] = [];
  for (const number of upTo(3)) {
    const samples = Buffer.from(
      Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, at) => (at * number * 7) % 251),
    );
    const picture = sharp(samples, { raw: { ...SIZE, channels: 3 } });
    files.push(await picture.toFormat(format, { quality: 63 }).toBuffer());
    writeFileSync(join(folder, `sw.${number}.${format}`), files.at(-1) ?? "");
  }
  const server: RunningServer = await serve(test, folder);
  return { server, files };
}

/** A picture without its comments: two bytes of marker, two of length, and the text. */
function withoutComment(picture: Buffer): Buffer {
  const at = picture.indexOf(Buffer.from([0xff, 0xfe]));
  assert.ok(at >= 0, "no comment");
  return Buffer.concat([picture.subarray(0, at), picture.subarray(at + 2 + picture.readUInt16BE(at + 2))]);
}

// What needs no conversion is passed through: a second encoding loses a little, and costs much.
describe("a movie of files that are what is asked for", () => {
  for (const [format, extension] of [
    ["jpeg", "jpg"],
    ["png", "png"],
    ["webp", "webp"],
  ] as const) {
    it(`gives its ${extension} files byte for byte, by HTTP and WebSocket`, async (test) => {
      const { server, files } = await serveFiles(test, format);
      const viewer = await WebViewer.open(test, server);
      viewer.play({ rendition: { format, width: 1280 } });
      await viewer.next("receipt");
      for (const [index, file] of files.entries()) {
        const { body, headers } = await ask(server, `/movies/sw/frames/${index + 1}.${extension}`);
        assert.ok(body.equals(file), `frame ${index + 1}`);
        assert.equal(headers.get("content-type"), `image/${format}`);
        const { bytes = new Uint8Array(), header } = viewer.frames[index] ?? assert.fail("no frame");
        assert.ok(Buffer.from(bytes).equals(file));
        assert.deepEqual([header.format, header.width, header.height], [format, SIZE.width, SIZE.height]);
      }
    });
  }

  it("gives another picture where a width or a quality is asked for", async (test) => {
    const { server, files } = await serveFiles(test, "jpeg");
    for (const query of ["width=30", "quality=80", "levels=0,128", "exposure=1"]) {
      const { body } = await ask(server, `/movies/sw/frames/2.jpg?${query}`);
      assert.ok(!body.equals(files[1] ?? body), query);
    }
    assert.equal((await askProblem(server, "/movies/sw/frames/2.jpg?quality=0")).code, "RENDITION_INVALID");
  });

  // The comment goes into the file's own bytes: they are the same to every decoder, and all there.
  it("gives its files with a comment in them as .mjpeg", async (test) => {
    const { server, files } = await serveFiles(test, "jpeg");
    const { body, headers } = await ask(server, "/movies/sw.mjpeg?contract=all&fps=200");
    const [, boundary = assert.fail()] = /boundary=(\S+)$/.exec(headers.get("content-type") ?? "") ?? [];
    const parts = body.toString("latin1").split(`--${boundary}`).slice(1, -1);
    assert.equal(parts.length, files.length);
    for (const [index, part] of parts.entries()) {
      const text = part.slice(part.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, "");
      const picture = Buffer.from(text, "latin1");
      assert.match(text, new RegExp(`mutoscope: frame ${index + 1}, message ${index}`));
      assert.ok(withoutComment(picture).equals(files[index] ?? picture), `frame ${index + 1}`);
    }
  });
});
