import { Bytes } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import { markHeader } from "../wire/netpbm.ts";
import type { SubstituteMark } from "../wire/netpbm.ts";
import type { Product } from "./order.ts";
import type { MeasuredLevels } from "./render/measure.ts";

/** A product, and the frame that it is when it stands in for no other: one for all who send it. */
export type FrameProduct = Product & { readonly frame: ProducedFrame };

/**
 * What came from a worker, as it is kept. The runtime's streams take its own kind of buffer as it is, and
 * make one of any other array whenever that is written.
 *
 * @param levels that it was made under, if any had been measured
 */
export function frameProduct(product: Product, levels: MeasuredLevels | undefined): FrameProduct {
  const { bytes, shape, digest, worker } = product;
  const parts = [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)];
  return { ...product, frame: { parts, bytes: Bytes(bytes.byteLength), shape, digest, worker, levels } };
}

/**
 * The frame that a wish gets of a product. A substitute has a header of its own, with the line that marks it,
 * and shares the raster and the digest: however many holes one frame stands in for, its bytes are there once.
 */
export function frameOf(product: FrameProduct, wish: FrameWish): ProducedFrame {
  const { bytes, digest, worker, headerBytes, shape } = product;
  const { levels } = product.frame;
  // Other formats than netpbm have no room for the line: there the message says it.
  const mark = headerBytes === 0 ? undefined : markOf(wish);
  if (mark === undefined) return product.frame;
  const header = markHeader(bytes.subarray(0, headerBytes), mark);
  const raster = Buffer.from(bytes.buffer, bytes.byteOffset + headerBytes, bytes.byteLength - headerBytes);
  const length = Bytes(header.byteLength + raster.byteLength);
  return { parts: [header, raster], bytes: length, shape, digest, worker, levels };
}

function markOf({ entry, substitution }: FrameWish): SubstituteMark | undefined {
  if (substitution === undefined) return undefined;
  const { policy, for: missing } = substitution;
  return policy === "hold" ? { policy, frame: entry.number, for: missing } : { policy, for: missing };
}
