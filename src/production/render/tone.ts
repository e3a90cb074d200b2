import { LRUCache } from "lru-cache";
import type { Levels } from "../../base/rendition.ts";
import type { Raster } from "../raster/raster.ts";
import { decodeLight, encodeLight } from "./curve.ts";

/** Bits of a sample that is made. Full brightness is 255 or 65535. */
export type Depth = 8 | 16;

/** Samples of one of these depths. */
export type Samples = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/**
 * How samples become what is shown: first `levels` stretch them, then the gain multiplies the light that this
 * makes, then what is beyond black and white is cut off. Nothing is cut off before the last step.
 */
export type Tone = {
  readonly levels: Levels;
  /** 2 to the power of the exposure. */
  readonly gain: number;
  /** Whether stretched samples are light already, or values for a display. */
  readonly transfer: Raster["transfer"];
};

/** @param levels those of the whole range, when undefined: 0 to maxval, which is 1 for floating point */
export function toneOf(raster: Raster, levels: Levels | undefined, exposure = 0): Tone {
  const { transfer, maxval } = raster;
  return { levels: levels ?? { low: 0, high: maxval }, gain: 2 ** exposure, transfer };
}

/**
 * The picture's samples in this tone and depth, in the machine's byte order. NaN becomes black, and infinite
 * values white or black. Where nothing changes, they are the raster's own.
 */
export function toned(raster: Raster, tone: Tone, depth: Depth): Samples {
  const { samples } = raster;
  if (samples instanceof Float32Array)
    return depth === 8 ? floatsTo8(samples, tone) : floatsTo16(samples, tone);
  if (isUnchanged(samples, tone, depth)) return samples;
  if (samples instanceof Uint8Array) return bytesToBytes(samples, tableOf8(tone, 2 ** 8));
  if (depth === 8) return wordsToBytes(samples, tableOf8(tone, 2 ** 16));
  return wordsToWords(samples, tableOf16(tone, 2 ** 16));
}

function isUnchanged(samples: Samples, { levels, gain, transfer }: Tone, depth: Depth): boolean {
  const isFull = levels.low === 0 && levels.high === 2 ** depth - 1;
  return isFull && samples.BYTES_PER_ELEMENT * 8 === depth && gain === 1 && transfer === "display";
}

/** What is shown, 0 to 1, of a sample that lies at `place` between the levels: 0 is low, 1 is high. */
function shownAt(place: number, { gain, transfer }: Tone): number {
  const inside = Math.max(0, place);
  if (transfer === "linear") return Math.min(1, encodeLight(inside * gain));
  return Math.min(1, gain === 1 ? inside : encodeLight(decodeLight(inside) * gain));
}

/** The place that is shown as 1. */
function placeOfWhite({ gain, transfer }: Tone): number {
  if (transfer === "linear") return 1 / gain;
  return gain === 1 ? 1 : encodeLight(1 / gain);
}

/** Making a table takes milliseconds, as long as using it; frames of few movies alternate in one worker. */
const TABLES_KEPT = 8;

const tables = new LRUCache<string, Samples | Float64Array>({ max: TABLES_KEPT });

function kept<T extends Samples | Float64Array>(
  kind: string,
  { levels, gain, transfer }: Tone,
  make: () => T,
): T {
  const key = `${kind} ${levels.low} ${levels.high} ${gain} ${transfer}`;
  const known = tables.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  tables.set(key, made);
  return made;
}

/** What each whole number below `length` becomes, of 255. */
function tableOf8(tone: Tone, length: number): Uint8Array {
  return kept(`whole ${length} 8`, tone, () => fillTable(tone, new Uint8Array(length), 255));
}

/** The same, of 65535. */
function tableOf16(tone: Tone, length: number): Uint16Array {
  return kept(`whole ${length} 16`, tone, () => fillTable(tone, new Uint16Array(length), 65_535));
}

function fillTable<T extends Samples>(tone: Tone, table: T, full: number): T {
  const { low, high } = tone.levels;
  for (let value = 0; value < table.length; value++)
    table[value] = shownAt((value - low) / (high - low), tone) * full + 0.5;
  return table;
}

// One loop for each pair of depths: where an array is of two kinds, the compiled loop takes twice the time.

function bytesToBytes(samples: Uint8Array, table: Uint8Array): Samples {
  const into = new Uint8Array(samples.length);
  for (let at = 0; at < into.length; at++) into[at] = table[samples[at] as number] as number;
  return into;
}

function wordsToBytes(samples: Uint16Array, table: Uint8Array): Samples {
  const into = new Uint8Array(samples.length);
  for (let at = 0; at < into.length; at++) into[at] = table[samples[at] as number] as number;
  return into;
}

function wordsToWords(samples: Uint16Array, table: Uint16Array): Samples {
  const into = new Uint16Array(samples.length);
  for (let at = 0; at < into.length; at++) into[at] = table[samples[at] as number] as number;
  return into;
}

/** So fine that the curve, at its steepest, moves by a twentieth of one of 255 steps between two entries. */
const FINE_STEPS = 2 ** 16;

function floatsTo8(samples: Float32Array, tone: Tone): Samples {
  const table = kept("8", tone, () => {
    const shown = shownAlong(tone, FINE_STEPS);
    return Uint8Array.from(shown, (value) => value * 255 + 0.5);
  });
  const { low, scale } = ramp(tone, FINE_STEPS);
  const into = new Uint8Array(samples.length);
  for (let at = 0; at < into.length; at++) {
    const place = ((samples[at] as number) - low) * scale;
    // NaN is not above 0.
    into[at] = table[place > 0 ? (place < FINE_STEPS ? (place + 0.5) | 0 : FINE_STEPS) : 0] as number;
  }
  return into;
}

/** With straight lines between them, no value is off by more than a tenth of one of 65,535 steps. */
const COARSE_STEPS = 2 ** 14;

function floatsTo16(samples: Float32Array, tone: Tone): Samples {
  const table = kept("16", tone, () => {
    const shown = shownAlong(tone, COARSE_STEPS).map((value) => value * 65_535);
    // The one behind the last, which white reads and multiplies by 0.
    return Float64Array.from([...shown, 65_535]);
  });
  const { low, scale } = ramp(tone, COARSE_STEPS);
  const into = new Uint16Array(samples.length);
  for (let at = 0; at < into.length; at++) {
    const unbounded = ((samples[at] as number) - low) * scale;
    const place = unbounded > 0 ? (unbounded < COARSE_STEPS ? unbounded : COARSE_STEPS) : 0;
    const before = place | 0;
    const from = table[before] as number;
    into[at] = from + ((table[before + 1] as number) - from) * (place - before) + 0.5;
  }
  return into;
}

/** What is shown at `steps` + 1 places, from that of black to that of white. */
function shownAlong(tone: Tone, steps: number): Float64Array {
  const white = placeOfWhite(tone);
  return Float64Array.from({ length: steps + 1 }, (_, step) => shownAt((step / steps) * white, tone));
}

/** What is taken from a sample, and what then multiplies it, so that black becomes 0 and white `steps`. */
function ramp(tone: Tone, steps: number): { readonly low: number; readonly scale: number } {
  const { low, high } = tone.levels;
  return { low, scale: steps / ((high - low) * placeOfWhite(tone)) };
}
