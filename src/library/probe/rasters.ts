import { type Head, type Picture, letters } from "./head.ts";

/** DPX: SMPTE ST 268, whose first bytes tell the byte order. */
export async function lookAtDpx(head: Head): Promise<Picture> {
  const start = await head.at(0, 804);
  const magic = letters(start, 0);
  if (magic !== "SDPX" && magic !== "XPDS") throw head.corrupt();
  const littleEndian = magic === "XPDS";
  const [width, height] = [start.getUint32(772, littleEndian), start.getUint32(776, littleEndian)];
  const channels = DPX_CHANNELS.get(start.getUint8(800)) ?? 3;
  const bits = start.getUint8(803);
  return { width, height, channels, bits, ...(bits >= 32 && { float: true }) };
}

/** By descriptor: one of red, green, blue, alpha, luma or depth; with alpha. */
const DPX_CHANNELS: ReadonlyMap<number, number> = new Map([
  ...[1, 2, 3, 4, 6, 8].map((descriptor) => [descriptor, 1] as const),
  [51, 4],
  [52, 4],
]);

/** A header of BMP's first version. */
const OS2 = 12;
/** From version 4 on the header says where alpha lies. */
const WITH_MASKS = 108;

export async function lookAtBmp(head: Head): Promise<Picture> {
  const start = await head.at(0, 30);
  if (start.getUint16(0) !== 0x424d) throw head.corrupt();
  const size = start.getUint32(14, true);
  if (size === OS2) {
    return { width: start.getUint16(18, true), height: start.getUint16(20, true), channels: 3, bits: 8 };
  }
  // Rows from the top down are told by a negative height.
  const [width, height] = [start.getInt32(18, true), Math.abs(start.getInt32(22, true))];
  // The masks say something of pixels of 32 bits; other programs fill them in for all.
  const mayHaveAlpha = size >= WITH_MASKS && start.getUint16(28, true) === 32;
  const hasAlpha = mayHaveAlpha && (await head.at(66, 4)).getUint32(0) !== 0;
  return { width, height, channels: hasAlpha ? 4 : 3, bits: 8 };
}

const TGA_TYPES = new Set([1, 2, 3, 9, 10, 11]);
const TGA_BITS = new Set([8, 15, 16, 24, 32]);

/** TGA has no first bytes of its own: its header must make sense. */
export async function lookAtTga(head: Head): Promise<Picture> {
  const start = await head.at(0, 18);
  const [hasMap, type, pixelBits] = [start.getUint8(1), start.getUint8(2), start.getUint8(16)];
  if (hasMap > 1 || !TGA_TYPES.has(type) || !TGA_BITS.has(pixelBits)) throw head.corrupt();
  const [width, height] = [start.getUint16(12, true), start.getUint16(14, true)];
  const isGrey = type % 8 === 3;
  if (isGrey) return { width, height, channels: pixelBits === 16 ? 2 : 1, bits: 8 };
  return { width, height, channels: pixelBits === 32 ? 4 : 3, bits: 8 };
}

/** https://paulbourke.net/dataformats/sgirgb/sgiversion.html */
export async function lookAtSgi(head: Head): Promise<Picture> {
  const start = await head.at(0, 12);
  const [bytes, dimensions] = [start.getUint8(3), start.getUint16(4)];
  const isKnown = (bytes === 1 || bytes === 2) && dimensions >= 1 && dimensions <= 3;
  if (start.getUint16(0) !== 0x01da || !isKnown) throw head.corrupt();
  return {
    width: start.getUint16(6),
    height: dimensions === 1 ? 1 : start.getUint16(8),
    channels: dimensions < 3 ? 1 : Math.min(start.getUint16(10), 4),
    bits: 8 * bytes,
  };
}
