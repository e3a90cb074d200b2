import { fault } from "../../base/errors.ts";
import type { Raster } from "./raster.ts";

type Samples = Raster["samples"];

/** Turns the bytes of every sample around, where it lies. */
export function swapBytes(samples: Samples): void {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  if (samples.BYTES_PER_ELEMENT === 2) bytes.swap16();
  if (samples.BYTES_PER_ELEMENT === 4) bytes.swap32();
}

/** The first `kept` of every `depth` samples, moved together where they lie. */
export function dropAlpha<Kind extends Samples>(samples: Kind, depth: number, kept: number): Kind {
  let to = 0;
  for (let from = 0; from < samples.length; from += depth) {
    for (let channel = 0; channel < kept; channel++) samples[to++] = samples[from + channel] ?? 0;
  }
  return samples.subarray(0, to) as Kind;
}

/** Rows of `length` samples from bottom to top are turned around, where they lie. */
export function flipRows<Kind extends Samples>(samples: Kind, length: number): Kind {
  for (let top = 0, bottom = samples.length - length; top < bottom; top += length, bottom -= length) {
    const row = samples.slice(top, top + length);
    samples.copyWithin(top, bottom, bottom + length);
    samples.set(row, bottom);
  }
  return samples;
}

/** A raster keeps what its maxval promises. @throws FRAME_CORRUPT */
export function requireUpTo(samples: Samples, maxval: number): void {
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] ?? 0;
    if (sample > maxval)
      throw fault("FRAME_CORRUPT", `found ${sample} as sample ${index + 1}, expected ${maxval} at most`);
  }
}
