import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { decodeBytes, refuses } from "../frames.testing.ts";
import { writeTiff } from "./tiff.testing.ts";
import type { FileKind, Page, Tag } from "./tiff.testing.ts";

/** Numbers that are exact in 16 bits, no two next to each other alike. */
const VALUES = Float64Array.from({ length: 20 * 18 * 4 }, (_, index) => ((index * 37) % 101) / 64 - 0.5);

const PREDICTED: readonly Tag[] = [
  [259, 3, [8]],
  [317, 3, [3]],
];

/** IEEE 754, of numbers with few digits: the highest byte first. */
function halfBytes(value: number): number[] {
  if (value === 0) return [0, 0];
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = (Math.abs(value) / 2 ** exponent - 1) * 1024;
  const bits = (value < 0 ? 0x8000 : 0) + ((exponent + 15) << 10) + fraction;
  return [bits >> 8, bits & 255];
}

function doubleBytes(value: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return [...bytes];
}

/** One row of one strip or tile as the predictor writes it: Adobe's TIFF Technical Note 3. */
function predicted(row: readonly number[], bits: number, samples: number): number[] {
  const numbers = row.map(bits === 16 ? halfBytes : doubleBytes);
  const planes = Array.from({ length: bits / 8 }, (_, plane) => numbers.map((bytes) => bytes[plane] ?? 0));
  const bytes = planes.flat();
  return bytes.map((byte, index) => (index < samples ? byte : (byte - (bytes[index - samples] ?? 0)) & 255));
}

/** The picture in pieces of this size, each as wide and high as all others, filled up with 0. */
function piecesOf(page: Page, width: number, height: number): Buffer[] {
  const { samples = 1, bits = 16 } = page;
  const at = (x: number, y: number, sample: number): number =>
    x < page.width && y < page.height ? (VALUES[(y * page.width + x) * samples + sample] ?? 0) : 0;
  const pieces: Buffer[] = [];
  for (let top = 0; top < page.height; top += height) {
    for (let left = 0; left < page.width; left += width) {
      const rows = Array.from({ length: height }, (_, y) =>
        Array.from({ length: width * samples }, (_, index) =>
          at(left + Math.floor(index / samples), top + y, index % samples),
        ),
      );
      pieces.push(deflateSync(Buffer.from(rows.flatMap((row) => predicted(row, bits, samples)))));
    }
  }
  return pieces;
}

/** What is read of a picture that lies so, in strips of rows or in tiles of 16 by 16. */
async function read(page: Omit<Page, "pieces">, isTiled: boolean, kind: FileKind): Promise<number[]> {
  const rows = page.rowsPerStrip ?? page.height;
  const bare = { ...page, format: 3, pieces: [] };
  const pieces = isTiled ? piecesOf(bare, 16, 16) : piecesOf(bare, page.width, rows);
  const tags = [...PREDICTED, ...(page.tags ?? [])];
  const places: Tag[] = isTiled
    ? [
        [322, 3, [16]],
        [323, 3, [16]],
        [325, 4, pieces.map(({ length }) => length)],
        [278, 4, []],
        [279, 4, []],
      ]
    : [];
  const built = writeTiff([{ ...bare, pieces, tags: [...tags, ...places] }], kind);
  if (!isTiled) return [...(await decodeBytes(built)).samples];
  return [...(await decodeBytes(asTiles(built, kind))).samples];
}

/** The writer says where pieces lie by the tag for strips, which becomes that for tiles. */
function asTiles(tiff: Buffer, { isBigEndian = false }: FileKind): Buffer {
  const tag = isBigEndian ? Buffer.of(1, 17, 0, 4) : Buffer.of(17, 1, 4, 0);
  const changed = isBigEndian ? Buffer.of(1, 68, 0, 4) : Buffer.of(68, 1, 4, 0);
  changed.copy(tiff, tiff.lastIndexOf(tag));
  return tiff;
}

/** Pixels without what they have behind their colours. */
const colours = (count: number, samples: number, kept: number): number[] =>
  [...VALUES.subarray(0, count * samples)].filter((_, index) => index % samples < kept);

// ImageMagick and Photoshop write all floating point so: a movie of halves would otherwise have no frames.
test("the predictor of floating point of 16 and 64 bits is undone, in strips and tiles", async () => {
  const size = { width: 20, height: 18 };
  const count = size.width * size.height;
  for (const bits of [16, 64]) {
    for (const kind of [{}, { isBigEndian: true }]) {
      for (const isTiled of [false, true]) {
        const what = `${bits} bits ${JSON.stringify(kind)} ${isTiled ? "tiles" : "strips"}`;
        assert.deepEqual(await read({ ...size, bits }, isTiled, kind), colours(count, 1, 1), what);
        const rgb = { ...size, bits, samples: 3 };
        assert.deepEqual(await read(rgb, isTiled, kind), colours(count, 3, 3), `${what}, RGB`);
        const rgba = { ...rgb, samples: 4, tags: [[338, 3, [2]] as const] };
        assert.deepEqual(await read(rgba, isTiled, kind), colours(count, 4, 3), `${what}, RGB and alpha`);
      }
      const strips = { ...size, bits, rowsPerStrip: 6 };
      assert.deepEqual(await read(strips, false, kind), colours(count, 1, 1), `${bits} bits, three strips`);
    }
  }
});

test("where 0 is white, halves with a predictor are turned around", async () => {
  const found = await read({ width: 4, height: 1, bits: 16, photometric: 0 }, false, {});
  assert.deepEqual(
    found,
    colours(4, 1, 1).map((value) => 1 - value),
  );
});

// Where nothing is compressed there is no predictor, whatever the tag says: so libtiff has it.
test("without a compression that it is a part of, a predictor means nothing", async () => {
  const halves = Uint16Array.of(0, 0x3400, 0xbc00, 0x7bff);
  const page = { width: 4, height: 1, bits: 16, format: 3, tags: [[317, 3, [3]] as const] };
  const raster = await decodeBytes(writeTiff([{ ...page, pieces: [Buffer.from(halves.buffer)] }]));
  assert.deepEqual([...raster.samples], [0, 0.25, -1, 65_504]);
});

test("a predictor of 64 bits for whole numbers is refused, and named", async () => {
  const tags = [
    [259, 3, [8]],
    [317, 3, [2]],
  ] as const;
  const pieces = [deflateSync(Buffer.alloc(8))];
  await refuses(
    decodeBytes(writeTiff([{ width: 1, height: 1, bits: 64, format: 3, pieces, tags }])),
    "FRAME_UNSUPPORTED",
  );
});

/**
 * What `convert -depth 16 -define quantum:format=floating-point -compress LZW` of ImageMagick 6.9.11 made of
 * 0 1024 4096 8192 16384 32768 49152 65535, and the same from behind.
 */
const BY_IMAGEMAGICK = Buffer.from(
  [
    "SUkqACIAAACAAASAgCQUBAJiACFQsADx/P5+RF8NyGQyAhEAAAEDAAEAAAAIAAAAAQEDAAEAAAACAAAAAgEDAAEAAAAQAAAA",
    "AwEDAAEAAAAFAAAABgEDAAEAAAABAAAACgEDAAEAAAABAAAAEQEEAAEAAAAIAAAAEgEDAAEAAAABAAAAFQEDAAEAAAABAAAA",
    "FgEDAAEAAAACAAAAFwEEAAEAAAAaAAAAHAEDAAEAAAABAAAAKQEDAAIAAAAAAAEAPQEDAAEAAAADAAAAUwEDAAEAAAADAAAA",
    "VAELAAEAAAAAAAAAVQELAAEAAAAAAIA/AAAAAA==",
  ].join(""),
  "base64",
);

test("halves as ImageMagick writes them have the values that it was given", async () => {
  const { samples } = await decodeBytes(BY_IMAGEMAGICK);
  const row = [0, 1024, 4096, 8192, 16_384, 32_768, 49_152, 65_535].map((value) => value / 65_535);
  assert.equal(samples.length, 16);
  for (const [index, value] of [...row, ...row.toReversed()].entries()) {
    const difference = Math.abs((samples[index] ?? NaN) - value);
    assert.ok(difference <= value / 1024, `${samples[index]} for ${value}`);
  }
});
