import { endianness } from "node:os";
import type { Raster } from "../raster/raster.ts";

/** How the samples of a picture come out of the program. */
export type Layout = {
  /** How many bytes one sample has; four are floating point. */
  readonly sampleBytes: 1 | 2 | 4;
  readonly maxval: number;
  /** Samples side by side, or one plane after the other. */
  readonly planar: boolean;
  /** Where red, green and blue lie, or grey alone. */
  readonly order: readonly [number] | readonly [number, number, number];
  /** How many samples a pixel has, alpha included. */
  readonly channels: 1 | 2 | 3 | 4;
};

/** By the program's name for it, without the byte order. */
const LAYOUTS: ReadonlyMap<string, Layout> = new Map([
  ["gray", packed(1, 255, 1)],
  ["ya8", packed(1, 255, 2)],
  ["rgb24", packed(1, 255, 3)],
  ["rgba", packed(1, 255, 4)],
  ["gray10", packed(2, 1023, 1)],
  ["gray12", packed(2, 4095, 1)],
  ["gray14", packed(2, 16_383, 1)],
  ["gray16", packed(2, 65_535, 1)],
  ["ya16", packed(2, 65_535, 2)],
  ["rgb48", packed(2, 65_535, 3)],
  ["rgba64", packed(2, 65_535, 4)],
  ["gbrp10", planar(2, 1023, 3)],
  ["gbrap10", planar(2, 1023, 4)],
  ["gbrp12", planar(2, 4095, 3)],
  ["gbrap12", planar(2, 4095, 4)],
  ["gbrp14", planar(2, 16_383, 3)],
  ["gbrp16", planar(2, 65_535, 3)],
  ["gbrap16", planar(2, 65_535, 4)],
  ["grayf32", packed(4, 1, 1)],
  ["gbrpf32", planar(4, 1, 3)],
  ["gbrapf32", planar(4, 1, 4)],
]);

const BYTE_ORDER = endianness().toLowerCase();

/** What the program may give, by its own names, in the machine's byte order. */
export const LAYOUT_NAMES: readonly string[] = Array.from(LAYOUTS, ([name, { sampleBytes }]) =>
  sampleBytes === 1 ? name : `${name}${BYTE_ORDER}`,
);

const BY_NAME: ReadonlyMap<string, Layout> = new Map(
  Array.from(LAYOUTS.values(), (layout, index) => [LAYOUT_NAMES[index] ?? "", layout]),
);

/** The layout of the program's name for it; undefined when it is none of `LAYOUT_NAMES`. */
export function layoutOf(name: string): Layout | undefined {
  return BY_NAME.get(name);
}

/** A picture as the program announces it. */
export type Picture = { readonly width: number; readonly height: number; readonly layout: Layout };

/** How many bytes the program gives for a picture, alpha included. */
export function givenBytes({ width, height, layout }: Picture): number {
  return width * height * layout.channels * layout.sampleBytes;
}

/** How many bytes the raster of a picture has. */
export function rasterBytes({ width, height, layout }: Picture): number {
  return width * height * layout.order.length * layout.sampleBytes;
}

/** Whether the bytes of the program are the raster's as they lie. */
export function isRaster({ planar, order, channels }: Layout): boolean {
  return order.length === channels && (!planar || channels === 1);
}

/** Makes a raster of what the program gave. It lies in the same buffer where `isRaster`, else in its own. */
export function toRaster(picture: Picture, given: Uint8Array<ArrayBuffer>): Raster {
  const { width, height, layout } = picture;
  const from = samplesOf(layout, given);
  const samples = isRaster(layout) ? from : rearranged(picture, from);
  const channels = layout.order.length === 1 ? 1 : 3;
  const transfer = layout.sampleBytes === 4 ? "linear" : "display";
  return { width, height, channels, samples, maxval: layout.maxval, transfer };
}

type Samples = Raster["samples"];

function samplesOf({ sampleBytes }: Layout, { buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>) {
  const count = byteLength / sampleBytes;
  if (sampleBytes === 1) return new Uint8Array(buffer, byteOffset, count);
  return sampleBytes === 2
    ? new Uint16Array(buffer, byteOffset, count)
    : new Float32Array(buffer, byteOffset, count);
}

/** Puts colours side by side, and leaves alpha out. */
function rearranged({ width, height, layout }: Picture, from: Samples): Samples {
  const pixels = width * height;
  const { order, channels, planar, sampleBytes } = layout;
  const into = samplesOf(layout, new Uint8Array(pixels * order.length * sampleBytes));
  const every = planar ? 1 : channels;
  const [first, second, third] = order.map((place) => (planar ? place * pixels : place));
  if (second === undefined || third === undefined) pick(from, first ?? 0, every, into);
  else interleave(from, [first ?? 0, second, third], every, into);
  return into;
}

/** Takes every `every`th sample. */
function pick(from: Samples, start: number, every: number, into: Samples): void {
  for (let at = 0, read = start; at < into.length; at += 1, read += every) into[at] = from[read] ?? 0;
}

/** One pass over all three: each sample of the raster is touched once, one after the other. */
function interleave(
  from: Samples,
  [first, second, third]: readonly [number, number, number],
  every: number,
  into: Samples,
): void {
  for (let at = 0, read = 0; at < into.length; at += 3, read += every) {
    into[at] = from[first + read] ?? 0;
    into[at + 1] = from[second + read] ?? 0;
    into[at + 2] = from[third + read] ?? 0;
  }
}

function packed(sampleBytes: Layout["sampleBytes"], maxval: number, channels: Layout["channels"]): Layout {
  return { sampleBytes, maxval, planar: false, order: channels < 3 ? [0] : [0, 1, 2], channels };
}

/** The program's planes are green, blue, red and alpha. */
function planar(sampleBytes: Layout["sampleBytes"], maxval: number, channels: 3 | 4): Layout {
  return { sampleBytes, maxval, planar: true, order: [2, 0, 1], channels };
}
