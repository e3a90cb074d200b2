import type { Head, Picture } from "./head.ts";

const SIGNATURE = 0x89504e47;

/** By colour type; a palette (3) stands for colours. https://www.w3.org/TR/png-3/#11IHDR */
const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 3],
  [4, 2],
  [6, 4],
]);

export async function lookAtPng(head: Head): Promise<Picture> {
  const start = await head.at(0, 26);
  const channels = CHANNELS.get(start.getUint8(25));
  if (start.getUint32(0) !== SIGNATURE || channels === undefined) throw head.corrupt();
  return { width: start.getUint32(16), height: start.getUint32(20), channels, bits: start.getUint8(24) };
}
