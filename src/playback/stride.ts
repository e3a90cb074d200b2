import { Ms } from "../base/units.ts";

/** How much of one frame's time is believed: production that was slow once is not slow. */
const WAIT_GAIN = 1 / 32;

/** How much closer to each other frames are than they are made, until there are enough ahead. */
const CLOSING = 0.75;

/** Production keeps up with what is asked for as long as frames come about once in a period. */
const KEEPS_UP = 1.05;

/** So many frames may production be behind what is expected of it, before one is late. */
const SPARE = 2;

/** How often all workers find something to do, without a frame that has left. */
const BATCHES = 3;

/**
 * How far apart the frames are that a playback looks ahead to, once it has had to skip. Where production is
 * slower than a period, every frame that is made and not shown keeps one from being shown: so only those are
 * asked for that it can make in time, and the others are left out beforehand.
 *
 *     now     made one after another      spare
 *     ├───────┼───────┼───────┼───────┬────────────●
 *         1       2       3       4                └ the next one to look at: due when it will be there
 *
 * What is asked for follows from what is still to be made, and not from the frame before: an error of what is
 * expected does not add up.
 */
export class Stride {
  readonly #atOnce: number;
  /** From one frame to the next, on an average. */
  #interval = 0;
  #isShort = false;
  #isBehind = false;
  #measured = 0;
  /** What of a tick is left over from the strides before. */
  #rest = 0;

  /** How many steps to look ahead: workers are busy with some, and never wait for frames to be asked for. */
  get depth(): number {
    return SPARE + BATCHES * this.#atOnce;
  }

  /** Whether frames were skipped, and none has come in time since. */
  get isBehind(): boolean {
    return this.#isBehind || this.#isShort;
  }

  /** @param atOnce how many frames are made side by side */
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Whether there are fewer frames to be had than were asked for. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /**
   * A frame is there, so long after the one that was there before; `asked`: how many were being made. While
   * these are fewer than could be made side by side, more could have been had in that time.
   */
  measure(wait: Ms, asked: number): void {
    const interval = (wait * Math.min(asked, this.#atOnce)) / this.#atOnce;
    this.#measured += 1;
    this.#interval += (interval - this.#interval) * Math.max(WAIT_GAIN, 1 / this.#measured);
  }

  /** A frame has come before it was due. */
  wasInTime(): void {
    this.#isBehind = false;
  }

  /** Frames had to be skipped. @returns whether it is production that has begun to be too slow for all */
  fellShort(period: Ms): boolean {
    const wasShort = this.#isShort;
    this.#isBehind = true;
    // Those that were begun together come together: the first of them say little.
    this.#isShort = this.#interval > KEEPS_UP * period && this.#measured > 2 * this.#atOnce;
    return this.#isShort && !wasShort;
  }

  /** Ticks to the next frame, at least. */
  ticks(period: Ms): number {
    const ticks = Math.max((CLOSING * this.#interval) / period, 1) + this.#rest;
    this.#rest = ticks % 1;
    return Math.floor(ticks);
  }

  /** How long until one more is there, when `unmade` others come first. 0: none has to be left out. */
  lead(unmade: number, period: Ms): Ms {
    if (this.#interval <= KEEPS_UP * period) this.#isShort = false;
    return Ms(this.#isShort ? (unmade + 1 + SPARE) * this.#interval : 0);
  }
}
