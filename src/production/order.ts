import type { ErrorCode } from "../base/errors.ts";
import type { Bytes } from "../base/units.ts";
import type { FrameFormat, FrameSource } from "../library/log.ts";

/** What is made of a frame: the frame itself, or a black picture of its size, depth and colours. */
export type Variant = "original" | "black";

/** What a worker is told to make. Crosses to its thread as a copy, so it is data and small. */
export type Order = {
  readonly source: FrameSource;
  readonly format: FrameFormat;
  readonly variant: Variant;
  /** The largest image that is made, header included, and the largest file that is decoded. */
  readonly limit: Bytes;
};

/** One binary PPM or PGM image in a buffer of its own, so that it can be handed to another thread whole. */
export type Image = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the raster begins. */
  readonly headerBytes: number;
};

/** An image with what is known of it where it was made. */
export type Product = Image & {
  /** SHA-256 of the image's bytes. */
  readonly digest: Uint8Array<ArrayBuffer>;
  /** The number of the thread. */
  readonly worker: number;
};

/** What a worker answers. A fault's detail names no path: it goes to clients. */
export type Answer =
  | { readonly product: Product }
  | { readonly fault: { readonly code: ErrorCode; readonly detail: string } };
