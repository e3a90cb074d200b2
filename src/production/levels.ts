import { LRUCache } from "lru-cache";
import { Fault } from "../base/errors.ts";
import type { MonotonicMs } from "../base/units.ts";
import type { FrameEntry } from "../library/log.ts";
import { levelsKey } from "./making.ts";
import type { Need } from "./making.ts";
import { combineLevels } from "./render/measure.ts";
import type { MeasuredLevels } from "./render/measure.ts";
import { Validity, measuredIn, sampleOf } from "./sampling.ts";
import type { SampledLog, Sampling } from "./sampling.ts";
import { compareUrgency } from "./urgency.ts";
import type { Urgency } from "./urgency.ts";

/** Where samples come from, and who measures them. */
export type LevelsHost = {
  /** Undefined when there is no such movie any more. */
  readonly log: (movie: string) => SampledLog | undefined;
  readonly now: () => MonotonicMs;
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

/** Movies whose levels are remembered, those used last. */
const MOVIES_KEPT = 10_000;

type Known = {
  /** `flat` while nothing but frames of one value has been seen. */
  readonly levels: MeasuredLevels;
  readonly needs: Set<Need>;
  readonly sampling: Sampling;
  readonly validity: Validity;
};

type Waiting = {
  readonly entry: FrameEntry;
  readonly settle: (outcome: MeasuredLevels | Fault) => void;
};

type Measuring = {
  readonly movie: string;
  readonly needs: Set<Need>;
  readonly waiting: Waiting[];
  readonly sampling: Sampling & { readonly measured: Map<FrameEntry, MeasuredLevels> };
  /** Frames that are being measured: of the sample, or the one that is tried itself. */
  readonly under: Set<FrameEntry>;
  /** What was measured before, of the movie as it was. */
  readonly before: Known | undefined;
  urgency: Urgency;
};

function isClosing(outcome: MeasuredLevels | Fault): outcome is Fault {
  return outcome instanceof Fault && outcome.code === "SERVER_CLOSING";
}

/**
 * The levels of movies, measured when the first frame needs them, and again when the movie has become
 * another. A playback keeps those of its first picture: one that was stretched as another one of it is would
 * flicker. Frames that cannot be read are stepped over; when none of the sample can, what was measured before
 * holds on, or else each waiting frame is tried itself, and its own error is what is heard.
 */
export class MovieLevels {
  readonly #host: LevelsHost;
  readonly #known = new LRUCache<string, Known>({ max: MOVIES_KEPT });
  readonly #measuring = new Map<string, Measuring>();
  /** By playback. */
  readonly #kept = new WeakMap<object, MeasuredLevels>();
  #isUsed = false;

  constructor(host: LevelsHost) {
    this.#host = host;
  }

  /**
   * What a picture of the movie is made under, if that is known: what the playback keeps, or what was
   * measured for this need and still holds.
   */
  get(movie: string, need: Need | undefined, playback?: object): MeasuredLevels | undefined {
    // Asked for each message; most libraries have no deep movie.
    if (!this.#isUsed || need === undefined) return undefined;
    const kept = playback && this.#kept.get(playback);
    if (kept !== undefined && kept.flat !== true) return kept;
    const known = this.#known.get(movie);
    if (known?.needs.has(need) !== true) return kept;
    // Whoever has begun to show frames of one value goes on meanwhile, and does not stand still.
    if (kept === undefined && this.#isOver(movie, known)) return undefined;
    if (playback !== undefined) this.#kept.set(playback, known.levels);
    return known.levels;
  }

  /**
   * The playback is about to show a picture that was made under these levels, and keeps them from now on.
   * @returns false when it keeps others, under which the picture has to be made
   */
  keep(playback: object | undefined, levels: MeasuredLevels | undefined): boolean {
    if (playback === undefined || levels === undefined) return true;
    const kept = this.#kept.get(playback);
    if (kept !== undefined && kept.flat !== true) return levelsKey(kept) === levelsKey(levels);
    this.#kept.set(playback, levels);
    return true;
  }

  /** Measures the movie anew if it has become another, for a frame that does not wait for that. */
  renew({ movie }: FrameEntry, need: Need | undefined, urgency: Urgency): void {
    const known = need && this.#isUsed ? this.#known.get(movie) : undefined;
    if (need === undefined || known?.levels.flat !== true || this.#measuring.has(movie)) return;
    if (this.#isOver(movie, known)) this.#start(movie, need, urgency, []);
  }

  /** Whether frames of the movie wait for levels, so that another one need not be tried without. */
  isAwaited(movie: string, need: Need): boolean {
    const measuring = this.#measuring.get(movie);
    if (measuring !== undefined) return measuring.needs.has(need);
    const known = this.#known.get(movie);
    return known?.needs.has(need) === true && this.#isOver(movie, known);
  }

  /**
   * Calls `settle` once with the movie's levels, or with why the frame has none. Perhaps inside this call.
   */
  wait(
    entry: FrameEntry,
    need: Need,
    urgency: Urgency,
    settle: (outcome: MeasuredLevels | Fault) => void,
  ): void {
    const { movie } = entry;
    const measuring = this.#measuring.get(movie);
    if (measuring !== undefined) {
      measuring.needs.add(need);
      measuring.waiting.push({ entry, settle });
      return this.hurry(movie, urgency);
    }
    const known = this.#known.get(movie);
    if (known === undefined || this.#isOver(movie, known))
      return this.#start(movie, need, urgency, [{ entry, settle }]);
    known.needs.add(need);
    settle(known.levels);
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

  #isOver(movie: string, { validity }: Known): boolean {
    if (this.#measuring.has(movie)) return true;
    const log = this.#host.log(movie);
    return log !== undefined && validity.isOver(log, this.#host.now());
  }

  #start(movie: string, need: Need, urgency: Urgency, waiting: Waiting[]): void {
    const log = this.#host.log(movie);
    const frames = log === undefined ? [] : sampleOf(log);
    const before = this.#known.get(movie);
    const { count = 0, state = "recorded" } = log ?? {};
    const sampling = { count, isLive: state === "live", frames, measured: new Map() };
    const needs = new Set([need, ...(before?.needs ?? [])]);
    const measuring: Measuring = { movie, needs, waiting, sampling, under: new Set(), before, urgency };
    // Where there is no sample the movie is gone: another of its name has nothing to do with this frame.
    if (frames.length === 0) return this.#tryThemselves(measuring);
    this.#measuring.set(movie, measuring);
    this.#sample(measuring);
  }

  #sample(measuring: Measuring): void {
    const { sampling, under, before } = measuring;
    for (const entry of sampling.frames) {
      const known = measuredIn(before?.sampling, entry);
      if (known === undefined) under.add(entry);
      else sampling.measured.set(entry, known);
    }
    if (under.size === 0) return this.#sampled(measuring);
    for (const entry of under) this.#measure(measuring, entry);
  }

  #measure(measuring: Measuring, entry: FrameEntry): void {
    this.#host.measure(entry, measuring.urgency, (outcome) => {
      measuring.under.delete(entry);
      if (isClosing(outcome)) return this.#refuse(measuring, outcome);
      if (!(outcome instanceof Fault)) measuring.sampling.measured.set(entry, outcome);
      if (measuring.under.size === 0) this.#sampled(measuring);
    });
  }

  #sampled(measuring: Measuring): void {
    const { sampling, before } = measuring;
    if (sampling.measured.size > 0) this.#finish(measuring, combineLevels([...sampling.measured.values()]));
    else if (before !== undefined) this.#finish(measuring, before.levels);
    else this.#tryThemselves(measuring);
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

  #finish(measuring: Measuring, levels: MeasuredLevels): void {
    const { movie, needs, waiting, sampling } = measuring;
    this.#isUsed = true;
    const isWanted = this.#end(measuring);
    const validity = new Validity(sampling, levels.flat === true, this.#host.now());
    if (isWanted) this.#known.set(movie, { levels, needs, sampling, validity });
    for (const { settle } of waiting) settle(levels);
  }

  /** @returns whether it is the movie's: that was there, and has not been forgotten meanwhile */
  #end(measuring: Measuring): boolean {
    if (this.#measuring.get(measuring.movie) !== measuring) return false;
    return this.#measuring.delete(measuring.movie);
  }
}
