import { fault } from "../../base/errors.ts";
import { Bytes } from "../../base/units.ts";
import type { Raster } from "./raster.ts";

/** What a picture is but for its samples. */
export type RasterShape = Omit<Raster, "samples"> & {
  /** Floating point of 32 bits; otherwise whole numbers, of 8 bits up to a maxval of 255 and else of 16. */
  readonly isFloat: boolean;
};

/** What a picture is but for its samples. */
export function shapeOf({ samples, ...rest }: Raster): RasterShape {
  return { ...rest, isFloat: samples instanceof Float32Array };
}

/** The shape of whole numbers, which are shown as they are. */
export function integerShape(width: number, height: number, channels: 1 | 3, maxval: number): RasterShape {
  return { width, height, channels, maxval, isFloat: false, transfer: "display" };
}

/** What the samples of a picture of this shape take. */
export function sampleBytes({ width, height, channels, maxval, isFloat }: RasterShape): number {
  return width * height * channels * (isFloat ? 4 : maxval > 255 ? 2 : 1);
}

/** The bytes of the samples. @throws FRAME_TOO_LARGE when there are more than `limit` */
export function sampleBytesWithin(shape: RasterShape, limit: Bytes): Bytes {
  return within(sampleBytes(shape), limit, "a picture");
}

/** @throws FRAME_TOO_LARGE */
export function within(bytes: number, limit: Bytes, what: string): Bytes {
  if (bytes <= limit) return Bytes(bytes);
  throw fault("FRAME_TOO_LARGE", `found ${what} of ${bytes} bytes, expected ${limit} at most`);
}

/** Bytes in the machine's byte order as the samples that they are; nothing is copied. */
export function asSamples(shape: RasterShape, bytes: Uint8Array<ArrayBuffer>): Raster["samples"] {
  const { buffer, byteOffset, byteLength } = bytes;
  if (shape.isFloat) return new Float32Array(buffer, byteOffset, byteLength / 4);
  return shape.maxval > 255 ? new Uint16Array(buffer, byteOffset, byteLength / 2) : bytes;
}

/** A picture of this shape with these samples. */
export function rasterOf(shape: RasterShape, samples: Raster["samples"]): Raster {
  const { width, height, channels, maxval, transfer } = shape;
  return { width, height, channels, samples, maxval, transfer };
}
