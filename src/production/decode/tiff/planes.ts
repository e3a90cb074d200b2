import { endianness } from "node:os";
import type { Decoded } from "../encoded/sharp.ts";
import type { Layout } from "./layout.ts";
import type { Pieces } from "./pieces.ts";
import { SAMPLE_FORMAT } from "./tags.ts";

/** Of these compressions alone a predictor is a part; with others the tag means nothing. */
const PREDICTED: ReadonlySet<number> = new Set([5, 8, 32_946]);

const [HORIZONTAL, FLOATING_POINT] = [2, 3];

/**
 * Whether the page's floating point lies in planes of bytes, by the predictor of floating point: of each row
 * of a strip or tile all first bytes, then all second ones, the highest first in both byte orders, and of
 * each byte the difference from that of the pixel before.
 */
export function liesInPlanes({ compression, predictor, format }: Layout): boolean {
  return predictor === FLOATING_POINT && format === SAMPLE_FORMAT.float && PREDICTED.has(compression);
}

/** As the decoder is told of it: a picture of bytes, whose differences it undoes. */
export function asBytes(layout: Layout): Layout {
  return { ...layout, bits: 8, format: SAMPLE_FORMAT.unsigned, predictor: HORIZONTAL };
}

/** Its width in bytes, and that of its pieces. Tiles are whole: the last bytes lie behind the page's edge. */
export function widthsInBytes(
  { width, bits }: Pick<Layout, "width" | "bits">,
  pieces: Pieces,
): { page: number; piece: number } {
  const piece = pieces.width * (bits / 8);
  return { page: Math.ceil(width / pieces.width) * piece, piece };
}

/** The samples of such a picture, in the machine's byte order. */
export function joinPlanes(
  { data, channels }: Decoded,
  layout: Layout,
  pieces: Pieces,
): Uint8Array<ArrayBuffer> {
  const { width, height } = layout;
  const planes = layout.bits / 8;
  const { page } = widthsInBytes(layout, pieces);
  const joined = new Uint8Array(width * height * channels * planes);
  const isLittle = endianness() === "LE";
  for (let row = 0; row < height; row++) {
    for (let left = 0; left < width; left += pieces.width) {
      const values = Math.min(pieces.width, width - left) * channels;
      const from = (row * page + left * planes) * channels;
      const to = (row * width + left) * channels * planes;
      for (let plane = 0; plane < planes; plane++) {
        const begin = from + plane * pieces.width * channels;
        let at = to + (isLittle ? planes - 1 - plane : plane);
        for (let index = begin; index < begin + values; index++, at += planes) joined[at] = data[index] ?? 0;
      }
    }
  }
  return joined;
}
