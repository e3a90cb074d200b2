import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import { Bytes, MiB } from "../../base/units.ts";
import type { FrameSource, OwnFormat } from "../../library/log.ts";
import type { Raster } from "../raster/raster.ts";
import { decodeFrame, measureFrame } from "./decode.ts";
import type { RasterShape } from "./decode.ts";

export const LIMIT = Bytes(4 * MiB);

/** In memory, where the system has such a folder: some tests write tens of thousands of files. */
const MEMORY = "/dev/shm";

/** Frames in a folder of their own, which is removed when the process ends. */
const root = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "mutoscope-decode-"));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

let written = 0;

/** A file that was written long ago, so that nobody waits for it to be still. */
export function lay(bytes: Uint8Array | string, page?: number): FrameSource {
  return layAt(`${written++}.frame`, bytes, page);
}

/** The same, in the place of another. */
export function layAt(name: string, bytes: Uint8Array | string, page?: number): FrameSource {
  const path = join(root, name);
  writeFileSync(path, bytes);
  utimesSync(path, 1, 1);
  return { kind: "file", root, path, ...(page === undefined ? {} : { page }) };
}

/** What becomes of a file of these bytes, whatever it promises to be. */
export function decodeBytes(
  bytes: Uint8Array | string,
  { format = "png", limit = LIMIT, page }: { format?: OwnFormat; limit?: Bytes; page?: number } = {},
): Promise<Raster> {
  return decodeFrame(lay(bytes, page), format, limit);
}

/** What a file of these bytes is measured to be. */
export function measureBytes(bytes: Uint8Array | string): Promise<RasterShape> {
  return measureFrame(lay(bytes), "png", LIMIT);
}

/** It fails with one of the codes, in one line that names no path. */
export async function refuses(decoding: Promise<unknown>, ...codes: ErrorCode[]): Promise<void> {
  await assert.rejects(decoding, (error) => {
    assert.ok(error instanceof Fault, String(error));
    assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`);
    assert.ok(!error.message.includes("\n") && !error.message.includes(root), error.message);
    return true;
  });
}

type Program = "ffmpeg" | "pngtopam" | "pamdepth" | "pnmtopng" | "jpegtopnm" | "pnmtojpeg" | "pamtopfm";

/** Runs a program that makes or decodes pictures without us: an independent opinion on what a sample is. */
export function run(program: Program, args: readonly string[], input?: Uint8Array): Buffer {
  const { stdout, status, error, stderr } = spawnSync(program, args, { input, maxBuffer: 64 * MiB });
  assert.equal(error, undefined, `these tests need ${program}: install ffmpeg and netpbm`);
  assert.equal(status, 0, `${program}: ${stderr.toString()}`);
  return stdout;
}

/** A test picture of ffmpeg's in one of its pixel formats, encoded by ffmpeg. */
export function draw(pixelFormat: string, encoding: readonly string[], size = "62x46"): Buffer {
  const source = ["-f", "lavfi", "-i", `testsrc2=size=${size}`, "-frames:v", "1", "-pix_fmt", pixelFormat];
  return run("ffmpeg", ["-v", "error", ...source, "-f", "image2pipe", "-c:v", ...encoding, "-"]);
}

export const drawPng = (pixelFormat: string, size?: string): Buffer => draw(pixelFormat, ["png"], size);

/** The samples that ffmpeg reads, in its pixel format. */
export function readByFfmpeg(bytes: Uint8Array, decoder: string, pixelFormat: string): Buffer {
  const read = ["-v", "error", "-f", "image2", "-c:v", decoder, "-i", lay(bytes).path];
  return run("ffmpeg", [...read, "-f", "rawvideo", "-pix_fmt", pixelFormat, "-"]);
}

/** A raster's samples as bytes, in the machine's order. */
export function bytesOf({ samples }: Raster): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** A repeatable row of whole numbers below a bound (Park and Miller), so that a failure can be repeated. */
export function numbersFrom(seed: number): (bound: number) => number {
  let state = (seed % 2_147_483_646) + 1;
  return (bound) => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * bound);
  };
}
