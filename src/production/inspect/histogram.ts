import type { ChannelHistogram, FrameHistogram, HistogramWish } from "../../library/inspection.ts";
import type { Raster } from "../raster/raster.ts";
import { shapeOf } from "../raster/shape.ts";

/** What bins cover. */
type Range = { readonly low: number; readonly high: number };

/** One channel of a picture: every so-manieth of its samples, from the first of them on. */
type Channel = { readonly samples: Raster["samples"]; readonly first: number; readonly step: number };

/** How the picture's samples are spread, all of them. */
export function histogramOf(raster: Raster, wish: HistogramWish): FrameHistogram {
  const isFloat = raster.samples instanceof Float32Array;
  const all = isFloat ? finiteRange(raster.samples) : { low: 0, high: raster.maxval };
  const { low, high } = wish.range ?? all;
  const span = high - low + (isFloat ? 0 : 1);
  const channels = channelsOf(raster).map((channel) => {
    const found = new Found({ low, high, span }, wish.bins);
    if (isFloat) addEach(found, channel);
    else addTallied(found, channel);
    return found.histogram();
  });
  return { shape: shapeOf(raster), low, high, channels };
}

function channelsOf({ samples, channels: step }: Raster): Channel[] {
  return Array.from({ length: step }, (_, first) => ({ samples, first, step }));
}

/** A sample of 16 bits is one of so many values. */
const VALUES = 2 ** 16;

/** Of whole numbers each value is sorted into its bin once, however often it is there. */
function addTallied(found: Found, { samples, first, step }: Channel): void {
  const counts = new Uint32Array(VALUES);
  for (let at = first; at < samples.length; at += step) {
    const value = samples[at] as number;
    counts[value] = (counts[value] as number) + 1;
  }
  for (let value = 0; value < VALUES; value++) {
    const count = counts[value] as number;
    if (count > 0) found.add(value, count);
  }
}

function addEach(found: Found, { samples, first, step }: Channel): void {
  for (let at = first; at < samples.length; at += step) found.add(samples[at] as number, 1);
}

/** From the least finite value to the most; 0 to 1 where none is. */
function finiteRange(samples: Raster["samples"]): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < samples.length; at++) {
    const value = samples[at] as number;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? { low: 0, high: 1 } : { low, high };
}

/** A range with what the bins are parts of, which is 0 where the range is one value of floating point. */
type Covered = Range & { readonly span: number };

/** What has been found of one channel. */
class Found {
  readonly #range: Covered;
  readonly #counts: Float64Array;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;
  #below = 0;
  #above = 0;
  #nan = 0;
  #infinite = 0;

  constructor(range: Covered, bins: number) {
    this.#range = range;
    this.#counts = new Float64Array(bins);
  }

  /** A value is there so often. */
  add(value: number, count: number): void {
    if (!Number.isFinite(value)) {
      if (Number.isNaN(value)) this.#nan += count;
      else this.#infinite += count;
      return;
    }
    const { low, high } = this.#range;
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
    if (value < low) this.#below += count;
    else if (value > high) this.#above += count;
    else {
      const bin = this.#binOf(value - low);
      this.#counts[bin] = (this.#counts[bin] as number) + count;
    }
  }

  histogram(): ChannelHistogram {
    const isNone = this.#least > this.#most;
    return {
      counts: Array.from(this.#counts),
      least: isNone ? null : this.#least,
      most: isNone ? null : this.#most,
      below: this.#below,
      above: this.#above,
      nan: this.#nan,
      infinite: this.#infinite,
    };
  }

  #binOf(above: number): number {
    const { length } = this.#counts;
    return above === 0 ? 0 : Math.min(Math.floor((above * length) / this.#range.span), length - 1);
  }
}
