import type { Head, Picture } from "./head.ts";

/** Pictures have a few tens of segments before their frame header, mostly metadata. */
const MOST_SEGMENTS = 1000;

/** Walks from segment to segment to the frame header: ISO/IEC 10918-1, B.1.1 and B.2.2. */
export async function lookAtJpeg(head: Head): Promise<Picture> {
  if ((await head.at(0, 2)).getUint16(0) !== 0xffd8) throw head.corrupt();
  let position = 2;
  for (let count = 0; count < MOST_SEGMENTS; count++) {
    const segment = await head.at(position, 10);
    const marker = segment.getUint8(1);
    if (segment.getUint8(0) !== 0xff) throw head.corrupt();
    if (isFrameHeader(marker)) {
      const [height, width] = [segment.getUint16(5), segment.getUint16(7)];
      // Four are inks: a JPEG has no alpha.
      return { width, height, channels: Math.min(segment.getUint8(9), 3), bits: segment.getUint8(4) };
    }
    // A fill byte may stand before a marker.
    position += marker === 0xff ? 1 : 2 + segment.getUint16(2);
  }
  throw head.corrupt();
}

/** SOF0 to SOF15, among which DHT, JPG and DAC are not. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
