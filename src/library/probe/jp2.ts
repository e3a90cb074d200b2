import { type Head, type Picture, letters } from "./head.ts";

/** Start of the code, and of the size that must follow. */
const CODE_START = 0xff4fff51;
const SIGNATURE = 0x6a502020;

/** A file has a handful of boxes before its picture. */
const MOST_BOXES = 100;

/**
 * JPEG 2000: boxes around the picture's code, or the code alone. ISO/IEC 15444-1, I.4 and A.5.1. Programs
 * disagree about the depth in the boxes, so the code is asked.
 */
export async function lookAtJp2(head: Head): Promise<Picture> {
  const start = await head.at(0, 8);
  if (start.getUint32(0) === CODE_START) return lookAtCode(head, 0);
  if (start.getUint32(4) !== SIGNATURE) throw head.corrupt();
  let position = 0;
  for (let count = 0; count < MOST_BOXES; count++) {
    const box = await head.at(position, 8);
    const kind = letters(box, 4);
    const length = box.getUint32(0);
    const header = length === 1 ? 16 : 8;
    if (kind === "jp2c") return lookAtCode(head, position + header);
    const size = length === 1 ? await longSize(head, position) : length;
    if (size < header) throw head.corrupt();
    position += size;
  }
  throw head.corrupt();
}

async function longSize(head: Head, position: number): Promise<number> {
  const size = Number((await head.at(position + 8, 8)).getBigUint64(0));
  if (!Number.isSafeInteger(position + size)) throw head.corrupt();
  return size;
}

async function lookAtCode(head: Head, position: number): Promise<Picture> {
  const size = await head.at(position, 43);
  if (size.getUint32(0) !== CODE_START) throw head.corrupt();
  return {
    width: size.getUint32(8) - size.getUint32(16),
    height: size.getUint32(12) - size.getUint32(20),
    channels: Math.min(size.getUint16(40), 4),
    bits: (size.getUint8(42) & DEPTH) + 1,
  };
}

/** Without the bit that tells signed samples. */
const DEPTH = 0x7f;
