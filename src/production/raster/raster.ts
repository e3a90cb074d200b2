/** A decoded picture: what every decoder gives and every encoder takes. */
export type Raster = {
  /** In pixels, from 1. */
  readonly width: number;
  readonly height: number;
  /** 1 grey; 3 red, green, blue. Alpha has been dropped. */
  readonly channels: 1 | 3;
  /** Row by row from the top, a pixel's channels side by side, in the machine's byte order. */
  readonly samples: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  /** The sample of full brightness: 255, 65535, what a netpbm header says; 1 for floating point. */
  readonly maxval: number;
  /** `linear` samples are proportional to light (EXR) and need a transfer curve to be looked at. */
  readonly transfer: "display" | "linear";
};
