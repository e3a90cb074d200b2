import { assert } from "../../base/assert.ts";
import type { Picture } from "./image.ts";
import { asSharp, keepLayout } from "./sharp.ts";

/** In pixels. */
export type Size = { readonly width: number; readonly height: number };

/** A picture's size at the width that is wanted: never larger than its own, in its own proportions. */
export function sizeWithin({ width, height }: Size, wanted: number | undefined): Size {
  if (wanted === undefined || wanted >= width) return { width, height };
  return { width: wanted, height: Math.max(1, Math.round((height * wanted) / width)) };
}

/**
 * The picture at this smaller size, by libvips' Lanczos filter over the values as they are shown. So a
 * highlight weighs what is seen of it, and one pixel of 1,000 times white leaves no disc around it; and the
 * same shot looks the same from EXR and from PNG.
 */
export async function resized(picture: Picture, { width, height }: Size): Promise<Picture> {
  if (width === picture.width && height === picture.height) return picture;
  const { channels, samples } = picture;
  const isDeep = samples instanceof Uint16Array;
  const image = (await asSharp(picture)).resize({ width, height, fit: "fill" });
  const { data, info } = await keepLayout(image, picture)
    .raw({ depth: isDeep ? "ushort" : "uchar" })
    .toUint8Array();
  assert(info.channels === channels, "resizing changed the channels");
  const bytes = data as Uint8Array<ArrayBuffer>;
  if (!isDeep) return { width, height, channels, samples: bytes };
  const deep = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  return { width, height, channels, samples: deep };
}
