/** Frames on a line of so many CSS pixels; each has a part of the same width. */
export type Scale = { readonly first: number; readonly last: number; readonly width: number };

/** The frame at a place on the line, never one beside its ends. */
export function frameAtPlace(x: number, { first, last, width }: Scale): number {
  const count = last - first + 1;
  const frame = first + Math.floor((x / Math.max(width, 1)) * count);
  return Math.min(Math.max(frame, first), last);
}

/** Where a frame's part begins, and how wide it is. */
export function partOf(frame: number, { first, last, width }: Scale): { x: number; width: number } {
  const each = width / (last - first + 1);
  return { x: (frame - first) * each, width: each };
}

/** A mark at a frame, with its number where there is room for it. */
export type Tick = { readonly frame: number; readonly isNamed: boolean };

/** Marks nearer to each other than this cannot be told apart. */
const NARROWEST = 6;
/** A digit's width, and what is free beside a number, at 11 pixels. */
const DIGIT = 7;
const FREE = 16;

/** Marks at round numbers, as the eye counts: 1, 2 and 5 times a power of ten. */
export function ticksOf(scale: Scale): Tick[] {
  const { first, last, width } = scale;
  if (width <= 0) return [];
  const each = width / (last - first + 1);
  const digits = Math.max(String(first).length, String(last).length);
  const marked = roundStep(NARROWEST / each);
  const named = roundStep((digits * DIGIT + FREE) / each);
  const ticks: Tick[] = [];
  for (let frame = Math.ceil(first / marked) * marked; frame <= last; frame += marked)
    ticks.push({ frame, isNamed: frame % named === 0 });
  return ticks;
}

/** The smallest of 1, 2, 5, 10, 20 … that is not below. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? power * 10;
}

/** Single frames, put together to runs, both ends included; they come in order. */
export function runsOf(frames: readonly number[], step: number): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    if (run !== undefined && frame <= run[1] + step) run[1] = frame;
    else runs.push([frame, frame]);
  }
  return runs;
}
