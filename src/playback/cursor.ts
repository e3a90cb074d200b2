import { FrameNumber } from "../base/units.ts";
import type { FrameEntry, FrameLog } from "../library/log.ts";

/** One place on a playback's timeline. */
export type Step = {
  /** 0, 1, 2 … from the epoch's start, counting what is skipped, through every repetition. */
  readonly tick: number;
  readonly number: FrameNumber;
  /** Undefined in a hole. */
  readonly entry: FrameEntry | undefined;
  /** Numbers without a frame since the step before, where they take no tick. */
  readonly holesBefore: number;
};

/** What was passed over: frames, and numbers without one. */
export type Passed = { readonly frames: number; readonly holes: number };

export type CursorOptions = {
  readonly log: FrameLog;
  readonly start: FrameNumber;
  readonly from: FrameNumber | undefined;
  readonly to: FrameNumber | undefined;
  readonly repeat: boolean;
  /** Whether a number without a frame takes up a tick (`shown`), or none (`passed`). */
  readonly holes: "shown" | "passed";
};

const NOTHING: Passed = { frames: 0, holes: 0 };

/**
 * Which frame is next. A viewer's whole state: with the log it says everything that will be sent. It keeps a
 * frame number and no index, so that frames may land in the log while it moves.
 */
export class Cursor {
  readonly #options: CursorOptions;
  readonly #log: FrameLog;
  #at: FrameNumber;
  #tick = 0;
  /** Holes at the end of the pass before, which nothing has told of yet. */
  #holesCarried = 0;

  constructor(options: CursorOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#at = options.start;
  }

  /** The tick of the step that `next` would give. */
  get tick(): number {
    return this.#tick;
  }

  /** The last tick there will be, as far as the log tells now; Infinity while it repeats. */
  get lastTick(): number {
    if (this.#options.repeat && this.#place(this.#begin()) < this.#end()) return Number.POSITIVE_INFINITY;
    return this.#tick + Math.max(this.#end() - this.#place(this.#at), 0) - 1;
  }

  /** How many ticks one pass over the whole range takes. */
  get passLength(): number {
    return Math.max(this.#end() - this.#place(this.#begin()), 0);
  }

  /** Numbers without a frame from here to the end of the pass, when no frame is left in it. */
  get holesLeft(): number {
    return this.#holesCarried + this.#between(this.#at, this.#limit()).holes;
  }

  /** The next step, or undefined when the cursor has passed the last. */
  next(): Step | undefined {
    if (this.#place(this.#at) >= this.#end() && !this.#wrap()) return undefined;
    const step = this.#stepAt(this.#place(this.#at));
    this.#at = FrameNumber(step.number + 1);
    this.#holesCarried = 0;
    this.#tick += 1;
    return step;
  }

  /** Moves on to `tick`, or past the end. O(log n), however far it is. */
  skipTo(tick: number): Passed {
    let passed = NOTHING;
    while (this.#tick < tick) {
      const place = this.#place(this.#at);
      const left = this.#end() - place;
      if (left <= 0) {
        if (!this.#wrap()) return passed;
        passed = add(passed, this.#skipPasses(tick));
        continue;
      }
      const count = Math.min(tick - this.#tick, left);
      const at = this.#at;
      this.#at = FrameNumber(Math.min(this.#numberAt(place + count), this.#limit()));
      this.#tick += count;
      passed = add(passed, this.#between(at, this.#at));
    }
    return passed;
  }

  /** Whole passes at once; called at the beginning of one. */
  #skipPasses(tick: number): Passed {
    const passes = Math.floor((tick - this.#tick) / this.passLength);
    if (passes <= 0) return NOTHING;
    this.#tick += passes * this.passLength;
    const one = this.#between(this.#begin(), this.#limit());
    return { frames: one.frames * passes, holes: one.holes * passes };
  }

  #wrap(): boolean {
    if (!this.#options.repeat || this.passLength === 0) return false;
    this.#holesCarried += this.#between(this.#at, this.#limit()).holes;
    this.#at = this.#begin();
    return true;
  }

  #begin(): FrameNumber {
    const first = this.#log.first ?? this.#at;
    return FrameNumber(Math.max(this.#options.from ?? first, first));
  }

  /** The number behind the last. */
  #limit(): FrameNumber {
    const last = this.#log.last ?? Number.NEGATIVE_INFINITY;
    return FrameNumber(Math.min(this.#options.to ?? last, last) + 1);
  }

  /** The place behind the last. */
  #end(): number {
    return this.#place(this.#limit());
  }

  // A place is a number where holes take up ticks, and a rank where they do not.
  #place(number: FrameNumber): number {
    return this.#options.holes === "shown" ? number : this.#log.rank(number);
  }

  #numberAt(place: number): FrameNumber {
    if (this.#options.holes === "shown") return FrameNumber(place);
    return this.#log.nth(place)?.number ?? FrameNumber((this.#log.last ?? 0) + 1);
  }

  #stepAt(place: number): Step {
    const number = this.#numberAt(place);
    const holesBefore = this.#holesCarried + number - this.#at;
    return { tick: this.#tick, number, entry: this.#log.at(number), holesBefore };
  }

  #between(from: FrameNumber, to: FrameNumber): Passed {
    const frames = this.#log.rank(to) - this.#log.rank(from);
    return { frames, holes: Math.max(to - from, 0) - frames };
  }
}

function add(a: Passed, b: Passed): Passed {
  return { frames: a.frames + b.frames, holes: a.holes + b.holes };
}
