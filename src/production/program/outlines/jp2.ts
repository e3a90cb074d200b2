import { fault } from "../../../base/errors.ts";
import { FileBytes } from "./bytes.ts";
import type { Outline } from "./shape.ts";
import { requireSignature } from "./signature.ts";

/** Markers of a code stream (ITU-T T.800, annex A). */
const MARKERS = { start: 0xff4f, size: 0xff51, tilePart: 0xff90, end: 0xffd9 };
/** The first box of a JP2 file (annex I). */
const JP2_SIGNATURE = "\0\0\0\fjP  ";
const MOST_TILES = 65_535;

/**
 * JPEG 2000, in a JP2 file or bare. A decoder makes a worse picture of a part of it and calls that a picture:
 * so every tile and the end of the code must be there.
 */
export function outlineJp2(bytes: Uint8Array): Outline {
  const file = new FileBytes(bytes, "big");
  const start = findCode(file);
  requireSignature(file.u16(start) === MARKERS.start && file.u16(start + 2) === MARKERS.size, "JPEG 2000");
  const [right, bottom, left, top] = fourFrom(file, start + 8);
  const [tileWidth, tileHeight, tilesLeft, tilesTop] = fourFrom(file, start + 24);
  const components = file.u16(start + 40);
  const isDeep = (file.u8(start + 42) & 0x7f) > 7;
  const tiles = Math.ceil((right - tilesLeft) / tileWidth) * Math.ceil((bottom - tilesTop) / tileHeight);
  if (!(tiles >= 1 && tiles <= MOST_TILES))
    throw fault("FRAME_CORRUPT", `found ${tiles} tiles, expected 1 to ${MOST_TILES}`);
  requireTiles(file, start + 2, tiles);
  const pixelBytes = (components < 3 ? 1 : 3) * (isDeep ? 2 : 1);
  return { width: right - left, height: bottom - top, pixelBytes };
}

function fourFrom(file: FileBytes, at: number): [number, number, number, number] {
  return [file.u32(at), file.u32(at + 4), file.u32(at + 8), file.u32(at + 12)];
}

/** Where the code begins: at once, or in the box `jp2c`. */
function findCode(file: FileBytes): number {
  if (file.u16(0) === MARKERS.start) return 0;
  requireSignature(file.text(0, 8) === JP2_SIGNATURE, "JPEG 2000");
  for (let at = 0; ;) {
    const short = file.u32(at);
    if (file.text(at + 4, 4) === "jp2c") return at + (short === 1 ? 16 : 8);
    const length = short === 1 ? file.u64(at + 8) : short;
    if (length < 8) throw fault("FRAME_CORRUPT", `found a box of ${length} bytes, expected 8 at least`);
    at += length;
  }
}

/** Goes from marker to marker, and from tile part to tile part by their lengths, to the end. */
function requireTiles(file: FileBytes, start: number, tiles: number): void {
  const found = new Set<number>();
  for (let at = start; file.u16(at) !== MARKERS.end;) {
    if (file.u16(at) === MARKERS.tilePart) {
      found.add(file.u16(at + 4));
      at += tilePartLength(file, at);
    } else at += 2 + Math.max(2, file.u16(at + 2));
  }
  if (found.size < tiles) throw fault("FRAME_TRUNCATED", `found ${found.size} tiles, expected ${tiles}`);
}

/** A last part may leave its length open: it goes on until the end marker, the file's last two bytes. */
function tilePartLength(file: FileBytes, at: number): number {
  const length = file.u32(at + 6);
  if (length === 0) return Math.max(12, file.length - 2 - at);
  if (length < 12) throw fault("FRAME_CORRUPT", `found a tile part of ${length} bytes, expected 12 at least`);
  return length;
}
