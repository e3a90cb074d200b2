import type { Ms } from "../base/units.ts";

/** How much of one wait is believed: production that was slow once is not slow. */
const WAIT_GAIN = 1 / 8;

/** How much less is left out for each frame that came early: what is asked for too much is late again. */
const EARLY_GAIN = 1 / 32;

/** Production keeps up with what is asked for as long as frames come about once in a period. */
const KEEPS_UP = 1.05;

/**
 * How many ticks there are between the frames that a playback looks ahead to, once it has had to skip.
 * Where production is slower than a period, every frame that is made and not shown keeps one from being
 * shown: so it is asked for as many as it can make, evenly spaced, and the others are left out beforehand.
 *
 *     wait 2.5 periods:   0 · 2 · · 5 · 7 · · 10 …
 */
export class Stride {
  /** From one frame to the next, on an average. */
  #wait = 0;
  #isShort = false;
  /** What of a tick is left over from the strides before. */
  #rest = 0;

  /** Whether there are fewer frames to be had than were asked for. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** A frame was waited for, with those in front of it at hand. */
  measure(wait: Ms): void {
    this.#wait += (wait - this.#wait) * WAIT_GAIN;
  }

  /** A frame was there long before it was due: more could have been made. */
  wasEarly(): void {
    this.#wait -= this.#wait * EARLY_GAIN;
  }

  /** Frames had to be skipped, for whatever reason. */
  fellShort(): void {
    this.#isShort = true;
  }

  /** Ticks from a frame to the one that is looked at next; 1 when none is to be left out. */
  next(period: Ms): number {
    const ticks = this.#wait / period;
    if (ticks <= KEEPS_UP) this.#isShort = false;
    if (!this.#isShort) return 1;
    const whole = Math.floor(ticks + this.#rest);
    this.#rest = ticks + this.#rest - whole;
    return whole;
  }
}
