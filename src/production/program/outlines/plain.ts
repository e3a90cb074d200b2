import { fault } from "../../../base/errors.ts";
import { FileBytes } from "./bytes.ts";
import type { Outline } from "./shape.ts";
import { requireSignature } from "./signature.ts";

// Formats in which the program itself finds out that something is missing: only the size is read.

/** SMPTE 268M: the byte order is the one in which the signature reads SDPX. */
export function outlineDpx(bytes: Uint8Array): Outline {
  const signature = new FileBytes(bytes, "big").text(0, 4);
  requireSignature(signature === "SDPX" || signature === "XPDS", "DPX");
  const file = new FileBytes(bytes, signature === "SDPX" ? "big" : "little");
  const GREY = [0, 1, 2, 3, 4, 6, 8];
  const channels = GREY.includes(file.u8(800)) ? 1 : 3;
  const pixelBytes = channels * (file.u8(803) > 8 ? 2 : 1);
  return { width: file.u32(772), height: file.u32(776), pixelBytes };
}

/** Always decoded to colours. */
const BMP_PIXEL = 3;
/** The size of the first version's header. */
const OLDER = 12;
/** Kinds whose rows stand as they are: without compression, and with masks for the colours. */
const UNPACKED: ReadonlySet<number> = new Set([0, 3, 6]);

/**
 * The older header has a size of 16 bits; a negative height counts rows from the top. Rows have to be
 * there as the program wants them, without what fills them up to four bytes: a few bytes that say how
 * large they are must not make it lay out room for that.
 */
export function outlineBmp(bytes: Uint8Array): Outline {
  const file = new FileBytes(bytes, "little");
  requireSignature(file.text(0, 2) === "BM", "BMP");
  const isOlder = file.u32(14) === OLDER;
  const width = isOlder ? file.u16(18) : file.i32(18);
  const height = isOlder ? file.u16(20) : Math.abs(file.i32(22));
  const bits = file.u16(isOlder ? 24 : 28);
  if (isOlder || UNPACKED.has(file.u32(30)))
    file.require(file.u32(10), Math.ceil((width * bits) / 8) * height);
  return { width, height, pixelBytes: BMP_PIXEL };
}

/** Where the lines of a header are to end. */
const LONGEST_HDR_HEADER = 64 * 1024;

/** Radiance: lines of text, an empty one, and the size as `-Y 480 +X 640`. */
export function outlineHdr(bytes: Uint8Array): Outline {
  const file = new FileBytes(bytes, "little");
  requireSignature(file.text(0, 2) === "#?", "Radiance HDR");
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, LONGEST_HDR_HEADER));
  const [, height, width] = /\n\n-Y +(\d{1,9}) +\+X +(\d{1,9})\n/.exec(start) ?? [];
  if (height !== undefined && width !== undefined)
    return { width: Number(width), height: Number(height), pixelBytes: 12 };
  if (file.length < LONGEST_HDR_HEADER)
    throw fault("FRAME_TRUNCATED", "found no line with the picture's size, expected one like -Y 480 +X 640");
  throw fault("FRAME_CORRUPT", "found a header with no line for the picture's size");
}
