import { FrameNumber } from "../base/units.ts";
import type { FrameEntry, FrameLog } from "../library/log.ts";
import { Grid } from "./grid.ts";
import type { Numbers } from "./numbers.ts";

/**
 * A log seen from its other end: frame n lies at −n, so that whoever goes up here goes down there. Nobody
 * waits at the lower end of a movie, and so it has ended.
 *
 *     first ━━━━━━━━ newest ┄┄┄┄ last        −newest ━━━━━━━━ −first
 *       └── of a live log ──┘                     └── the mirror of it
 */
export class Mirror implements Numbers {
  readonly state = "recorded";
  readonly #log: FrameLog;
  readonly #grid: Grid;

  constructor(log: FrameLog) {
    this.#log = log;
    this.#grid = new Grid(log);
  }

  get step(): number {
    return this.#log.step;
  }

  /**
   * The highest expected number that a playback reaches now, from the other side; the lowest while there is
   * no frame, which lies on the same steps.
   */
  get first(): FrameNumber | undefined {
    const reach = reachOf(this.#log) ?? this.#log.first;
    return reach === undefined ? undefined : mirrored(this.#grid.atOrBelow(reach));
  }

  get last(): FrameNumber | undefined {
    const { first } = this.#log;
    return first === undefined ? undefined : mirrored(first);
  }

  get newest(): FrameNumber | undefined {
    const lowest = this.#log.nth(0);
    return lowest && mirrored(lowest.number);
  }

  /** The frame of exactly this number, as it is in the log. */
  at(number: FrameNumber): FrameEntry | undefined {
    return this.#log.at(mirrored(number));
  }

  rank(number: FrameNumber): number {
    return this.#log.count - this.#log.rank(FrameNumber(mirrored(number) + 1));
  }

  nth(rank: number): Pick<FrameEntry, "number"> | undefined {
    const entry = this.#log.nth(this.#log.count - 1 - rank);
    return entry && { number: mirrored(entry.number) };
  }
}

/** The same place seen from the other end. Nothing is ever minus zero. */
export function mirrored(number: FrameNumber): FrameNumber {
  return FrameNumber(0 - number);
}

/** The highest number that can be played now: of a live movie the newest frame, else the last declared. */
export function reachOf({
  state,
  newest,
  last,
}: Pick<FrameLog, "state" | "newest" | "last">): FrameNumber | undefined {
  return state === "live" ? newest : last;
}
