import type { PixelValue, SampleKind, SampleValue } from "./pixelText.ts";

/** Where a window of values lies, in the file's pixels. */
export type Area = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** What the server tells of a window of one frame. */
export type Values = {
  readonly frame: number;
  readonly substitute: { readonly frame: number } | null;
  readonly size: { readonly width: number; readonly height: number };
  readonly channels: readonly string[];
  readonly sample: SampleKind;
  /** What lies in the picture of what was asked for. */
  readonly window: Area;
  /** One list for each pixel, row by row. */
  readonly values: readonly (readonly SampleValue[])[];
};

/** Pixels on a side: a hand that moves slowly stays within it for a while. */
export const SIDE = 32;

/** The window to ask for, with the place in its middle as far as the picture's edges let it. */
export function areaAround(x: number, y: number): Area {
  return { x: Math.max(0, x - SIDE / 2), y: Math.max(0, y - SIDE / 2), width: SIDE, height: SIDE };
}

export function contains({ x, y, width, height }: Area, column: number, row: number): boolean {
  return column >= x && column < x + width && row >= y && row < y + height;
}

/** What a window has at a place; undefined where that is not in it. */
export function valueIn(values: Values, x: number, y: number): PixelValue | undefined {
  const { window, channels, sample, substitute, frame } = values;
  if (!contains(window, x, y)) return undefined;
  const found = values.values[(y - window.y) * window.width + (x - window.x)];
  if (found === undefined) return undefined;
  return { x, y, frame: substitute?.frame ?? frame, channels, values: found, sample };
}
