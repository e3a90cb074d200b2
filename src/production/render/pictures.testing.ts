import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Fault } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import { Bytes, MiB } from "../../base/units.ts";
import { parseHeader } from "../../wire/netpbm.ts";
import { encodeY4mHeader, Y4M_FRAME } from "../../wire/y4m.ts";
import type { Raster } from "../raster/raster.ts";
import type { Image } from "./image.ts";
import type { ResolvedRendition } from "./render.ts";

export const LIMIT = Bytes(64 * MiB);

/** A rendition with nothing but what is said. */
export function rendition(wanted: Partial<ResolvedRendition>): ResolvedRendition {
  const nothing = { width: undefined, quality: undefined, levels: undefined, exposure: undefined };
  return { format: "ppm", ...nothing, ...wanted };
}

/** One row of grey samples. */
export function row(samples: Raster["samples"], transfer: Raster["transfer"] = "display"): Raster {
  const isFloat = samples instanceof Float32Array;
  const maxval = isFloat ? 1 : samples instanceof Uint16Array ? 65_535 : 255;
  return { width: samples.length, height: 1, channels: 1, samples, maxval, transfer };
}

/** A header and samples of the machine's byte order. */
export type Netpbm = { readonly header: string; readonly samples: number[] };

/** Reads a binary PPM or PGM, whose raster must end the image. */
export function readNetpbm({ bytes, headerBytes }: Image): Netpbm {
  const header = parseHeader(bytes);
  assert.ok(header !== undefined && header.headerBytes === headerBytes);
  assert.equal(bytes.byteLength, headerBytes + header.rasterBytes);
  const raster = Buffer.from(bytes.buffer, bytes.byteOffset + headerBytes);
  const isDeep = header.maxval > 255;
  const count = raster.byteLength / (isDeep ? 2 : 1);
  const samples = Array.from({ length: count }, (_, at) =>
    isDeep ? raster.readUInt16BE(at * 2) : raster[at],
  );
  return { header: Buffer.from(bytes).toString("latin1", 0, headerBytes), samples: samples as number[] };
}

/** Runs a program that knows pictures without us: an independent opinion on what a sample is. */
export function run(
  program: "ffmpeg" | "ffprobe" | "pamdepth" | "pamscale" | "pnmtojpeg" | "jpegtopnm",
  args: readonly string[],
  input?: Uint8Array,
): Buffer<ArrayBuffer> {
  const result = spawnSync(program, args, { input, maxBuffer: 128 * MiB });
  assert.equal(result.error, undefined, `these tests need ${program}: install ffmpeg and netpbm`);
  assert.equal(result.status, 0, `${program}: ${result.stderr.toString()}`);
  return Buffer.from(result.stdout);
}

/** What ffmpeg decodes an encoded picture to. */
export function decoded(image: Image | Uint8Array, pixels: string): Buffer<ArrayBuffer> {
  const raw = ["-f", "rawvideo", "-pix_fmt", pixels, "-"];
  return run("ffmpeg", ["-v", "error", ...inputOf(image), "-i", "-", ...raw], fileOf(image));
}

/** Planes have no header of their own: y4m gives them one. */
function fileOf(image: Image | Uint8Array): Uint8Array {
  if (image instanceof Uint8Array) return image;
  const { bytes, shape } = image;
  if (!isPlanes(image)) return bytes;
  const planes = shape.format === "luma" ? 1 : 3;
  const header = encodeY4mHeader({ ...shape, planes }, { numerator: 24, denominator: 1 });
  return Buffer.concat([header, Y4M_FRAME, bytes]);
}

function inputOf(image: Image | Uint8Array): readonly string[] {
  return isPlanes(image) ? ["-f", "yuv4mpegpipe"] : ["-f", "image2pipe"];
}

function isPlanes(image: Image | Uint8Array): boolean {
  return "shape" in image && (image.shape.format === "yuv" || image.shape.format === "luma");
}

/** What ffprobe says of an encoded picture, as `gray 640 480`. */
export function described(image: Image): string {
  const entries = ["-show_entries", "stream=pix_fmt,width,height", "-of", "csv=p=0"];
  const csv = run("ffprobe", ["-v", "error", ...entries, "-"], fileOf(image));
  const [width, height, pixels] = csv.toString().trim().split(",");
  return `${pixels} ${width} ${height}`;
}

export async function refuses(work: () => unknown, code: ErrorCode): Promise<void> {
  await assert.rejects(
    async () => work(),
    (error) => {
      assert.ok(error instanceof Fault, String(error));
      assert.equal(error.code, code, error.message);
      return true;
    },
  );
}
