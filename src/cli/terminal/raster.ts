import type { Raster as Samples } from "../../../client/index.ts";

/** Samples of 8 bits over their whole range, row by row: red, green and blue, or grey alone. */
export type Raster = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly samples: Uint8Array;
};

/** A picture as a terminal shows it: 8 bits of whatever it has. */
export function shallow({ width, height, channels, maxval, samples }: Samples): Raster {
  if (maxval === 255 && samples instanceof Uint8Array) return { width, height, channels, samples };
  const scale = 255 / maxval;
  const bytes = Uint8Array.from(samples, (value) => Math.round(Math.min(value, maxval) * scale));
  return { width, height, channels, samples: bytes };
}
