import type { Levels } from "../base/rendition.ts";

/** What the samples of a frame are, but for their values. */
export type SampleShape = {
  /** In pixels, from 1. */
  readonly width: number;
  readonly height: number;
  /** 1 grey; 3 red, green, blue. Alpha has been dropped. */
  readonly channels: 1 | 3;
  /** The sample of full brightness: 255, 65535, what a netpbm header says; 1 for floating point. */
  readonly maxval: number;
  /** Floating point of 32 bits; otherwise whole numbers, of 8 bits up to a maxval of 255 and else of 16. */
  readonly isFloat: boolean;
  /** `linear` samples are proportional to light. */
  readonly transfer: "display" | "linear";
};

/** A frame's samples as its file has them: before levels, exposure and curves. */
export type FrameSamples = {
  readonly shape: SampleShape;
  /** Row by row from the top, a pixel's channels side by side, in the machine's byte order. */
  readonly bytes: Uint8Array;
};

/** How the samples of one channel are spread. All that there are: the counts add up to width × height. */
export type ChannelHistogram = {
  /** Of each bin. */
  readonly counts: readonly number[];
  /** The extreme finite values, inside of the range or not; null when none is finite. */
  readonly least: number | null;
  readonly most: number | null;
  /** Finite values outside of the range. */
  readonly below: number;
  readonly above: number;
  readonly nan: number;
  /** Of both signs. */
  readonly infinite: number;
};

export type HistogramWish = {
  /** From 1. */
  readonly bins: number;
  /** What the bins cover; undefined: 0 to maxval, or the finite values there are of floating point. */
  readonly range: Levels | undefined;
};

/**
 * How a frame's samples are spread: exactly, over all of its pixels. The bin of a value v, from 0, is
 * ⌊(v − low) · bins ∕ (high − low + 1)⌋ for whole numbers and ⌊(v − low) · bins ∕ (high − low)⌋ for floating
 * point, where `high` itself is in the last one.
 */
export type FrameHistogram = {
  readonly shape: SampleShape;
  readonly low: number;
  readonly high: number;
  /** Grey; or red, green, blue. */
  readonly channels: readonly ChannelHistogram[];
};
