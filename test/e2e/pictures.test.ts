import assert from "node:assert/strict";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import sharp from "sharp";
import { drawFrame } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { checkReceipt, markOf, unmarked } from "./receipt.ts";
import { serve } from "./server.ts";
import { runTool } from "./tool.ts";
import { type FrameItem, Viewer, bytesOf } from "./viewer.ts";

const SIZE = { width: 61, height: 43 };

/** Random samples: what a decoder rounds or shifts shows. */
function noise(bytes: number, seed: number): Buffer {
  let state = seed;
  return Buffer.from(
    Array.from({ length: bytes }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
}

function write(folder: string, files: Readonly<Record<string, Uint8Array>>): void {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
}

/** All that is sent to a client that asks for the movie and for nothing more. */
async function watch(test: TestContext, port: number, movie: string): Promise<Buffer> {
  const viewer = await Viewer.open(test, port);
  return bytesOf((await viewer.send(`a:1:start_movie:${movie}\n`).closeHalf().rest()).items);
}

describe("a movie of netpbm files", () => {
  // Depth and comments carry measurements and provenance: neither is ours to change.
  it("is sent byte for byte: P5 and P6, 8 and 16 bits, comments and white space", async (test) => {
    const folder = makeFolder(test);
    const pixels = SIZE.width * SIZE.height;
    const files = {
      "deep1.ppm": Buffer.concat([Buffer.from("P6\n61 43\n65535\n"), noise(6 * pixels, 1)]),
      "deep2.ppm": Buffer.concat([
        Buffer.from("P6 # lens 2\n61\t43\r\n# exposed 3 s\n1023\n"),
        noise(6 * pixels, 2),
      ]),
      "deep3.ppm": Buffer.concat([Buffer.from("P6\n#\n#\n61 43 256 "), noise(6 * pixels, 3)]),
      "grey1.pgm": Buffer.concat([Buffer.from("P5\n61 43\n255\n"), noise(pixels, 4)]),
      "grey2.pgm": Buffer.concat([
        Buffer.from("P5\n# mutoscope: not ours\n61 43\n65535\n"),
        noise(2 * pixels, 5),
      ]),
      "grey3.pgm": Buffer.concat([Buffer.from("P5 61 43 1\n"), Buffer.alloc(pixels, 1)]),
    };
    write(folder, files);
    const { classic } = await serve(test, folder);
    const deep = [files["deep1.ppm"], files["deep2.ppm"], files["deep3.ppm"]];
    const grey = [files["grey1.pgm"], files["grey2.pgm"], files["grey3.pgm"]];
    assert.ok((await watch(test, classic.port, "deep")).equals(Buffer.concat(deep)));
    assert.ok((await watch(test, classic.port, "grey")).equals(Buffer.concat(grey)));
  });

  // Some writers pad their files: what is no picture must not stand between two.
  it("is sent without what follows the raster in its files", async (test) => {
    const folder = makeFolder(test);
    const frames = upTo(3).map((number) => drawFrame(number, SIZE));
    for (const [index, frame] of frames.entries()) {
      writeFileSync(join(folder, `pad${index}.ppm`), Buffer.concat([frame, Buffer.alloc(index * 1000, 80)]));
    }
    const { classic } = await serve(test, folder);
    assert.ok((await watch(test, classic.port, "pad")).equals(Buffer.concat(frames)));
  });
});

describe("a movie of PNG and JPEG files", () => {
  // A viewer on the network and netpbm's own programs on the disk must show the same picture.
  it("is sent as what netpbm's decoders make of its files", async (test) => {
    const folder = makeFolder(test);
    const { width, height } = SIZE;
    const colours = { raw: { width, height, channels: 3 } } as const;
    const greys = { raw: { width, height, channels: 1 } } as const;
    const drawn = upTo(3).map((number) => drawFrame(number, SIZE).subarray(-3 * width * height));
    const files: Record<string, Uint8Array> = {};
    for (const [index, raster] of drawn.entries()) {
      files[`png${index}.png`] = await sharp(raster, colours).png().toBuffer();
      files[`jpeg${index}.jpg`] = await sharp(raster, colours).jpeg({ quality: 80 }).toBuffer();
      files[`grey${index}.png`] = await sharp(raster.subarray(0, width * height), greys)
        .png()
        .toBuffer();
    }
    write(folder, files);
    const { classic } = await serve(test, folder);
    for (const [movie, extension, decoder] of [
      ["png", "png", "pngtopnm"],
      ["jpeg", "jpg", "jpegtopnm"],
      ["grey", "png", "pngtopnm"],
    ] as const) {
      const names = [0, 1, 2].map((index) => `${movie}${index}.${extension}`);
      const decoded = await Promise.all(
        names.map((name) => runTool(decoder, movie === "jpeg" ? ["-dct", "int"] : [], files[name])),
      );
      assert.ok((await watch(test, classic.port, movie)).equals(Buffer.concat(decoded)), movie);
    }
  });
});

describe("a movie of TIFF and WebP files, and of netpbm as text", () => {
  // What is written without loss arrives without loss, as the kind of file that every client reads.
  it("is sent as the samples that were written", async (test) => {
    const folder = makeFolder(test);
    const { width, height } = SIZE;
    const drawn = upTo(3).map((number) => drawFrame(number, SIZE));
    const files: Record<string, Uint8Array> = {};
    for (const [index, frame] of drawn.entries()) {
      const raster = frame.subarray(-3 * width * height);
      const picture = sharp(raster, { raw: { width, height, channels: 3 } });
      files[`tiff${index}.tif`] = await picture.clone().tiff({ compression: "lzw" }).toBuffer();
      files[`open${index}.tiff`] = await picture.clone().tiff({ compression: "none" }).toBuffer();
      files[`webp${index}.webp`] = await picture.clone().webp({ lossless: true }).toBuffer();
      files[`text${index}.ppm`] = Buffer.from(`P3\n${width} ${height}\n255\n${raster.join(" ")}\n`);
    }
    write(folder, files);
    const { classic } = await serve(test, folder);
    for (const movie of ["tiff", "open", "webp", "text"])
      assert.ok((await watch(test, classic.port, movie)).equals(Buffer.concat(drawn)), movie);
  });
});

/** A movie of the frames 2, 3, 6 and 8, of which the sixth is torn. */
async function serveHoles(test: TestContext): Promise<{ port: number; frames: ReadonlyMap<number, Buffer> }> {
  const folder = makeFolder(test);
  const frames = new Map([2, 3, 6, 8].map((number) => [number, drawFrame(number, SIZE)]));
  for (const [number, bytes] of frames) {
    const path = join(folder, `holes${number}.ppm`);
    writeFileSync(path, number === 6 ? bytes.subarray(0, 1000) : bytes);
    // One that has just been written might still get its end, and would be waited for.
    utimesSync(path, 1, 1);
  }
  const { classic } = await serve(test, folder);
  return { port: classic.port, frames };
}

async function watchHoles(test: TestContext, port: number, options: string) {
  const viewer = await Viewer.open(test, port);
  return viewer.send(`a:1:start_movie:holes:tagged${options}\n`);
}

/** `number`, or what stands in for it. */
function describeFrames(frames: readonly FrameItem[]): string[] {
  return frames.map(
    ({ tag, bytes }) => `${tag?.frame}${markOf(bytes) === undefined ? "" : `: ${markOf(bytes)}`}`,
  );
}

describe("a movie with holes", () => {
  // The default: evidence with a gap in it is not evidence, and must not look like it.
  it("ends at the first one with its error and a receipt, and the connection stays", async (test) => {
    const { port, frames } = await serveHoles(test);
    for (const options of ["", ":missing=error"]) {
      const viewer = await watchHoles(test, port, options);
      const sent = await viewer.frames(2);
      assert.equal(await viewer.error(), "FRAME_MISSING");
      const { end } = await viewer.epoch();
      checkReceipt({ frames: sent, end });
      assert.equal(end.missing, 1);
      viewer.send("a:1:seek_movie:holes:6:0:tagged\n");
      assert.equal(await viewer.error(), "FRAME_TRUNCATED");
      assert.equal((await viewer.epoch()).end.sent, 0);
      viewer.send("a:1:seek_movie:holes:8:0:tagged\n");
      assert.ok((await viewer.frame()).bytes.every((byte, at) => byte === frames.get(8)?.[at]));
    }
  });

  // People who watch prefer the last picture to none; a program that measures must be able to tell.
  it("shows the nearest frame before under missing=hold, marked by a comment and a flag", async (test) => {
    const { port, frames } = await serveHoles(test);
    const played = await (await watchHoles(test, port, ":missing=hold")).epoch();
    checkReceipt(played);
    assert.deepEqual(describeFrames(played.frames), [
      "2",
      "3",
      ...[4, 5, 6, 7].map((number) => `${number}: frame 3 stands in for ${number} (hold)`),
      "8",
    ]);
    const shown = [2, 3, 3, 3, 3, 3, 8].map((number) => frames.get(number));
    for (const [index, { bytes }] of played.frames.entries()) {
      assert.deepEqual(Buffer.from(unmarked(bytes)), shown[index]);
    }
    assert.deepEqual([played.end.missing, played.end.skipped], [4, 0]);
  });

  it("shows black ones of the same size under missing=black, marked likewise", async (test) => {
    const { port, frames } = await serveHoles(test);
    const played = await (await watchHoles(test, port, ":missing=black")).epoch();
    checkReceipt(played);
    assert.deepEqual(describeFrames(played.frames), [
      "2",
      "3",
      ...[4, 5, 6, 7].map((number) => `${number}: a black frame stands in for ${number} (black)`),
      "8",
    ]);
    const black = Buffer.concat([
      Buffer.from("P6\n61 43\n255\n"),
      Buffer.alloc(3 * SIZE.width * SIZE.height),
    ]);
    for (const { tag, bytes } of played.frames) {
      assert.deepEqual(
        Buffer.from(unmarked(bytes)),
        frames.get(tag?.substitute ? -1 : (tag?.frame ?? -1)) ?? black,
      );
    }
    assert.equal(played.end.missing, 4);
  });

  it("leaves them out under missing=skip, and counts them", async (test) => {
    const { port } = await serveHoles(test);
    const played = await (await watchHoles(test, port, ":missing=skip")).epoch();
    checkReceipt(played);
    assert.deepEqual(describeFrames(played.frames), ["2", "3", "8"]);
    assert.deepEqual([played.end.sent, played.end.missing, played.end.skipped], [3, 4, 0]);
  });
});

describe("a receipt", () => {
  // Two viewers that compare one line know that they have seen the same, whatever lies between.
  it("is the same for the same frames, and follows from the bytes that came", async (test) => {
    const folder = makeFolder(test);
    for (const number of [-3, -2, -1, 0, 7]) {
      writeFileSync(join(folder, `signed.${number}.ppm`), drawFrame(number, SIZE));
    }
    const { classic } = await serve(test, folder);
    const receipts = await Promise.all(
      ["", ":from=-2", ":from=-2"].map(async (options) => {
        const viewer = await Viewer.open(test, classic.port);
        const played = await viewer.send(`a:1:start_movie:signed:tagged:missing=hold${options}\n`).epoch();
        checkReceipt(played);
        return played.end.digest;
      }),
    );
    assert.notEqual(receipts[0], receipts[1]);
    assert.equal(receipts[1], receipts[2]);
  });
});
