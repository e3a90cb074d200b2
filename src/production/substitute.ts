import { Bytes } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import { markHeader } from "../wire/netpbm.ts";
import type { SubstituteMark } from "../wire/netpbm.ts";
import type { Product } from "./order.ts";

/**
 * The frame that a wish gets of a product. A substitute has a header of its own, with the line that marks it,
 * and shares the raster and the digest: however many holes one frame stands in for, its bytes are there once.
 */
export function frameOf(product: Product, wish: FrameWish): ProducedFrame {
  const { bytes, digest, worker, headerBytes, shape } = product;
  // Other formats than netpbm have no room for the line: there the message says it.
  const mark = headerBytes === 0 ? undefined : markOf(wish);
  if (mark === undefined) return { parts: [bytes], bytes: Bytes(bytes.byteLength), shape, digest, worker };
  const header = markHeader(bytes.subarray(0, headerBytes), mark);
  const raster = bytes.subarray(headerBytes);
  const length = Bytes(header.byteLength + raster.byteLength);
  return { parts: [header, raster], bytes: length, shape, digest, worker };
}

function markOf({ entry, substitution }: FrameWish): SubstituteMark | undefined {
  if (substitution === undefined) return undefined;
  const { policy, for: missing } = substitution;
  return policy === "hold" ? { policy, frame: entry.number, for: missing } : { policy, for: missing };
}
