import { endianness } from "node:os";
import { fault } from "../../../base/errors.ts";
import { Bytes } from "../../../base/units.ts";
import type { Raster } from "../../raster/raster.ts";
import { dropAlpha } from "../../raster/samples.ts";
import { asSamples, rasterOf } from "../../raster/shape.ts";
import type { Layout } from "./layout.ts";
import { readOne } from "./layout.ts";
import { TO_FLOAT, turnAround } from "./numbers.ts";
import type { Pieces } from "./pieces.ts";
import type { Plan } from "./plan.ts";
import { readPiecesInto } from "./rebuild.ts";
import type { Directory, Tiff } from "./structure.ts";
import { PHOTOMETRIC, TAG } from "./tags.ts";

const UNCOMPRESSED = 1;

/** Whether a page's samples lie in the file as they are: in strips, without compression, in whole bytes. */
export function liesOpen(tiff: Tiff, directory: Directory, layout: Layout, pieces: Pieces): boolean {
  const isPlain = layout.photometric <= PHOTOMETRIC.rgb && layout.bits >= 8;
  if (layout.compression !== UNCOMPRESSED || pieces.isTiled || !isPlain) return false;
  return readOne(tiff, directory, TAG.fillOrder, 1) === 1;
}

/**
 * Reads such samples to where they stay: the stacks that instruments write take a fourth of the time that the
 * decoder takes. @throws FRAME_CORRUPT, FRAME_TRUNCATED
 */
export function readOpen(tiff: Tiff, layout: Layout, plan: Plan, pieces: Pieces): Raster {
  const bytes = readExactly(tiff, layout, pieces);
  if (layout.bits > 8 && tiff.isLittleEndian !== (endianness() === "LE")) swap(bytes, layout.bits);
  const { numbers, shape } = plan;
  const found = numbers === "same" ? asSamples(shape, bytes) : TO_FLOAT[numbers](bytes);
  const samples = colours(found, layout);
  if (layout.photometric === PHOTOMETRIC.whiteIsZero) turnAround(samples, numbers);
  return rasterOf(shape, samples);
}

/** The pieces one after the other, without what they may have behind their rows. */
function readExactly(tiff: Tiff, layout: Layout, pieces: Pieces): Uint8Array<ArrayBuffer> {
  const rowBytes = (layout.width * (layout.isPlanar ? 1 : layout.samples) * layout.bits) / 8;
  const inPlane = Math.ceil(layout.height / pieces.height);
  const counts = pieces.counts.map((count, index) => {
    const firstRow = (index % inPlane) * pieces.height;
    const needed = Math.min(pieces.height, layout.height - firstRow) * rowBytes;
    if (count >= needed) return needed;
    throw fault("FRAME_CORRUPT", `found ${count} bytes in strip ${index + 1}, expected ${needed}`);
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bytes = new Uint8Array(total);
  readPiecesInto(bytes, tiff, { ...pieces, counts, bytes: Bytes(total) });
  return bytes;
}

function swap(bytes: Uint8Array<ArrayBuffer>, bits: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bits === 16) buffer.swap16();
  else if (bits === 32) buffer.swap32();
  else buffer.swap64();
}

/** A pixel's colours side by side, without what else it has. */
function colours(
  samples: Raster["samples"],
  { isPlanar, samples: depth, colours: kept }: Layout,
): Raster["samples"] {
  if (isPlanar && kept > 1) return interleave(samples, kept);
  return isPlanar || depth === kept ? samples : dropAlpha(samples, depth, kept);
}

function interleave<Samples extends Raster["samples"]>(planes: Samples, depth: number): Samples {
  const pixels = planes.length / depth;
  const samples = planes.slice() as Samples;
  for (let plane = 0, from = 0; plane < depth; plane++) {
    for (let pixel = 0; pixel < pixels; pixel++) samples[pixel * depth + plane] = planes[from++] ?? 0;
  }
  return samples;
}
