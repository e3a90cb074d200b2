import { FrameNumber } from "../base/units.ts";
import type { FrameEntry, FrameLog } from "../library/log.ts";
import { Grid } from "./grid.ts";
import { Mirror, mirrored } from "./mirror.ts";
import type { Numbers } from "./numbers.ts";

/** One place on a playback's timeline. */
export type Step = {
  /** 0, 1, 2 … from the epoch's start, counting what is skipped, through every repetition. */
  readonly tick: number;
  readonly number: FrameNumber;
  /** Undefined in a hole. */
  readonly entry: FrameEntry | undefined;
  /** Expected numbers without a frame since the step before, where they take no tick. */
  readonly holesBefore: number;
};

/** What was passed over: frames, and expected numbers without one. */
export type Passed = { readonly frames: number; readonly holes: number };

/** Where a cursor was, to go back to. */
export type CursorMark = {
  readonly at: FrameNumber;
  readonly tick: number;
  readonly holesCarried: number;
};

/**
 * What an expected number without a frame is: a step of its own (`shown`), nothing that takes up a tick
 * (`passed`), or a frame that is waited for as long as the log is live, and a step after that (`awaited`).
 */
export type Holes = "shown" | "passed" | "awaited";

/** Which way the frame numbers go. */
export type Direction = 1 | -1;

export type CursorOptions = {
  readonly log: FrameLog;
  /** −1 goes from `start` down to `from`. Default: 1. */
  readonly direction?: Direction | undefined;
  readonly start: FrameNumber;
  readonly from: FrameNumber | undefined;
  readonly to: FrameNumber | undefined;
  readonly repeat: boolean;
  readonly holes: Holes;
};

export const NOTHING_PASSED: Passed = { frames: 0, holes: 0 };

/**
 * Which frame is next. A viewer's whole state: with the log it says everything that will be sent. It keeps a
 * frame number and no index, so that frames may land in the log while it moves.
 *
 *     recorded:  from ━━━━━━━━━━━━━━━━━━━ to or last │ end, or from again
 *     live:      from ━━━━━━━ newest ┄┄┄┄ to or last   waits behind newest, or from again
 *
 * Downwards it goes up in the mirror of the log: inside, everything is told from there.
 */
export class Cursor {
  readonly #options: Pick<CursorOptions, "from" | "to" | "repeat" | "holes">;
  readonly #isMirrored: boolean;
  readonly #log: Numbers;
  readonly #grid: Grid;
  #at: FrameNumber;
  #tick = 0;
  /** Holes at the end of the pass before, which nothing has told of yet. */
  #holesCarried = 0;

  constructor(options: CursorOptions) {
    const { log, start, from, to, direction = 1 } = options;
    this.#isMirrored = direction === -1;
    const ends = {
      from: to === undefined ? undefined : mirrored(to),
      to: from === undefined ? undefined : mirrored(from),
    };
    this.#options = this.#isMirrored ? { ...options, ...ends } : options;
    this.#log = this.#isMirrored ? new Mirror(log) : log;
    this.#grid = new Grid(this.#log);
    this.#at = this.#told(start);
  }

  /** The tick of the step that `next` would give. */
  get tick(): number {
    return this.#tick;
  }

  /** Where it is now: what lands below is not gone back to. */
  get mark(): CursorMark {
    return { at: this.#told(this.#at), tick: this.#tick, holesCarried: this.#holesCarried };
  }

  /** The last tick there will be, as far as the log tells now; Infinity while it repeats. */
  get lastTick(): number {
    if (this.#options.repeat && this.passLength > 0) return Number.POSITIVE_INFINITY;
    return this.#tick + Math.max(this.#end() - this.#place(this.#at), 0) - 1;
  }

  /** How many ticks one pass over the whole range takes, as far as there are frames. */
  get passLength(): number {
    return Math.max(this.#place(this.#limit()) - this.#place(this.#begin()), 0);
  }

  /** Holes from here to the end of the pass, when no frame is left in it. */
  get holesLeft(): number {
    return this.#holesCarried + this.#between(this.#at, this.#limit()).holes;
  }

  /** Whether `next` gives nothing because a frame has not come yet, and not because the last was passed. */
  get waits(): boolean {
    if (this.#log.state !== "live" || this.#place(this.#at) < this.#end() || this.#canWrap()) return false;
    const { holes, to } = this.#options;
    // Below the newest frame, what is not there is a hole; unless it is awaited.
    const newest = holes === "awaited" ? undefined : this.#log.newest;
    const next = FrameNumber(Math.max(this.#at, (newest ?? Number.NEGATIVE_INFINITY) + 1));
    return to === undefined || this.#grid.place(next) < this.#grid.place(FrameNumber(to + 1));
  }

  /** Whether `next` would give a step. */
  get hasNext(): boolean {
    return this.#canWrap() || this.#place(this.#at) < this.#end();
  }

  /** The next step, or undefined when the cursor has passed the last, or waits. */
  next(): Step | undefined {
    const limit = this.#limit();
    if (this.#canWrap(limit)) this.#wrap(limit);
    const place = this.#place(this.#at);
    if (place >= this.#end(limit)) return undefined;
    const number = this.#numberAt(place);
    const step = this.#stepAt(number);
    this.#at = FrameNumber(number + 1);
    this.#holesCarried = 0;
    this.#tick += 1;
    return step;
  }

  /** Goes back to where it was. */
  rewind({ at, tick, holesCarried }: CursorMark): void {
    this.#at = this.#told(at);
    this.#tick = tick;
    this.#holesCarried = holesCarried;
  }

  /** Moves on to `tick`, or past the end, or to where it waits. O(log n), however far it is. */
  skipTo(tick: number): Passed {
    let passed = NOTHING_PASSED;
    while (this.#tick < tick) {
      if (this.#canWrap()) {
        this.#wrap();
        passed = addPassed(passed, this.#skipPasses(tick));
        continue;
      }
      const place = this.#place(this.#at);
      const left = this.#end() - place;
      if (left <= 0) break;
      const count = Math.min(tick - this.#tick, left);
      const at = this.#at;
      this.#at = FrameNumber(Math.min(this.#numberAt(place + count), this.#limit()));
      this.#tick += count;
      passed = addPassed(passed, this.#between(at, this.#at));
    }
    return passed;
  }

  /** Whole passes at once; called at the beginning of one. */
  #skipPasses(tick: number): Passed {
    if (this.#end() < this.#place(this.#limit())) return NOTHING_PASSED;
    const passes = Math.floor((tick - this.#tick) / this.passLength);
    if (passes <= 0) return NOTHING_PASSED;
    this.#tick += passes * this.passLength;
    const one = this.#between(this.#begin(), this.#limit());
    return { frames: one.frames * passes, holes: one.holes * passes };
  }

  /** A number of the log from one of the mirror, and the other way round. */
  #told(number: FrameNumber): FrameNumber {
    return this.#isMirrored ? mirrored(number) : number;
  }

  // Before each step it is asked how far the log reaches: once, for all that follows from it.
  #canWrap(limit = this.#limit()): boolean {
    if (!this.#options.repeat || this.#place(this.#at) < this.#place(limit)) return false;
    return this.passLength > 0;
  }

  #wrap(limit = this.#limit()): void {
    this.#holesCarried += this.#between(this.#at, limit).holes;
    this.#at = this.#begin();
  }

  #begin(): FrameNumber {
    const first = this.#log.first ?? this.#at;
    return FrameNumber(Math.max(this.#options.from ?? first, first));
  }

  /** The number behind the last of a pass, as far as the log reaches now. */
  #limit(): FrameNumber {
    const { newest, last, state } = this.#log;
    const reach = (state === "live" ? newest : last) ?? Number.NEGATIVE_INFINITY;
    return FrameNumber(Math.min(this.#options.to ?? reach, reach) + 1);
  }

  /** The place behind the last that can be stepped to now. */
  #end(limit = this.#limit()): number {
    const awaits = this.#options.holes === "awaited" && this.#log.state === "live";
    return this.#place(awaits ? this.#grid.firstHole(this.#at, limit) : limit);
  }

  // A place counts expected numbers where holes take up ticks, and frames where they do not.
  #place(number: FrameNumber): number {
    return this.#options.holes === "passed" ? this.#log.rank(number) : this.#grid.place(number);
  }

  #numberAt(place: number): FrameNumber {
    if (this.#options.holes !== "passed") return this.#grid.numberAt(place);
    return this.#log.nth(place)?.number ?? FrameNumber((this.#log.newest ?? 0) + 1);
  }

  #stepAt(number: FrameNumber): Step {
    const holes = this.#options.holes === "passed" ? this.#between(this.#at, number).holes : 0;
    const holesBefore = this.#holesCarried + holes;
    return { tick: this.#tick, number: this.#told(number), entry: this.#log.at(number), holesBefore };
  }

  #between(from: FrameNumber, to: FrameNumber): Passed {
    const frames = this.#log.rank(to) - this.#log.rank(from);
    return { frames, holes: Math.max(this.#grid.place(to) - this.#grid.place(from) - frames, 0) };
  }
}

export function addPassed(a: Passed, b: Passed): Passed {
  // Nearly always there is nothing to add, and one object is shared by all steps.
  if (b === NOTHING_PASSED) return a;
  return { frames: a.frames + b.frames, holes: a.holes + b.holes };
}
