import { fault } from "../../base/errors.ts";
import type { FrameSamples, SampleShape } from "../../library/inspection.ts";

/** A part of a picture, in pixels from its upper left corner. */
export type Window = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** JSON has no words for the last three. */
export type SampleValue = number | "NaN" | "Infinity" | "-Infinity";

/** The part of a window that lies in the picture. @throws PIXEL_OUTSIDE when its first pixel does not */
export function windowIn({ width, height }: SampleShape, { x, y, ...wished }: Window): Window {
  if (x >= width || y >= height)
    throw fault("PIXEL_OUTSIDE", `found x=${x} and y=${y}, but the picture has ${width}×${height} pixels`);
  return { x, y, width: Math.min(wished.width, width - x), height: Math.min(wished.height, height - y) };
}

/** The values of the window's pixels, row by row. */
export function valuesIn({ shape, bytes }: FrameSamples, { x, y, width, height }: Window): SampleValue[][] {
  const { channels } = shape;
  const samples = samplesOf(shape, bytes);
  return Array.from({ length: width * height }, (_, index) => {
    const row = y + Math.floor(index / width);
    const first = (row * shape.width + x + (index % width)) * channels;
    return Array.from({ length: channels }, (__, channel) => told(samples[first + channel] ?? 0));
  });
}

function samplesOf(
  { isFloat, maxval }: SampleShape,
  { buffer, byteOffset, byteLength }: Uint8Array,
): Float32Array | Uint16Array | Uint8Array {
  if (isFloat) return new Float32Array(buffer, byteOffset, byteLength / 4);
  return maxval > 255
    ? new Uint16Array(buffer, byteOffset, byteLength / 2)
    : new Uint8Array(buffer, byteOffset, byteLength);
}

function told(value: number): SampleValue {
  return Number.isFinite(value) ? value : (String(value) as SampleValue);
}
