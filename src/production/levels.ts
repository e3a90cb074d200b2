import { LRUCache } from "lru-cache";
import { Fault } from "../base/errors.ts";
import type { Levels } from "../base/rendition.ts";
import type { FrameEntry, FrameLog } from "../library/log.ts";
import type { Need } from "./making.ts";
import { combineLevels } from "./render/measure.ts";
import type { MeasuredLevels } from "./render/measure.ts";
import { compareUrgency } from "./urgency.ts";
import type { Urgency } from "./urgency.ts";

/** Where samples come from, and who measures them. */
export type LevelsHost = {
  /** Some frames from all over the movie; none when there is no such movie any more. */
  readonly sample: (movie: string) => readonly FrameEntry[];
  /**
   * Measures one frame, together with whoever else wants that. Settles inside this call only when everything
   * ends, with SERVER_CLOSING.
   */
  readonly measure: (
    entry: FrameEntry,
    urgency: Urgency,
    settle: (outcome: MeasuredLevels | Fault) => void,
  ) => void;
};

/** Frames that a movie's levels are measured from. */
const SAMPLE = 5;

/** Movies whose levels are remembered, those used last. */
const MOVIES_KEPT = 10_000;

type Known = { readonly levels: Levels; readonly needs: Set<Need> };

type Waiting = { readonly entry: FrameEntry; readonly settle: (outcome: Levels | Fault) => void };

type Measuring = {
  readonly movie: string;
  readonly needs: Set<Need>;
  readonly waiting: Waiting[];
  /** Frames that are being measured: of the sample, or the one that is tried itself. */
  readonly under: Set<FrameEntry>;
  readonly measured: MeasuredLevels[];
  urgency: Urgency;
};

function isClosing(outcome: MeasuredLevels | Fault): outcome is Fault {
  return outcome instanceof Fault && outcome.code === "SERVER_CLOSING";
}

/** Some frames from all over the movie: the first, the last, and as far apart between them as can be. */
export function sampleOf(log: FrameLog): FrameEntry[] {
  const count = Math.min(SAMPLE, log.count);
  const ranks = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.round((index * (log.count - 1)) / (count - 1)),
  );
  return ranks.flatMap((rank) => log.nth(rank) ?? []);
}

/**
 * The levels of movies, measured once each when the first frame needs them, and kept: a picture that was
 * stretched as another one of its movie is would flicker. Frames that cannot be read are stepped over; when
 * none of the sample can, each waiting frame is tried itself, and its own error is what is heard.
 */
export class MovieLevels {
  readonly #host: LevelsHost;
  readonly #known = new LRUCache<string, Known>({ max: MOVIES_KEPT });
  readonly #measuring = new Map<string, Measuring>();

  constructor(host: LevelsHost) {
    this.#host = host;
  }

  /** What was measured of the movie, if frames of it have needed levels for this. */
  get(movie: string, need: Need): Levels | undefined {
    // Asked for each message; most libraries have no deep movie.
    if (this.#known.size === 0) return undefined;
    const known = this.#known.get(movie);
    return known?.needs.has(need) === true ? known.levels : undefined;
  }

  /** Whether frames of the movie wait for levels, so that another one need not be tried without. */
  isAwaited(movie: string, need: Need): boolean {
    return this.#measuring.get(movie)?.needs.has(need) === true;
  }

  /**
   * Calls `settle` once with the movie's levels, or with why the frame has none. Perhaps inside this call.
   */
  wait(entry: FrameEntry, need: Need, urgency: Urgency, settle: (outcome: Levels | Fault) => void): void {
    const { movie } = entry;
    const known = this.#known.get(movie);
    if (known !== undefined) {
      known.needs.add(need);
      return settle(known.levels);
    }
    const measuring = this.#measuring.get(movie);
    if (measuring === undefined) return this.#start(entry, need, urgency, settle);
    measuring.needs.add(need);
    measuring.waiting.push({ entry, settle });
    this.hurry(movie, urgency);
  }

  /** One who waits for a frame of the movie is this urgent. */
  hurry(movie: string, urgency: Urgency): void {
    const measuring = this.#measuring.get(movie);
    if (measuring === undefined || compareUrgency(urgency, measuring.urgency) >= 0) return;
    measuring.urgency = urgency;
    for (const entry of measuring.under) this.#host.measure(entry, urgency, () => {});
  }

  /** The movie is gone: one that comes back under its name is measured anew. */
  forget(movie: string): void {
    this.#known.delete(movie);
    this.#measuring.delete(movie);
  }

  #start(entry: FrameEntry, need: Need, urgency: Urgency, settle: (outcome: Levels | Fault) => void): void {
    const { movie } = entry;
    const sample = this.#host.sample(movie);
    const under = new Set(sample);
    const needs = new Set([need]);
    const waiting = [{ entry, settle }];
    const measuring: Measuring = { movie, needs, waiting, under, measured: [], urgency };
    // Where there is no sample the movie is gone: another of its name has nothing to do with this frame.
    if (sample.length === 0) return this.#tryThemselves(measuring);
    this.#measuring.set(movie, measuring);
    for (const each of sample) this.#measure(measuring, each);
  }

  #measure(measuring: Measuring, entry: FrameEntry): void {
    this.#host.measure(entry, measuring.urgency, (outcome) => {
      measuring.under.delete(entry);
      if (isClosing(outcome)) return this.#refuse(measuring, outcome);
      if (!(outcome instanceof Fault)) measuring.measured.push(outcome);
      if (measuring.under.size === 0) this.#sampled(measuring);
    });
  }

  #sampled(measuring: Measuring): void {
    if (measuring.measured.length === 0) this.#tryThemselves(measuring);
    else this.#finish(measuring, combineLevels(measuring.measured));
  }

  /** Not one frame of the sample could be read. */
  #tryThemselves(measuring: Measuring): void {
    const next = measuring.waiting[0];
    if (next === undefined) return void this.#end(measuring);
    measuring.under.add(next.entry);
    this.#host.measure(next.entry, measuring.urgency, (outcome) => {
      measuring.under.delete(next.entry);
      if (isClosing(outcome)) return this.#refuse(measuring, outcome);
      if (!(outcome instanceof Fault)) return this.#finish(measuring, combineLevels([outcome]));
      measuring.waiting.shift();
      next.settle(outcome);
      this.#tryThemselves(measuring);
    });
  }

  /** Nothing is measured any more: each would be refused inside the call for the one before it. */
  #refuse(measuring: Measuring, outcome: Fault): void {
    this.#end(measuring);
    for (const { settle } of measuring.waiting.splice(0)) settle(outcome);
  }

  #finish(measuring: Measuring, levels: Levels): void {
    const { movie, needs, waiting } = measuring;
    const isWanted = this.#end(measuring);
    if (isWanted) this.#known.set(movie, { levels, needs });
    for (const { settle } of waiting) settle(levels);
  }

  /** @returns whether it is the movie's: that was there, and has not been forgotten meanwhile */
  #end(measuring: Measuring): boolean {
    if (this.#measuring.get(measuring.movie) !== measuring) return false;
    return this.#measuring.delete(measuring.movie);
  }
}
