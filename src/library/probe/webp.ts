import { type Head, type Picture, letters } from "./head.ts";

/** https://developers.google.com/speed/webp/docs/riff_container and RFC 6386, 9.1 */
export async function lookAtWebp(head: Head): Promise<Picture> {
  const start = await head.at(0, 30);
  if (letters(start, 0) !== "RIFF" || letters(start, 8) !== "WEBP") throw head.corrupt();
  const kind = letters(start, 12);
  if (kind === "VP8X") {
    const [width, height] = [1 + start24(start, 24), 1 + start24(start, 27)];
    return { width, height, channels: start.getUint8(20) & HAS_ALPHA ? 4 : 3, bits: 8 };
  }
  if (kind === "VP8L" && start.getUint8(20) === LOSSLESS) {
    const packed = start.getUint32(21, true);
    const [width, height] = [1 + (packed & SIZE), 1 + ((packed >>> 14) & SIZE)];
    return { width, height, channels: packed & LOSSLESS_ALPHA ? 4 : 3, bits: 8 };
  }
  if (kind !== "VP8 " || start24(start, 23) !== LOSSY) throw head.corrupt();
  const [width, height] = [start.getUint16(26, true) & SIZE, start.getUint16(28, true) & SIZE];
  return { width, height, channels: 3, bits: 8 };
}

const HAS_ALPHA = 0x10;
const LOSSLESS = 0x2f;
const LOSSLESS_ALPHA = 1 << 28;
const LOSSY = 0x2a019d;
/** Fourteen bits. */
const SIZE = 0x3fff;

const start24 = (view: DataView, at: number): number =>
  view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
