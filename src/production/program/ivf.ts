import type { Bytes } from "../../base/units.ts";

/**
 * IVF: a container of nothing but pictures with a length and a time each, so that the program is told where
 * a file ends and which picture it is. https://wiki.multimedia.cx/index.php/IVF
 *
 *     file     "DKIF" version:u16 headerBytes:u16 kind:4 width:u16 height:u16
 *              rate:u32 scale:u32 frames:u32 0:u32
 *     picture  bytes:u32 time:u64 …bytes
 *
 * The kind and the size say nothing here: the decoder is named to the program, and the pictures say how
 * large they are.
 */
const HEADER_BYTES = 32;
const PICTURE_HEADER_BYTES = 12;

/** What an IVF file begins with. */
export function ivfHeader(): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  header.set(new TextEncoder().encode("DKIF"));
  view.setUint16(6, HEADER_BYTES, true);
  // Not 0, which the program would refuse.
  view.setUint16(12, 16, true);
  view.setUint16(14, 16, true);
  view.setUint32(16, 1, true);
  view.setUint32(20, 1, true);
  return header;
}

/** What goes before the bytes of a picture; `time` is a whole number of its own, which comes back. */
export function ivfPictureHeader(bytes: Bytes, time: number): Uint8Array {
  const header = new Uint8Array(PICTURE_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, bytes, true);
  view.setBigUint64(4, BigInt(time), true);
  return header;
}
