import type { Raster } from "../../raster/raster.ts";

/**
 * Kinds of numbers that a raster does not have become floating point of 32 bits, with the same values:
 * exactly for halves, signed numbers of 8 and 16 bits, and whole numbers up to 2^24; the nearest otherwise.
 */
export type NumberKind = "same" | "int8" | "int16" | "int32" | "uint32" | "half" | "double";

type Convert = (bytes: Uint8Array<ArrayBuffer>) => Float32Array<ArrayBuffer>;

/** From samples in the machine's byte order. */
export const TO_FLOAT: Readonly<Record<Exclude<NumberKind, "same">, Convert>> = {
  int8: ({ buffer, byteOffset, length }) => Float32Array.from(new Int8Array(buffer, byteOffset, length)),
  int16: ({ buffer, byteOffset, length }) => new Float32Array(new Int16Array(buffer, byteOffset, length / 2)),
  int32: ({ buffer, byteOffset, length }) => new Float32Array(new Int32Array(buffer, byteOffset, length / 4)),
  uint32: ({ buffer, byteOffset, length }) =>
    new Float32Array(new Uint32Array(buffer, byteOffset, length / 4)),
  double: ({ buffer, byteOffset, length }) =>
    new Float32Array(new Float64Array(buffer, byteOffset, length / 8)),
  half: ({ buffer, byteOffset, length }) => fromHalves(new Uint16Array(buffer, byteOffset, length / 2)),
};

function fromHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  HALVES ??= Float32Array.from({ length: 65_536 }, (_, bits) => halfValue(bits));
  const floats = new Float32Array(halves.length);
  for (let index = 0; index < halves.length; index++) floats[index] = HALVES[halves[index] ?? 0] ?? 0;
  return floats;
}

let HALVES: Float32Array | undefined;

/** IEEE 754, binary16. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** What 0 is white of, turned around: whole numbers by their bits, so that all stay in range; else from 1. */
export function turnAround(samples: Raster["samples"], kind: NumberKind): void {
  if (samples instanceof Float32Array && (kind === "same" || kind === "half" || kind === "double")) {
    for (let index = 0; index < samples.length; index++) samples[index] = 1 - (samples[index] ?? 0);
    return;
  }
  const top = kind === "uint32" ? 2 ** 32 - 1 : -1;
  const most = samples instanceof Float32Array ? top : samples instanceof Uint16Array ? 65_535 : 255;
  for (let index = 0; index < samples.length; index++) samples[index] = most - (samples[index] ?? 0);
}
