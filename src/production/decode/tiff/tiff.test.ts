import assert from "node:assert/strict";
import { appendFileSync, truncateSync, utimesSync } from "node:fs";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { Bytes, MiB } from "../../../base/units.ts";
import { decodeFrame, measureFrame } from "../decode.ts";
import { bytesOf, decodeBytes, draw, drawPng, lay, LIMIT, readByFfmpeg, refuses } from "../frames.testing.ts";
import { writeTiff } from "./tiff.testing.ts";
import type { FileKind, Page } from "./tiff.testing.ts";

const DEFLATE = 8;
const BIG_ENDIAN = { isBigEndian: true } as const;

/** Samples as they lie in a file of this byte order. */
function lying(
  samples: Uint16Array | Int16Array | Uint32Array | Float32Array | Float64Array,
  { isBigEndian = false }: FileKind,
): Buffer {
  const bytes = Buffer.from(samples.slice().buffer);
  if (!isBigEndian) return bytes;
  if (samples.BYTES_PER_ELEMENT === 2) return bytes.swap16();
  return samples.BYTES_PER_ELEMENT === 4 ? bytes.swap32() : bytes.swap64();
}

/** What a page of these samples becomes, which is the same however they are kept. */
async function samplesOf(page: Page, kind: FileKind = {}): Promise<number[]> {
  const open = await decodeBytes(writeTiff([page], kind));
  const pieces = page.pieces.map((piece) => deflateSync(piece));
  const tags = [...(page.tags ?? []), [259, 3, [DEFLATE]] as const];
  assert.deepEqual(await decodeBytes(writeTiff([{ ...page, pieces, tags }], kind)), open, "deflated");
  return [...open.samples];
}

// Evidence and science: a sample that our decoder changes is a wrong measurement.
test("a TIFF's samples are what ffmpeg reads, exactly, in its pixel formats and compressions", async () => {
  const kinds = {
    gray: "gray",
    gray16le: "gray16le",
    rgb24: "rgb24",
    rgb48le: "rgb48le",
    pal8: "rgb24",
  } as const;
  for (const compression of ["raw", "packbits", "lzw", "deflate"]) {
    for (const [drawn, read] of Object.entries(kinds)) {
      const tiff = draw(drawn, ["tiff", "-compression_algo", compression]);
      const raster = await decodeBytes(tiff);
      assert.deepEqual([raster.width, raster.height], [62, 46]);
      assert.ok(bytesOf(raster).equals(readByFfmpeg(tiff, "tiff", read)), `${compression} ${drawn}`);
    }
  }
});

test("strips, tiles, predictors, BigTIFF, CCITT and JPEG are read as libtiff writes them", async () => {
  const { samples: pixels } = await decodeBytes(drawPng("rgb48be"));
  const deep = sharp(pixels, { raw: { width: 62, height: 46, channels: 3 } }).toColourspace("rgb16");
  const layouts = [{}, { tile: true, tileWidth: 32, tileHeight: 16 }, { bigtiff: true }] as const;
  for (const compression of ["none", "lzw", "deflate", "packbits"] as const) {
    for (const layout of [...layouts, { predictor: "horizontal" } as const]) {
      const tiff = await deep
        .clone()
        .tiff({ compression, predictor: "none", ...layout })
        .toBuffer();
      assert.deepEqual((await decodeBytes(tiff)).samples, pixels, `${compression} ${JSON.stringify(layout)}`);
    }
  }
  const plain = sharp(drawPng("rgb24"));
  const jpeg = await plain.clone().tiff({ compression: "jpeg", quality: 90 }).toBuffer();
  assert.ok(bytesOf(await decodeBytes(jpeg)).equals(await sharp(jpeg).raw().toBuffer()));
  const black = await plain.clone().threshold().toColourspace("b-w").raw().toBuffer();
  const grey = sharp(black, { raw: { width: 62, height: 46, channels: 1 } }).toColourspace("b-w");
  const bits = await grey.tiff({ bitdepth: 1, compression: "ccittfax4" }).toBuffer();
  assert.ok(bytesOf(await decodeBytes(bits)).equals(black));
});

// Every instrument has its own; what they measured must not change on the way.
test("numbers of every kind keep their values, in both byte orders", async () => {
  const size = { width: 4, height: 1 } as const;
  const floats = [0, 0.25, -1, 65_504];
  for (const kind of [{}, BIG_ENDIAN, { isBig: true }, { isBig: true, ...BIG_ENDIAN }]) {
    const read = (
      bits: number,
      format: number,
      samples: Parameters<typeof lying>[0],
      of: Partial<Page> = {},
    ) => samplesOf({ ...size, bits, format, pieces: [lying(samples, kind)], ...of }, kind);
    assert.deepEqual(await read(16, 1, Uint16Array.of(0, 1, 256, 65_535)), [0, 1, 256, 65_535]);
    assert.deepEqual(await read(16, 2, Int16Array.of(0, -1, 256, -32_768)), [0, -1, 256, -32_768]);
    assert.deepEqual(await read(32, 1, Uint32Array.of(0, 1, 2 ** 24, 2 ** 31)), [0, 1, 2 ** 24, 2 ** 31]);
    assert.deepEqual(await read(32, 2, Uint32Array.of(0, 1, 2 ** 24, 2 ** 32 - 1)), [0, 1, 2 ** 24, -1]);
    assert.deepEqual(await read(16, 3, Uint16Array.of(0, 0x3400, 0xbc00, 0x7bff)), floats);
    assert.deepEqual(await read(32, 3, Float32Array.from(floats)), floats);
    assert.deepEqual(await read(64, 3, Float64Array.from(floats)), floats);
    const rgb = { width: 1, samples: 3 } as const;
    assert.deepEqual(await read(64, 3, Float64Array.of(1, -2, 0.5), rgb), [1, -2, 0.5]);
    assert.deepEqual(await read(32, 1, Uint32Array.of(1, 2, 2 ** 31), rgb), [1, 2, 2 ** 31]);
    assert.deepEqual(await read(32, 3, Float32Array.of(1.5, -2, 100), rgb), [1.5, -2, 100]);
  }
  assert.deepEqual(
    await samplesOf({ ...size, format: 2, pieces: [Uint8Array.of(0, 127, 128, 255)] }),
    [0, 127, -128, -1],
  );
});

// A negative that is shown as it lies is black where it is white.
test("where 0 is white, samples are turned around", async () => {
  const white = { width: 4, height: 1, photometric: 0 } as const;
  const kind = {};
  assert.deepEqual(await samplesOf({ ...white, pieces: [Uint8Array.of(0, 1, 254, 255)] }), [255, 254, 1, 0]);
  const deep = lying(Uint16Array.of(0, 1, 256, 65_535), kind);
  assert.deepEqual(await samplesOf({ ...white, bits: 16, pieces: [deep] }), [65_535, 65_534, 65_279, 0]);
  const float = lying(Float32Array.of(0, 1, 0.25, 2), kind);
  assert.deepEqual(await samplesOf({ ...white, bits: 32, format: 3, pieces: [float] }), [1, 0, 0.75, -1]);
  const signed = lying(Int16Array.of(0, -1, 32_767, 5), kind);
  assert.deepEqual(
    await samplesOf({ ...white, bits: 16, format: 2, pieces: [signed] }),
    [-1, 0, -32_768, -6],
  );
  assert.deepEqual(await samplesOf({ ...white, bits: 1, pieces: [Uint8Array.of(0x50)] }), [255, 0, 255, 0]);
});

test("bits and palettes become 8 bits", async () => {
  const size = { width: 4, height: 1 } as const;
  assert.deepEqual(await samplesOf({ ...size, bits: 1, pieces: [Uint8Array.of(0x50)] }), [0, 255, 0, 255]);
  assert.deepEqual(await samplesOf({ ...size, bits: 2, pieces: [Uint8Array.of(0x1b)] }), [0, 85, 170, 255]);
  assert.deepEqual(
    await samplesOf({ ...size, bits: 4, pieces: [Uint8Array.of(0x0f, 0x18)] }),
    [0, 255, 17, 136],
  );
  const colours = [320, 3, Array.from({ length: 768 }, (_, index) => (index % 256) * 257)] as const;
  const palette = { ...size, photometric: 3, tags: [colours], pieces: [Uint8Array.of(0, 9, 254, 255)] };
  assert.deepEqual(await samplesOf(palette), [0, 0, 0, 9, 9, 9, 254, 254, 254, 255, 255, 255]);
});

// Associated colours were multiplied by their alpha: as they lie, they are the picture over black.
test("alpha of either kind and further samples are dropped, and the colours stay as they lie", async () => {
  for (const extra of [0, 1, 2]) {
    const rgba = { width: 1, height: 2, samples: 4, tags: [[338, 3, [extra]] as const] };
    const pieces = [Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 0)];
    assert.deepEqual(await samplesOf({ ...rgba, pieces }), [10, 20, 30, 50, 60, 70]);
    const grey = { ...rgba, samples: 2, photometric: 1, pieces: [Uint8Array.of(10, 20, 30, 0)] };
    assert.deepEqual(await samplesOf(grey), [10, 30]);
  }
  const many = {
    width: 1,
    height: 2,
    samples: 7,
    photometric: 1,
    tags: [[338, 3, [0, 0, 0, 0, 0, 0]] as const],
  };
  const samples = Uint8Array.from({ length: 14 }, (_, index) => index);
  assert.deepEqual(await samplesOf({ ...many, pieces: [samples] }), [0, 7]);
});

test("planes are joined, and those beyond the colours are not read", async () => {
  const planes = [Uint8Array.of(1, 2), Uint8Array.of(3, 4), Uint8Array.of(5, 6), Uint8Array.of(7, 8)];
  const page = { width: 2, height: 1, samples: 4, isPlanar: true, tags: [[338, 3, [2]] as const] };
  assert.deepEqual(await samplesOf({ ...page, pieces: planes }), [1, 3, 5, 2, 4, 6]);
  assert.deepEqual(await samplesOf({ ...page, photometric: 1, tags: [], pieces: planes }), [1, 2]);
});

test("strips may lie in any order, and as far apart as they like", async () => {
  const rows = [Uint8Array.of(1, 2), Uint8Array.of(3, 4), Uint8Array.of(5, 6)];
  const page = { width: 2, height: 3, rowsPerStrip: 1 };
  assert.deepEqual(await samplesOf({ ...page, pieces: rows }), [1, 2, 3, 4, 5, 6]);
  // The writer lays its pieces at every eighth byte.
  const tags = [[273, 4, [24, 16, 8]]] as const;
  const { samples } = await decodeBytes(writeTiff([{ ...page, pieces: rows, tags }]));
  assert.deepEqual([...samples], [5, 6, 3, 4, 1, 2]);
});

const page = (value: number, tags: Page["tags"] = []): Page => ({
  width: 2,
  height: 1,
  bits: 16,
  pieces: [lying(Uint16Array.of(value, value), {})],
  tags,
});

// A stack is a movie, and a frame of it is a page; a viewer's thumbnail in the same file is none.
test("a page is found by its number, and reduced versions of pages are not counted", async () => {
  const reduced = [[254, 4, [1]]] as const;
  for (const isBig of [false, true]) {
    const stack = writeTiff([page(1, reduced), page(2), page(3, reduced), page(4), page(5)], { isBig });
    const source = lay(stack);
    for (const [number, value] of [2, 4, 5].entries()) {
      const { samples } = await decodeFrame({ ...source, page: number }, "tiff", LIMIT);
      assert.deepEqual(samples, Uint16Array.of(value, value));
    }
    assert.deepEqual((await decodeFrame(source, "tiff", LIMIT)).samples, Uint16Array.of(2, 2));
    await refuses(decodeFrame({ ...source, page: 3 }, "tiff", LIMIT), "FRAME_CORRUPT");
  }
});

// Stacks have many gigabytes: a page costs what it has, in memory and in time.
test("of a stack only the page asked for is read, within the limit of a page", async () => {
  const source = lay(writeTiff([page(1), page(2)]));
  truncateSync(source.path, 3_000_000_000);
  utimesSync(source.path, 1, 1);
  const { samples } = await decodeFrame({ ...source, page: 1 }, "tiff", Bytes(1000));
  assert.deepEqual(samples, Uint16Array.of(2, 2));
});

test("the pages of a stack that grew are found", async () => {
  const stack = writeTiff([page(1), page(2), page(3)]);
  const shorter = Buffer.from(stack);
  const source = lay(shorter.subarray(0, writeTiff([page(1), page(2)]).length));
  await refuses(decodeFrame({ ...source, page: 2 }, "tiff", LIMIT), "FRAME_TRUNCATED");
  appendFileSync(source.path, stack.subarray(writeTiff([page(1), page(2)]).length));
  utimesSync(source.path, 1, 1);
  const { samples } = await decodeFrame({ ...source, page: 2 }, "tiff", LIMIT);
  assert.deepEqual(samples, Uint16Array.of(3, 3));
});

test("directories that lead in a circle are refused", async () => {
  const stack = writeTiff([page(1), page(2), page(3)]);
  const first = stack.readUInt32LE(4);
  const circle = Buffer.from(stack);
  circle.writeUInt32LE(first, circle.length - 4);
  assert.ok(await decodeBytes(circle, { page: 2 }));
  await refuses(decodeBytes(circle, { page: 1_000_000 }), "FRAME_CORRUPT");
  const itself = writeTiff([page(1)]);
  itself.writeUInt32LE(itself.readUInt32LE(4), itself.length - 4);
  await refuses(decodeBytes(itself, { page: 1 }), "FRAME_CORRUPT");
});

// Law 6: nothing is reserved for what a tag claims.
test("a page whose header claims more than the limit is refused", async () => {
  const tiny = { width: 1, height: 1, pieces: [Uint8Array.of(1)] };
  const before = process.memoryUsage().rss;
  for (const tags of [
    [
      [256, 4, [60_000]],
      [257, 4, [60_000]],
    ],
    [
      [322, 4, [60_000]],
      [323, 4, [60_000]],
      [324, 4, [8]],
      [325, 4, [1]],
    ],
    [[279, 4, [100_000_000]]],
  ] as const)
    await refuses(decodeBytes(writeTiff([{ ...tiny, tags }])), "FRAME_TOO_LARGE");
  await refuses(decodeBytes(writeTiff([page(1)]), { limit: Bytes(3) }), "FRAME_TOO_LARGE");
  assert.ok(process.memoryUsage().rss - before < 100 * MiB);
});

test("a page that lacks or contradicts what every page has is corrupt", async () => {
  const tiny = { width: 2, height: 2, pieces: [Uint8Array.of(1, 2, 3, 4)] };
  for (const tags of [
    [[256, 4, []]],
    [[257, 4, [0]]],
    [[262, 3, []]],
    [[262, 3, [2]]],
    [[273, 4, []]],
    [[278, 4, [0]]],
    [[278, 4, [1]]],
    [[279, 4, [3]]],
    [[259, 3, [5]]],
  ] as const)
    await refuses(decodeBytes(writeTiff([{ ...tiny, tags }])), "FRAME_CORRUPT");
});

test("kinds that are not read are named", async () => {
  const tiny = { width: 2, height: 2, pieces: [Uint8Array.of(1, 2, 3, 4)] };
  for (const tags of [[[258, 3, [12]]], [[259, 3, [50_000]]], [[262, 3, [8]]], [[339, 3, [6]]]] as const)
    await refuses(decodeBytes(writeTiff([{ ...tiny, tags }])), "FRAME_UNSUPPORTED");
});

// A decoder fills up a JPEG that is cut, also inside of a TIFF that is whole.
test("a JPEG that is cut inside of a TIFF is truncated", async () => {
  const tiff = await sharp(drawPng("rgb24")).tiff({ compression: "jpeg" }).toBuffer();
  const end = tiff.indexOf(Buffer.from([0xff, 0xd9]));
  tiff.fill(0, end - 20, end + 2);
  await refuses(decodeBytes(tiff), "FRAME_TRUNCATED");
});

test("CMYK becomes RGB", async () => {
  const red = sharp({ create: { width: 8, height: 8, channels: 3, background: "#ff0000" } });
  const raster = await decodeBytes(await red.toColourspace("cmyk").tiff().toBuffer());
  assert.equal(raster.channels, 3);
  const [first = 0, second = 255, third = 255] = raster.samples;
  assert.ok(first > 200 && second < 80 && third < 80, `${first} ${second} ${third}`);
});

test("a page is measured by its directory", async () => {
  const shape = { width: 2, height: 1, channels: 1, transfer: "display" } as const;
  const source = lay(writeTiff([page(1), { ...page(2), bits: 32, format: 3, pieces: [Buffer.alloc(8)] }]));
  assert.deepEqual(await measureFrame(source, "tiff", LIMIT), { ...shape, maxval: 65_535, isFloat: false });
  const second = await measureFrame({ ...source, page: 1 }, "tiff", LIMIT);
  assert.deepEqual(second, { ...shape, maxval: 1, isFloat: true });
});
