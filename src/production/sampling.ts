import { Ms } from "../base/units.ts";
import type { MonotonicMs } from "../base/units.ts";
import type { FrameEntry, FrameLog } from "../library/log.ts";
import type { MeasuredLevels } from "./render/measure.ts";

/** What has to be known of a movie to measure it, and to see that it has changed since. */
export type SampledLog = Pick<FrameLog, "count" | "state" | "at" | "nth">;

/** What a movie's levels were measured from. */
export type Sampling = {
  /** Frames that there were, and whether more were declared. */
  readonly count: number;
  readonly isLive: boolean;
  readonly frames: readonly FrameEntry[];
  /** Of those that could be read. */
  readonly measured: ReadonlyMap<FrameEntry, MeasuredLevels>;
};

/** Frames that a movie's levels are measured from. */
const SAMPLE = 5;

/** How long levels hold at least, unless the movie has twice the frames by then, or is complete. */
const HOLD_LEVELS = Ms(1000);

/** A movie of which no frame has landed for so long has grown for now. */
const GROWN_AFTER = Ms(10_000);

/** Some frames from all over the movie: the first, the last, and as far apart between them as can be. */
export function sampleOf(log: SampledLog): FrameEntry[] {
  const count = Math.min(SAMPLE, log.count);
  const ranks = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.round((index * (log.count - 1)) / (count - 1)),
  );
  return ranks.flatMap((rank) => log.nth(rank) ?? []);
}

const isSame = (one: FrameEntry, other: FrameEntry | undefined): boolean =>
  one.number === other?.number && one.revision === other.revision;

/** What was measured of this very frame. */
export function measuredIn(sampling: Sampling | undefined, entry: FrameEntry): MeasuredLevels | undefined {
  for (const [frame, measured] of sampling?.measured ?? []) if (isSame(frame, entry)) return measured;
  return undefined;
}

/** Looks whether levels still hold, from when they were measured on. */
export class Validity {
  readonly #sampling: Sampling;
  readonly #isFlat: boolean;
  readonly #since: MonotonicMs;
  /** How many frames there were when it was looked last, and since when. */
  #seen: { readonly count: number; readonly since: MonotonicMs };

  /** @param isFlat nothing but frames of one value was found */
  constructor(sampling: Sampling, isFlat: boolean, now: MonotonicMs) {
    this.#sampling = sampling;
    this.#isFlat = isFlat;
    this.#since = now;
    this.#seen = { count: sampling.count, since: now };
  }

  /** Whether the movie is another one by now than the one that was measured. */
  isOver(log: SampledLog, now: MonotonicMs): boolean {
    const { count, isLive } = this.#sampling;
    if (log.count >= 2 * count || (isLive && log.state === "recorded")) return true;
    if (now - this.#since < HOLD_LEVELS) return false;
    return this.#hasGrown(log, now) || this.#isAnother(log);
  }

  /** Whether there are more frames than there were, and no more are coming. */
  #hasGrown(log: SampledLog, now: MonotonicMs): boolean {
    if (log.count !== this.#seen.count) this.#seen = { count: log.count, since: now };
    return log.count > this.#sampling.count && now - this.#seen.since >= GROWN_AFTER;
  }

  /** Frames that were measured have been rewritten, or half of them are gone; flat ones give way to any. */
  #isAnother(log: SampledLog): boolean {
    const { frames } = this.#sampling;
    const there = frames.flatMap((frame) => log.at(frame.number) ?? []);
    if (2 * there.length <= frames.length) return true;
    if (there.some((entry) => !frames.some((frame) => isSame(frame, entry)))) return true;
    return this.#isFlat && sampleOf(log).some((entry) => !frames.some((frame) => isSame(frame, entry)));
  }
}
