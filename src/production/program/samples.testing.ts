import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Fault } from "../../base/errors.ts";
import { Bytes, MiB } from "../../base/units.ts";
import type { FrameSource, ProgramFormat } from "../../library/log.ts";
import type { Raster } from "../raster/raster.ts";
import { decodeRun } from "./run.ts";

export const LIMIT = Bytes(4 * MiB);
export const SIZE = { width: 20, height: 14 };
const PIXELS = SIZE.width * SIZE.height;

/** Bytes that look random and are the same each time. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const next = randomFrom(seed);
  return Uint8Array.from({ length }, () => Math.floor(next() * 256));
}

/** Numbers from 0 to below 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Samples of 0 up to `most`, as 16-bit numbers in the machine's byte order. */
export function deepNoise(channels: number, most: number): Uint16Array<ArrayBuffer> {
  const next = randomFrom(most);
  return Uint16Array.from({ length: PIXELS * channels }, () => Math.floor(next() * (most + 1)));
}

/** What a program writes to its standard output when it is given these bytes. */
export function made(
  program: string,
  options: readonly string[],
  bytes: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { status, stdout, stderr, error } = spawnSync(program, options, {
    input: bytes,
    maxBuffer: 64 * MiB,
  });
  assert.equal(error, undefined, `${program} is needed: npm test installs it where it may`);
  assert.equal(status, 0, String(stderr));
  return Uint8Array.from(stdout);
}

/** A file of `SIZE` that ffmpeg makes of raw samples. */
export function encoded(
  layout: string,
  samples: Uint8Array | Uint16Array | Float32Array,
  options: readonly string[],
): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = samples;
  const size = `${SIZE.width}x${SIZE.height}`;
  const input = ["-f", "rawvideo", "-pix_fmt", layout, "-video_size", size, "-i", "pipe:0"];
  return made(
    "ffmpeg",
    ["-loglevel", "error", ...input, "-frames:v", "1", ...options, "-f", "image2pipe", "pipe:1"],
    new Uint8Array(buffer, byteOffset, byteLength),
  );
}

/** A picture in the form that programs for netpbm take. */
export function ppm(samples: Uint8Array, magic: "P5" | "P6"): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    Buffer.concat([Buffer.from(`${magic}\n${SIZE.width} ${SIZE.height}\n255\n`), samples]),
  );
}

/** What became of the files of a run, in the order in which they were delivered. */
export async function run(
  format: ProgramFormat,
  sources: readonly FrameSource[],
  limit = LIMIT,
): Promise<(Raster | Fault)[]> {
  const results: (Raster | Fault)[] = [];
  const deliver = (index: number, result: Raster | Fault): void => {
    assert.equal(index, results.length, "in order, each once");
    results.push(result);
  };
  await decodeRun({ sources, format, limit, deliver });
  assert.equal(results.length, sources.length);
  return results;
}

/** The picture of a run of one. */
export async function raster(format: ProgramFormat, source: FrameSource): Promise<Raster> {
  const [result] = await run(format, [source]);
  assert.equal(codeOf(result), undefined, result instanceof Fault ? result.message : "");
  assert.ok(result !== undefined && !(result instanceof Fault));
  return result;
}

/** The code of a fault; undefined for a picture. */
export function codeOf(result: Raster | Fault | undefined): string | undefined {
  return result instanceof Fault ? result.code : undefined;
}

function text(word: string): Buffer {
  return Buffer.from(`${word}\0`);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeInt32LE(value, index * 4);
  return bytes;
}

function attribute(name: string, type: string, value: Uint8Array): Buffer {
  return Buffer.concat([text(name), text(type), numbers(value.byteLength), value]);
}

/** One EXR of float channels, without compression, written from its specification. */
export function writeExr(channels: Planes, display = SIZE): Uint8Array<ArrayBuffer> {
  const chunks = Array.from({ length: SIZE.height }, (_, y) => {
    const samples = part(channels, { left: 0, top: y, width: SIZE.width, height: 1 });
    return Buffer.concat([numbers(y, samples.length), samples]);
  });
  return withTable(exrHeader(channels, display, 0, []), chunks);
}

/** The same in tiles, which do not fit the picture. */
export function writeTiledExr(channels: Planes): Uint8Array<ArrayBuffer> {
  const TILE = 8;
  const [across, down] = [Math.ceil(SIZE.width / TILE), Math.ceil(SIZE.height / TILE)];
  const chunks = Array.from({ length: across * down }, (_, index) => {
    const [column, row] = [index % across, Math.floor(index / across)];
    const [left, top] = [column * TILE, row * TILE];
    const width = Math.min(TILE, SIZE.width - left);
    const samples = part(channels, { left, top, width, height: Math.min(TILE, SIZE.height - top) });
    return Buffer.concat([numbers(column, row, 0, 0, samples.length), samples]);
  });
  const tiles = attribute("tiles", "tiledesc", Buffer.concat([numbers(TILE, TILE), Buffer.alloc(1)]));
  return withTable(exrHeader(channels, SIZE, 0x200, [tiles]), chunks);
}

type Planes = Readonly<Record<string, Float32Array>>;
type Rectangle = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Row by row, and in each row channel by channel in the order of their names. */
function part(channels: Planes, { left, top, width, height }: Rectangle): Buffer {
  const names = Object.keys(channels).toSorted();
  const rows = Array.from({ length: height }, (_, y) => {
    const from = (top + y) * SIZE.width + left;
    return names.map((name) => new Uint8Array(channels[name]?.slice(from, from + width).buffer ?? []));
  });
  return Buffer.concat(rows.flat());
}

function exrHeader(channels: Planes, display: typeof SIZE, flags: number, more: readonly Buffer[]): Buffer {
  const FLOAT = 2;
  const names = Object.keys(channels).toSorted();
  const list = names.map((name) => Buffer.concat([text(name), numbers(FLOAT, 0, 1, 1)]));
  const one = new Uint8Array(Float32Array.of(1).buffer);
  const { width, height } = SIZE;
  return Buffer.concat([
    numbers(20_000_630, 2 | flags),
    attribute("channels", "chlist", Buffer.concat([...list, Buffer.alloc(1)])),
    attribute("compression", "compression", Uint8Array.of(0)),
    attribute("dataWindow", "box2i", numbers(0, 0, width - 1, height - 1)),
    attribute("displayWindow", "box2i", numbers(0, 0, display.width - 1, display.height - 1)),
    attribute("lineOrder", "lineOrder", Uint8Array.of(0)),
    attribute("pixelAspectRatio", "float", one),
    attribute("screenWindowCenter", "v2f", new Uint8Array(8)),
    attribute("screenWindowWidth", "float", one),
    ...more,
    Buffer.alloc(1),
  ]);
}

/** A table of where each chunk lies goes before them. */
function withTable(header: Buffer, chunks: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const table = Buffer.alloc(chunks.length * 8);
  let at = header.length + table.length;
  for (const [index, chunk] of chunks.entries()) {
    table.writeBigUInt64LE(BigInt(at), index * 8);
    at += chunk.length;
  }
  return Uint8Array.from(Buffer.concat([header, table, ...chunks]));
}
