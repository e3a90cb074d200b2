import type { Metadata } from "sharp";
import { fault } from "../../base/errors.ts";
import type { Bytes } from "../../base/units.ts";
import type { Raster } from "../raster/raster.ts";
import { readAt, shrank } from "../file/read.ts";
import type { FrameFile } from "../file/read.ts";
import { hasEnd } from "./encoded/end.ts";
import type { WholeFormat } from "./encoded/end.ts";
import { FORMAT_NAMES } from "./kind.ts";
import { asSamples, integerShape, rasterOf, sampleBytesWithin, within } from "../raster/shape.ts";
import type { RasterShape } from "../raster/shape.ts";
import { decode, describe } from "./encoded/sharp.ts";
import type { Encoded } from "./encoded/sharp.ts";

/**
 * Reads a PNG, JPEG or WebP whole; what it gives is decoded later, when the file is closed.
 * @throws FRAME_TOO_LARGE, FRAME_TRUNCATED
 */
export function readEncoded(file: FrameFile, format: WholeFormat, limit: Bytes): Encoded {
  const bytes = new Uint8Array(within(file.size, limit, "a file"));
  const read = readAt(file, bytes, 0);
  if (read < file.size) throw shrank(file.size, read);
  if (!hasEnd(bytes, format))
    throw fault("FRAME_TRUNCATED", `found no end of what begins as ${FORMAT_NAMES[format]}`);
  return { bytes, format };
}

/** @throws FRAME_CORRUPT; FRAME_TOO_LARGE before anything is decoded */
export async function decodeEncoded(encoded: Encoded, limit: Bytes): Promise<Raster> {
  const metadata = await describe(encoded);
  const shape = shapeOf(metadata);
  const expected = sampleBytesWithin(shape, limit);
  const depth = shape.maxval > 255 ? "ushort" : "uchar";
  const colours = COLOURS[depth][shape.channels];
  const { data } = await decode(encoded, { colours, depth }, { limit, isCmyk: metadata.space === "cmyk" });
  if (data.byteLength !== expected)
    throw fault("FRAME_CORRUPT", `found ${data.byteLength} bytes of samples, expected ${expected}`);
  return rasterOf(shape, asSamples(shape, data));
}

/** What its header says. @throws FRAME_CORRUPT */
export async function measureEncoded(encoded: Encoded): Promise<RasterShape> {
  return shapeOf(await describe(encoded));
}

const COLOURS = {
  uchar: { 1: "b-w", 3: "srgb" },
  ushort: { 1: "grey16", 3: "rgb16" },
} as const;

function shapeOf({ width, height, channels, depth }: Metadata): RasterShape {
  return integerShape(width, height, channels <= 2 ? 1 : 3, depth === "ushort" ? 65_535 : 255);
}
