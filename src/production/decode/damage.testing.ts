import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { present } from "../../base/assert.ts";
import { Fault } from "../../base/errors.ts";
import { Bytes, KiB } from "../../base/units.ts";
import { OWN_FORMATS } from "../../library/log.ts";
import type { OwnFormat } from "../../library/log.ts";
import type { Raster } from "../raster/raster.ts";
import { decodeFrame } from "./decode.ts";
import { layAt, numbersFrom } from "./frames.testing.ts";
import { writeTiff } from "./tiff/tiff.testing.ts";
import type { Page } from "./tiff/tiff.testing.ts";

/** Small, so that what a damaged header claims is above it. */
const LIMIT = Bytes(256 * KiB);

const [WIDTH, HEIGHT] = [24, 17];

/** Small files of every kind that a format has. */
export async function samplesOf(format: OwnFormat): Promise<Buffer[]> {
  const upTo = numbersFrom(1);
  const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => upTo(256)));
  if (format === "netpbm") return netpbmSamples(noise);
  if (format === "tiff") return tiffSamples(noise);
  const size = { width: WIDTH, height: HEIGHT } as const;
  const rgb = sharp(noise(3 * WIDTH * HEIGHT), { raw: { ...size, channels: 3 } });
  const rgba = sharp(noise(4 * WIDTH * HEIGHT), { raw: { ...size, channels: 4 } });
  if (format === "png")
    return [
      await rgb.clone().png().toBuffer(),
      await rgba.clone().png({ progressive: true }).toBuffer(),
      await rgb.clone().png({ palette: true }).toBuffer(),
      await rgb.clone().toColourspace("rgb16").png({ compressionLevel: 1 }).toBuffer(),
      await rgb.clone().toColourspace("grey16").png().toBuffer(),
    ];
  if (format === "jpeg")
    return [
      await rgb.clone().jpeg().toBuffer(),
      await rgb.clone().jpeg({ progressive: true }).toBuffer(),
      await rgb.clone().greyscale().jpeg().toBuffer(),
      await rgb.clone().toColourspace("cmyk").jpeg().toBuffer(),
    ];
  return [
    await rgb.clone().webp().toBuffer(),
    await rgba.clone().webp({ lossless: true }).toBuffer(),
    await rgba.clone().webp().toBuffer(),
  ];
}

function netpbmSamples(noise: (length: number) => Buffer): Buffer[] {
  const pixels = WIDTH * HEIGHT;
  const size = `${WIDTH} ${HEIGHT}`;
  const text = (count: number, most: number): string =>
    noise(count)
      .map((byte) => byte % (most + 1))
      .join(" ");
  const pam = `P7\nWIDTH ${WIDTH}\nHEIGHT ${HEIGHT}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n`;
  return [
    Buffer.from(`P1\n${size}\n${text(pixels, 1)}`),
    Buffer.from(`P2\n# c\n${size}\n31\n${text(pixels, 31)}\n`),
    Buffer.from(`P3\n${size}\n255\n${text(3 * pixels, 255)}\n`),
    Buffer.concat([Buffer.from(`P4\n${size}\n`), noise(3 * HEIGHT)]),
    Buffer.concat([Buffer.from(`P5\n${size}\n65535\n`), noise(2 * pixels)]),
    Buffer.concat([Buffer.from(`P6\n${size}\n255\n`), noise(3 * pixels)]),
    Buffer.concat([Buffer.from(pam), noise(4 * pixels)]),
    Buffer.concat([Buffer.from(`PF\n${size}\n-1.0\n`), noise(12 * pixels)]),
  ];
}

async function tiffSamples(noise: (length: number) => Buffer): Promise<Buffer[]> {
  const [width, height, pixels] = [WIDTH, HEIGHT, WIDTH * HEIGHT];
  const rgb = sharp(noise(3 * pixels), { raw: { width, height, channels: 3 } });
  const deep = rgb.clone().toColourspace("rgb16");
  return [
    await rgb.clone().tiff({ compression: "lzw" }).toBuffer(),
    await rgb.clone().tiff({ compression: "jpeg" }).toBuffer(),
    await deep.clone().tiff({ compression: "deflate", predictor: "horizontal", bigtiff: true }).toBuffer(),
    await deep.clone().tiff({ compression: "none", tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    writeTiff([{ width, height, bits: 16, pieces: [noise(2 * pixels)] }]),
    writeTiff([{ width, height, bits: 32, format: 3, pieces: [noise(4 * pixels)] }]),
    writeTiff([{ width, height, bits: 64, format: 3, pieces: [noise(8 * pixels)] }], { isBigEndian: true }),
    writeTiff([{ width, height, bits: 16, format: 2, photometric: 0, ...deflated(noise(2 * pixels)) }]),
    writeTiff([{ width, height, bits: 64, format: 3, ...deflated(noise(8 * pixels)) }], {
      isBigEndian: true,
    }),
    writeTiff([{ width, height, samples: 3, isPlanar: true, pieces: [1, 2, 3].map(() => noise(pixels)) }]),
  ];
}

const deflated = (samples: Buffer): Pick<Page, "pieces" | "tags"> => ({
  pieces: [deflateSync(samples)],
  tags: [[259, 3, [8]]],
});

/** Numbers that overflow where somebody does not look. */
const HUGE = [0x7fffffff, 0xffffffff, 0x80000000, 0xffff0000, 0x00ffffff, 65_536, 0];

/** Damage of every kind, some of it in several places. */
function damage(file: Buffer, others: readonly Buffer[], upTo: (bound: number) => number): Buffer {
  let damaged: Buffer = Buffer.from(file);
  for (let changes = 1 + upTo(4); changes > 0; changes--) {
    const at = upTo(upTo(3) === 0 ? damaged.length : Math.min(damaged.length, 200));
    const kind = upTo(8);
    if (kind <= 2) damaged[at] = upTo(256);
    else if (kind === 3) damaged[at] = (damaged[at] ?? 0) ^ (1 << upTo(8));
    else if (kind === 4) damaged = damaged.subarray(0, at + upTo(damaged.length - at));
    else if (kind === 5) damaged = splice(damaged, at, others[upTo(others.length)] ?? file, upTo);
    else if (kind === 6) damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + upTo(9))]);
    else writeHuge(damaged, at, HUGE[upTo(HUGE.length)] ?? 0, upTo(2) === 0);
    if (damaged.length === 0) return Buffer.from(file.subarray(0, 1));
  }
  return damaged;
}

function splice(into: Buffer, at: number, from: Buffer, upTo: (bound: number) => number): Buffer {
  const start = upTo(from.length);
  const piece = from.subarray(start, start + upTo(64));
  return Buffer.concat([into.subarray(0, at), piece, into.subarray(at)]);
}

function writeHuge(into: Buffer, at: number, value: number, isLittle: boolean): void {
  const bytes = Buffer.alloc(4);
  if (isLittle) bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  bytes.copy(into, at);
}

/** A picture is whole, and a fault has a frame's code; anything else is a bug of ours. */
function check(raster: Raster): void {
  const { width, height, channels, samples, maxval } = raster;
  assert.equal(samples.length, width * height * channels);
  assert.ok(samples.byteLength <= LIMIT, `${samples.byteLength} bytes`);
  if (samples instanceof Float32Array) assert.equal(maxval, 1);
  else assert.equal(samples instanceof Uint16Array, maxval > 255);
}

export type Outcomes = { pictures: number; readonly faults: Record<string, number> };

async function meet(name: string, bytes: Buffer, format: OwnFormat, outcomes: Outcomes): Promise<void> {
  const source = layAt(name, bytes);
  try {
    check(await decodeFrame(source, format, LIMIT));
    outcomes.pictures++;
  } catch (error) {
    if (!(error instanceof Fault) || !error.code.startsWith("FRAME_")) throw error;
    outcomes.faults[error.code] = (outcomes.faults[error.code] ?? 0) + 1;
  }
}

/** Decodes so many damaged files, several at once, as workers do. */
export async function decodeDamaged(format: OwnFormat, seed: number, rounds: number): Promise<Outcomes> {
  const upTo = numbersFrom(seed);
  const files = await samplesOf(format);
  // The last JPEG is of four inks, whose conversion takes ten times as long as all the rest.
  const frequent = format === "jpeg" ? files.slice(0, -1) : files;
  const outcomes: Outcomes = { pictures: 0, faults: {} };
  let left = rounds;
  const decodeSome = async (lane: number): Promise<void> => {
    while (left-- > 0) {
      const drawn = upTo(50) === 0 ? files : frequent;
      const damaged = damage(present(drawn[upTo(drawn.length)], "no files"), files, upTo);
      await meet(`lane${lane}`, damaged, format, outcomes);
    }
  };
  await Promise.all([1, 2, 3, 4].map(decodeSome));
  return outcomes;
}

/** Decodes every beginning of every file; what the last bytes are for is the format's business. */
export async function decodeCut(format: OwnFormat): Promise<Outcomes> {
  const outcomes: Outcomes = { pictures: 0, faults: {} };
  for (const file of await samplesOf(format)) {
    const lengths = Array.from({ length: file.length - 1 }, (_, index) => index + 1);
    const cutSome = async (lane: number): Promise<void> => {
      for (let length = lengths.pop(); length !== undefined; length = lengths.pop())
        await meet(`lane${lane}`, file.subarray(0, length), format, outcomes);
    };
    await Promise.all([1, 2, 3, 4].map(cutSome));
  }
  return outcomes;
}

/** What the process is started for: one kind of file, and what became of them, as JSON. */
if (process.argv[1] === import.meta.filename) {
  const [format = "", seed = "", rounds = ""] = process.argv.slice(2);
  const known = present(
    OWN_FORMATS.find((own) => own === format),
    `no format is called ${format}`,
  );
  const damaged = await decodeDamaged(known, Number(seed), Number(rounds));
  const cut = await decodeCut(known);
  const mostMemory = process.resourceUsage().maxRSS * KiB;
  process.stdout.write(JSON.stringify({ damaged, cut, mostMemory }));
}
