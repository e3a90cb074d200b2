import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import sharp from "sharp";
import { Fault } from "../base/errors.ts";
import { FrameNumber, FrameRevision } from "../base/units.ts";
import type { FrameFormat } from "./log.ts";
import type { OpenFile } from "./disk/openFile.ts";
import { lookAt, probeFrame } from "./probe.ts";
import { KINDS, tiffOf } from "./tiff/directories.testing.ts";

const root = mkdtempSync(join(tmpdir(), "probe-"));
after(() => rmSync(root, { recursive: true, force: true }));

const entry = (file: string, format: FrameFormat, page?: number) => ({
  movie: "a",
  number: FrameNumber(1),
  revision: FrameRevision(1),
  format,
  source: { kind: "file", root, path: join(root, file), ...(page !== undefined && { page }) } as const,
});

async function probe(format: FrameFormat, bytes: Uint8Array | string, page?: number): Promise<object> {
  writeFileSync(join(root, "frame"), bytes);
  const { bytes: size, ...look } = await probeFrame(entry("frame", format, page));
  assert.equal(size, bytes.length);
  return look;
}

/** A picture of 33 × 21 pixels as ffmpeg writes it. */
function written(extension: string, pixels: string): Buffer {
  const path = join(root, `written.${extension}`);
  const input = ["-f", "lavfi", "-i", "testsrc=size=33x21", "-frames:v", "1", "-pix_fmt", pixels];
  execFileSync("ffmpeg", ["-v", "error", "-y", ...input, path]);
  return readFileSync(path);
}

/** The header of a BMP file of version 5 that says where alpha would lie, as some programs write for all. */
function masked(bits: number): Buffer {
  const header = Buffer.alloc(14 + 124);
  header.write("BM");
  header.writeUInt32LE(124, 14);
  header.writeInt32LE(33, 18);
  header.writeInt32LE(21, 22);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(0xff000000, 66);
  return header;
}

const picture = sharp({ create: { width: 33, height: 21, channels: 3, background: "#808" } });
const inks = picture.clone().toColourspace("cmyk");
const COLOUR = { width: 33, height: 21, channels: 3, bits: 8 };
const HDR = "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 21 +X 33\n";

/** A small file, and what is said of it. */
type Sample = readonly [FrameFormat, Uint8Array, object];

/** Of every format. */
async function makeSamples(): Promise<readonly Sample[]> {
  const deep = picture.clone().toColourspace("rgb16");
  const float = { bits: 32, float: true };
  return [
    ["netpbm", Buffer.from("P6 33 21 255\n"), COLOUR],
    ["netpbm", Buffer.from(`P5 #${"x".repeat(5000)}\n33 21 1023\n`), { ...COLOUR, channels: 1, bits: 16 }],
    ["netpbm", written("pam", "rgba"), { ...COLOUR, channels: 4 }],
    ["netpbm", written("pbm", "monow"), { ...COLOUR, channels: 1, bits: 1 }],
    ["netpbm", written("pfm", "gbrpf32le"), { ...COLOUR, ...float }],
    ["netpbm", Buffer.from("P3\n33 21\n255\n1 2 3"), COLOUR],
    ["png", await picture.clone().png().toBuffer(), COLOUR],
    ["png", await deep.clone().png().toBuffer(), { ...COLOUR, bits: 16 }],
    ["png", await picture.clone().ensureAlpha().png().toBuffer(), { ...COLOUR, channels: 4 }],
    ["jpeg", await picture.clone().jpeg().toBuffer(), COLOUR],
    ["jpeg", await picture.clone().jpeg({ progressive: true }).toBuffer(), COLOUR],
    ["jpeg", await inks.clone().jpeg().toBuffer(), COLOUR],
    ["webp", await picture.clone().webp().toBuffer(), COLOUR],
    ["webp", await picture.clone().webp({ lossless: true }).toBuffer(), COLOUR],
    ["webp", await picture.clone().ensureAlpha(0.5).webp().toBuffer(), { ...COLOUR, channels: 4 }],
    [
      "webp",
      await picture.clone().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
      { ...COLOUR, channels: 4 },
    ],
    ["tiff", await picture.clone().tiff().toBuffer(), COLOUR],
    ["tiff", await picture.clone().tiff({ bigtiff: true }).toBuffer(), COLOUR],
    ["tiff", await inks.clone().tiff().toBuffer(), COLOUR],
    ["tiff", written("tif", "rgb48le"), { ...COLOUR, bits: 16 }],
    ["tiff", written("tif", "gray16le"), { ...COLOUR, channels: 1, bits: 16 }],
    ["tiff", written("tif", "pal8"), COLOUR],
    ["exr", written("exr", "gbrpf32le"), { ...COLOUR, ...float }],
    ["exr", written("exr", "gbrapf32le"), { ...COLOUR, channels: 4, ...float }],
    ["exr", written("exr", "grayf32le"), { ...COLOUR, channels: 1, ...float }],
    ["dpx", written("dpx", "gbrp10le"), { ...COLOUR, bits: 10 }],
    ["dpx", written("dpx", "rgba"), { ...COLOUR, channels: 4 }],
    ["tga", written("tga", "bgra"), { ...COLOUR, channels: 4 }],
    ["tga", written("tga", "gray"), { ...COLOUR, channels: 1 }],
    ["bmp", written("bmp", "bgr24"), COLOUR],
    ["bmp", masked(24), COLOUR],
    ["bmp", masked(32), { ...COLOUR, channels: 4 }],
    ["jp2", written("jp2", "rgb24"), COLOUR],
    ["jp2", written("j2k", "gray16le"), { ...COLOUR, channels: 1, bits: 16 }],
    ["sgi", written("sgi", "rgb48be"), { ...COLOUR, bits: 16 }],
    ["sgi", written("sgi", "gray"), { ...COLOUR, channels: 1 }],
    ["hdr", Buffer.from(HDR), { ...COLOUR, ...float }],
  ];
}

let made: Promise<readonly Sample[]> | undefined;
const samples = (): Promise<readonly Sample[]> => (made ??= makeSamples());

function inMemory(bytes: Uint8Array): OpenFile {
  return {
    read: async (buffer, offset, length, position) => {
      const found = bytes.subarray(position, position + length);
      buffer.set(found, offset);
      return { bytesRead: found.length };
    },
  };
}

/** The code of the fault that a look ends with. */
const code = async (looking: Promise<unknown>): Promise<string> =>
  looking.then(
    () => "no fault",
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );

/** Numbers from 0 to below 1, the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("a look at a frame's file", () => {
  it("tells the size, depth and channels of each format", async () => {
    for (const [index, [format, bytes, expected]] of (await samples()).entries()) {
      assert.deepEqual(await probe(format, bytes), expected, `${format}, sample ${index}`);
    }
  });

  it("finds the size of a JPEG behind a description of any length", async () => {
    const described = picture.clone().withExif({ IFD0: { ImageDescription: "x".repeat(50_000) } });
    const grey = await described.toColourspace("b-w").jpeg().toBuffer();
    assert.deepEqual(await probe("jpeg", grey), { ...COLOUR, channels: 1 });
  });

  // What clients get has the size of what is shown: rendered regions are placed into it.
  it("tells the shown size of an EXR, not that of its data", async () => {
    const exr = Buffer.from(written("exr", "gbrpf32le"));
    const window = exr.indexOf("displayWindow\0box2i\0") + "displayWindow\0box2i\0".length + 4;
    for (const [index, value] of [-8, -4, 63, 47].entries()) exr.writeInt32LE(value, window + 4 * index);
    assert.deepEqual(await probe("exr", exr), { ...COLOUR, width: 72, height: 52, bits: 32, float: true });
  });

  it("tells of each page of a TIFF", async () => {
    for (const kind of KINDS) {
      const pages = [1, 2, 3].map(
        (size) =>
          [
            [256, 10 * size],
            [257, size],
            [258, 16],
          ] as const,
      );
      const file = tiffOf(pages, kind);
      assert.deepEqual(await probe("tiff", file, 2), { width: 30, height: 3, channels: 1, bits: 16 });
      assert.equal(await code(probe("tiff", file, 3)), "FRAME_CORRUPT");
    }
  });

  it("says what is wrong with a file that is none", async () => {
    for (const [format] of await samples()) {
      assert.equal(await code(probe(format, "")), "FRAME_EMPTY");
      assert.match(await code(probe(format, "xyz".repeat(10_000))), /^FRAME_(CORRUPT|UNSUPPORTED)$/, format);
    }
    assert.equal(await code(probe("jpeg", Buffer.alloc(100_000, 0xff).fill(0xd8, 1, 2))), "FRAME_CORRUPT");
    assert.equal(await code(probe("jpeg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))), "FRAME_TRUNCATED");
    assert.equal(await code(probeFrame(entry("none", "png"))), "FRAME_UNREADABLE");
    assert.equal(await code(probeFrame(entry(".", "png"))), "FRAME_NOT_A_FILE");
    symlinkSync("/etc/hostname", join(root, "link"));
    assert.equal(await code(probeFrame(entry("link", "netpbm"))), "FRAME_OUTSIDE_LIBRARY");
    execFileSync("mkfifo", [join(root, "pipe")]);
    assert.equal(await code(probeFrame(entry("pipe", "netpbm"))), "FRAME_NOT_A_FILE");
  });

  // Files are being written, and disks fill: a list must show such a movie, with the reason.
  it("ends with a look or a coded fault wherever a file is cut", async () => {
    for (const [format, bytes, expected] of await samples()) {
      for (let length = 1; length < Math.min(bytes.length, 3000); length++) {
        const found = await lookAt(format, inMemory(bytes.subarray(0, length))).catch(
          (error: unknown) => error,
        );
        if (found instanceof Fault) assert.match(found.code, /^FRAME_(TRUNCATED|CORRUPT|UNSUPPORTED)$/);
        else assert.deepEqual(found, expected, `${format} at ${length}`);
      }
    }
  });

  it("ends with a look that makes sense or a coded fault, whatever the bytes", async () => {
    const random = randomFrom(1);
    const upTo = (limit: number): number => Math.floor(random() * limit);
    const all = await samples();
    for (let round = 0; round < 2000 * all.length; round++) {
      const [format, bytes] = all[round % all.length] ?? ["png", new Uint8Array(1)];
      const mutated = Buffer.from(bytes);
      // Headers lie at the beginning, but for TIFF files of some programs.
      const reach = Math.min(mutated.length, random() < 0.9 ? 900 : mutated.length);
      for (let count = 1 + upTo(4); count > 0; count--)
        mutated[upTo(reach)] = random() < 0.5 ? upTo(256) : 255;
      const found = await lookAt(format, inMemory(mutated)).catch((error: unknown) => error);
      if (found instanceof Fault) assert.match(found.code, /^FRAME_/);
      else for (const value of Object.values(found as object)) assert.ok(value === true || value > 0, format);
    }
  });
});
