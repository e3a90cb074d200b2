/** As many pieces of a hundred bytes as a few clients are sent in a moment: all are given back together. */
const SLAB_BYTES = 8192;

const encoder = new TextEncoder();
let slab = new Uint8Array(SLAB_BYTES);
let used = 0;

/**
 * A short text as bytes (UTF-8), for what is sent with every frame: many share one buffer, because getting
 * and giving back memory outside of the heap costs more than writing it. A long one has a buffer of its own.
 */
export function encodeShort(text: string): Uint8Array {
  const most = 3 * text.length;
  if (most > SLAB_BYTES / 8) return encoder.encode(text);
  if (used + most > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  const begin = used;
  used += encoder.encodeInto(text, slab.subarray(begin)).written;
  return slab.subarray(begin, used);
}
