import type { ListedMovie } from "../../client/index.ts";
import { type Range, hasNumber, parseRanges, rangeOf } from "./ranges.ts";

/** Frames per second, exact, and as a number. */
export type Fps = { readonly numerator: number; readonly denominator: number; readonly value: number };

/** A step this small before a frame's time counts as its time: seconds have been through floating point. */
const ROUNDING = 1e-6;

/**
 * Where the frames of a movie lie in time: its numbers from the first to the last, every `step`th, each for
 * one period. Numbers without a frame have their time as well.
 */
export class Timeline {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly fps: Fps;
  /** The highest frame that there is; below the last while a movie is still being made. */
  readonly newest: number;
  readonly isLive: boolean;
  readonly holes: readonly Range[];
  /** There are more holes than are named. */
  readonly holesArePartial: boolean;

  constructor(movie: ListedMovie) {
    const { first, last, newest, step, live, holes, holesArePartial } = movie;
    this.first = first ?? newest ?? 0;
    this.last = Math.max(last ?? newest ?? this.first, this.first);
    this.newest = Math.min(newest ?? this.first, this.last);
    this.step = step;
    this.isLive = live;
    this.fps = parseFps(movie.fps);
    this.holes = parseRanges(holes);
    this.holesArePartial = holesArePartial;
  }

  /** How many numbers there are, with a frame or without. */
  get count(): number {
    return Math.floor((this.last - this.first) / this.step) + 1;
  }

  /** In seconds. */
  get duration(): number {
    return this.#timeAt(this.count);
  }

  /** How long one frame is shown, in milliseconds. */
  get period(): number {
    return (1000 * this.fps.denominator) / this.fps.numerator;
  }

  /** When the frame begins, in seconds. */
  timeOf(frame: number): number {
    return this.#timeAt(this.indexOf(frame));
  }

  /** The frame that is shown at a time in seconds: of a time outside of the movie, its first or last. */
  frameAt(seconds: number): number {
    const { numerator, denominator } = this.fps;
    const index = Math.floor((seconds * numerator) / denominator + ROUNDING);
    return this.first + Math.min(Math.max(index, 0), this.count - 1) * this.step;
  }

  /** Its place, 0 for the first; of a number between two steps, that of the one before. */
  indexOf(frame: number): number {
    return Math.floor((this.clamp(frame) - this.first) / this.step);
  }

  /** The nearest number that the movie has. */
  clamp(frame: number): number {
    return Math.min(Math.max(Math.round(frame), this.first), this.last);
  }

  /** Whether the movie has the number and no frame for it: a hole, or one that is still to come. */
  isMissing(frame: number): boolean {
    return frame > this.newest || hasNumber(this.holes, frame);
  }

  /** The frame that stands in for one that is missing, as far as is known: the nearest before it. */
  standIn(frame: number): number | undefined {
    if (frame > this.newest) return this.newest;
    const hole = rangeOf(this.holes, frame);
    if (hole === undefined) return undefined;
    const before = hole[0] - this.step;
    return before < this.first ? undefined : before;
  }

  #timeAt(index: number): number {
    return (index * this.fps.denominator) / this.fps.numerator;
  }
}

/** `24`, or `24000/1001`. */
export function parseFps(text: string): Fps {
  const [numerator = 24, denominator = 1] = text.split("/").map(Number);
  return { numerator, denominator, value: numerator / denominator };
}
