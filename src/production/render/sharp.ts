import type encoder from "sharp";
import type { Sharp } from "sharp";
import { fault } from "../../base/errors.ts";
import type { Picture } from "./image.ts";

let loaded: Promise<typeof encoder> | undefined;

/** Loaded when the first picture needs it: a worker that passes netpbm through does without. */
export function loadSharp(): Promise<typeof encoder> {
  loaded ??= importSharp();
  return loaded;
}

async function importSharp(): Promise<typeof encoder> {
  const { default: sharp } = await import("sharp").catch((error: unknown) => {
    throw fault("FRAME_UNSUPPORTED", "the encoder of PNG and WebP cannot be loaded on this machine", error);
  });
  // One worker makes one picture, on one thread; what is kept is kept by production's cache.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

/** The picture for sharp, which takes its samples as they are: neither gamma nor a profile is applied. */
export async function asSharp({ samples, width, height, channels }: Picture): Promise<Sharp> {
  const sharp = await loadSharp();
  // The bounds are those of the sizes that are rendered.
  return sharp(samples, { raw: { width, height, channels }, limitInputPixels: false });
}

/** Makes what sharp gives have the picture's own channels and depth. */
export function keepLayout(image: Sharp, { channels, samples }: Omit<Picture, "width" | "height">): Sharp {
  const isDeep = samples instanceof Uint16Array;
  if (channels === 1) return image.toColourspace(isDeep ? "grey16" : "b-w");
  return image.toColourspace(isDeep ? "rgb16" : "srgb");
}
