import { present } from "../base/assert.ts";
import { fault, type Fault } from "../base/errors.ts";
import {
  after,
  type Bytes,
  type FrameNumber,
  type MonotonicMs,
  type Ms,
  type Priority,
} from "../base/units.ts";
import type { ProducedFrame } from "../library/frame.ts";
import type { FrameEntry, LogChange } from "../library/log.ts";
import { Ahead } from "./ahead.ts";
import {
  addPassed,
  Cursor,
  type CursorMark,
  type Holes,
  NOTHING_PASSED,
  type Passed,
  type Step,
} from "./cursor.ts";
import type { FrameOutcome, Frames } from "./frames.ts";
import { cancel, Making } from "./making.ts";
import type { Pace } from "./pace.ts";
import { isAffected, isCurrent, makePending, nearestBefore, type Pending } from "./pending.ts";
import type { Plan } from "./plan.ts";
import { standIns } from "./standIns.ts";
import type { Tally } from "./tally.ts";

/** How far an epoch looks ahead. All at least 1. */
export type LookAhead = {
  /** Messages, whatever their size. */
  readonly messages: number;
  /** More messages, as long as they are together below this. */
  readonly bytes: Bytes;
  /** The same where frames are at hand and none has to be made: what leaves at once. */
  readonly atHand: Bytes;
  /** Frames that production makes side by side: as many may be made behind the messages. */
  readonly atOnce: number;
};

export type LookoutOptions = {
  readonly plan: Plan;
  readonly pace: Pace | undefined;
  readonly tally: Tally;
  readonly bounds: LookAhead;
  readonly frames: Frames;
  readonly now: () => MonotonicMs;
  /** Production is done with a step: with the frame, or with none. */
  readonly settled: (pending: Pending, frame: ProducedFrame | undefined) => void;
};

/** What may happen to a frame. */
export type FrameChange = Extract<LogChange, { readonly number: FrameNumber }>;

/** Unreadable frames left out since the last message that was accepted, and what the last one had. */
type Dropped = { readonly inARow: number; readonly error: Fault | undefined };

const NONE_DROPPED: Dropped = { inARow: 0, error: undefined };

/** However small the frames are, no more steps than this are looked ahead. */
const MOST_AHEAD = 256;

const HOLES: { readonly [Policy in Plan["missing"]]: Holes } = {
  error: "awaited",
  hold: "shown",
  black: "shown",
  skip: "passed",
};

/**
 * What of an epoch has not started: takes steps from the cursor, as far ahead as they may be wanted,
 * finds what stands in for what cannot be had, and counts what is left out. It keeps no frames: what
 * production has made lies in its cache until there is room in the ring.
 */
export class Lookout {
  readonly steps = new Ahead();
  readonly #options: LookoutOptions;
  readonly #cursor: Cursor;
  readonly #making: Making;
  /** Of the last frame offered; 0 before the first. */
  #frameBytes = 0;
  #dropped: Dropped = NONE_DROPPED;
  /** What was left out behind the last step, and counts for the next one. */
  #passedNext = NOTHING_PASSED;
  /** The frame that was last offered as itself: it can be read. */
  #known: FrameEntry | undefined;
  /** Everything there is has been sent: the timeline begins anew with what comes. */
  #isWaiting = false;
  #isAtEdge = false;
  #isClosed = false;

  constructor(options: LookoutOptions) {
    this.#options = options;
    const { plan } = options;
    this.#cursor = new Cursor({ ...plan, holes: HOLES[plan.missing] });
    this.#making = new Making({ ...options, settled: (pending, outcome) => this.#settle(pending, outcome) });
  }

  /** How long one has to wait for a frame that is not at hand. */
  get latency(): Ms {
    return this.#making.latency;
  }

  /** The last tick there will be, as far as is known. */
  get lastTick(): number {
    return this.#cursor.lastTick;
  }

  /** Whether the last look found nothing more: what lands may be next. */
  get isAtEdge(): boolean {
    return this.#isAtEdge;
  }

  /** Looks at one more step. @returns whether there was one */
  look(reusable?: Map<number, Pending>): boolean {
    if (this.#isClosed || this.#isEnough()) return false;
    const { mark } = this.#cursor;
    // Where nothing is looked at, nothing may be passed over: it would be counted nowhere.
    const step = this.#isHopeless() ? undefined : this.#nextStep();
    this.#isAtEdge = step === undefined;
    if (step === undefined) return false;
    if (this.#isWaiting) this.#options.pace?.restart(step.tick, this.#options.now());
    this.#isWaiting = false;
    this.steps.push(this.#pendingFor(step, mark, reusable));
    this.#passedNext = NOTHING_PASSED;
    return true;
  }

  /** Looks further, and has production begin what is next and not at hand. */
  ask({ isRefused }: { readonly isRefused: boolean }): void {
    do {
      while (this.look());
      this.#making.ask(this.steps, { hasRoom: !isRefused && !this.#isWindowFull() });
      // Where it turns out that frames have to be made, there is more to be looked for.
    } while (this.look());
  }

  /** What production is asked for has another priority from now on. */
  prioritize(priority: Priority): void {
    this.#making.prioritize(this.steps, priority);
  }

  /** Asked when all steps have started. @returns whether there may be more, when something lands */
  waits(): boolean {
    const waits = this.#cursor.waits || (this.#isHopeless() && this.#options.plan.log.state === "live");
    this.#isWaiting ||= waits;
    return waits;
  }

  /** A frame has landed, was revised or removed. @returns whether steps have to be looked at anew */
  isAffected({ kind, number }: FrameChange): boolean {
    this.#dropped = { ...this.#dropped, inARow: 0 };
    // The holes before what was the newest frame may be frames that have not come yet.
    const { log, direction } = this.#options.plan;
    const { newest = Number.NEGATIVE_INFINITY } = log;
    if (kind === "removed" && number > newest) return true;
    const { steps } = this;
    for (let index = steps.offered; index < steps.length; index += 1) {
      if (isAffected(present(steps.at(index), "a step got lost"), number, direction)) return true;
    }
    return false;
  }

  /** Looks anew at the steps that have not been offered: the log has changed. What is as it was is kept. */
  lookAnew(): void {
    const old = this.steps.cut();
    const [first] = old;
    if (first === undefined) return;
    const { log } = this.#options.plan;
    const reusable = new Map<number, Pending>();
    for (const pending of old) {
      if (isCurrent(pending, log)) reusable.set(pending.step.number, pending);
    }
    this.#cursor.rewind(first.mark);
    this.#passedNext = first.passedBefore;
    for (let count = 0; count < old.length && this.look(reusable); count += 1);
    const kept = new Set<Pending>();
    for (let index = this.steps.offered; index < this.steps.length; index += 1) {
      kept.add(present(this.steps.at(index), "a step got lost"));
    }
    for (const pending of old) if (!kept.has(pending)) cancel(pending);
  }

  /** The next step has been offered as this frame, whether or not it was accepted. */
  noteOffer(pending: Pending, frame: ProducedFrame): void {
    if (pending.wish?.substitution === undefined) this.#known = pending.step.entry;
    this.#frameBytes = frame.bytes;
  }

  /**
   * The next step was accepted: something could be read. What may come of its wish is of no interest
   * more.
   */
  noteAccepted(pending: Pending): void {
    this.#dropped = NONE_DROPPED;
    cancel(pending);
  }

  /** The first step has started. */
  start(): void {
    this.#pass(this.steps.shift());
  }

  /** Counts the first step, which ends the epoch, as passed. */
  fail(): void {
    this.#pass(this.steps.shift());
  }

  /** Passes over what is before `tick`. Nothing must be offered. */
  skipTo(tick: number): void {
    if (this.#isClosed) return;
    const { steps } = this;
    const { tally } = this.#options;
    this.#dropped = NONE_DROPPED;
    const { pace, bounds } = this.#options;
    if (pace !== undefined && this.#making.stride.fellShort(pace.period)) this.#giveBack(bounds.atOnce);
    for (let first = steps.first; first !== undefined && first.step.tick < tick; first = steps.first) {
      steps.shift();
      cancel(first);
      this.#pass(first);
      if (!first.isMissing) tally.skip({ frames: 1, holes: 0 });
    }
    if (steps.length === 0) tally.skip(this.#cursor.skipTo(tick));
    this.look();
  }

  /** Looks no further, and gives back what has not been offered. */
  close(): void {
    this.#isClosed = true;
    for (const pending of this.steps.cut()) cancel(pending);
  }

  /**
   * Counts what is left behind the last frame of a movie that is over. @returns what was wrong with all
   * of it
   */
  finish(): Fault | undefined {
    const { tally, plan } = this.#options;
    tally.miss(this.#cursor.holesLeft);
    const { error } = this.#dropped;
    if (error === undefined || (tally.sent > 0 && !this.#isHopeless())) return undefined;
    const detail = `not one frame of ${plan.log.name} could be read, the last one for ${error.code}`;
    return fault("MOVIE_UNREADABLE", `${detail}: ${error.message}`);
  }

  #nextStep(): Step | undefined {
    this.#passedNext = addPassed(this.#passedNext, this.#stride());
    return this.#cursor.next();
  }

  /** Leaves out, behind other steps, what could not be made in time; nothing when no step would be left. */
  #stride(): Passed {
    const { plan, pace } = this.#options;
    if (pace === undefined || plan.contract === "all" || this.steps.length === 0) return NOTHING_PASSED;
    const { mark } = this.#cursor;
    const lead = this.#making.stride.lead(
      this.#making.unmade(this.steps) + this.#options.bounds.atOnce,
      pace.period,
    );
    if (lead === 0) return NOTHING_PASSED;
    const least = mark.tick - 1 + this.#making.stride.ticks(pace.period);
    const tick = Math.max(pace.tickAt(after(this.#options.now(), lead)) + 1, least);
    const passed = tick > mark.tick ? this.#cursor.skipTo(tick) : NOTHING_PASSED;
    if (this.#cursor.hasNext) return passed;
    this.#cursor.rewind(mark);
    return NOTHING_PASSED;
  }

  /** Looks anew behind the first `count` steps: those behind them, which nobody has begun, are too close. */
  #giveBack(count: number): void {
    const { steps } = this;
    const all = steps.cut();
    for (const pending of all.slice(0, count)) steps.push(pending);
    const rest = all.slice(count);
    const [next] = rest;
    if (next === undefined) return;
    for (const pending of rest) cancel(pending);
    this.#cursor.rewind(next.mark);
    this.#passedNext = next.passedBefore;
  }

  /** A repeated movie of which nothing can be read must not be tried for ever. */
  #isHopeless(): boolean {
    const { inARow } = this.#dropped;
    return inARow > 0 && this.#options.plan.repeat && inARow >= this.#cursor.passLength;
  }

  /** Whether as much has been offered as may wait: the next one would be refused. */
  #isWindowFull(): boolean {
    const { messages, bytes } = this.#options.bounds;
    const { offered } = this.steps;
    return offered >= messages && offered * this.#frameBytes >= bytes;
  }

  /** Whether as much is looked ahead as is of use now. */
  #isEnough(): boolean {
    const { steps } = this;
    if (steps.length >= this.#depth()) return true;
    const { pace, bounds } = this.#options;
    if (pace !== undefined || this.#making.isAtWork || steps.length < bounds.messages + bounds.atOnce)
      return false;
    // More than leaves at once, whatever the frames' sizes: whoever has nothing waiting loses its turn.
    return steps.offeredBytes + (steps.length - steps.offered) * this.#frameBytes > bounds.atHand;
  }

  #depth(): number {
    const { messages, bytes, atOnce } = this.#options.bounds;
    if (this.#frameBytes === 0) return messages;
    const { stride } = this.#making;
    if (stride.isShort) return Math.min(messages + stride.depth, MOST_AHEAD);
    const period = this.#options.pace?.period;
    // While a frame comes within a period, nobody has to wait for those that are made one after another.
    const isSlow = period === undefined || this.latency > period;
    const made = messages + (isSlow ? atOnce : 0);
    const enough = period === undefined ? bytes / this.#frameBytes : messages + this.latency / period;
    return Math.min(Math.max(made, Math.ceil(enough)), MOST_AHEAD);
  }

  #pendingFor(step: Step, mark: CursorMark, reusable: Map<number, Pending> | undefined): Pending {
    const old = reusable?.get(step.number);
    if (old !== undefined) {
      reusable?.delete(step.number);
      Object.assign(old, { step, mark, passedBefore: this.#passedNext });
      return old;
    }
    const playback = this.#options.plan;
    const pending = makePending(step, { mark, passedBefore: this.#passedNext, playback });
    if (step.entry === undefined) {
      const { name } = this.#options.plan.log;
      this.#standIn(pending, fault("FRAME_MISSING", `${name} has no frame ${step.number}`));
    }
    return pending;
  }

  #settle(pending: Pending, outcome: FrameOutcome): void {
    if ("error" in outcome) this.#failed(pending, outcome.error);
    this.#options.settled(pending, "frame" in outcome ? outcome.frame : undefined);
  }

  #failed(pending: Pending, error: Fault): void {
    pending.isMissing = true;
    if (this.#options.plan.missing === "skip") this.#drop(pending, error);
    else this.#standIn(pending, error);
  }

  #standIn(pending: Pending, error: Fault): void {
    const { log, missing: policy, rendition } = this.#options.plan;
    const { number } = pending.step;
    if (pending.standIns === undefined) {
      const known = this.#known && log.at(this.#known.number);
      pending.standIns = standIns({ log, policy, number, known, rendition });
      pending.nearest = nearestBefore(log, number);
    }
    // What is wrong with the frame itself, and not with those that might have stood in for it.
    pending.fault ??= error;
    const next = pending.standIns.next();
    pending.wish = next.done === true ? undefined : { ...next.value, playback: this.#options.plan };
    pending.isLookedUp = false;
    pending.isMade = false;
    if (pending.wish === undefined) pending.error = pending.fault;
  }

  #drop(pending: Pending, error: Fault): void {
    const index = this.steps.remove(pending);
    const holes = 1 + pending.step.holesBefore;
    const passed = addPassed(pending.passedBefore, { frames: 0, holes });
    const behind = this.steps.at(index);
    // With nothing in front of it, it has been passed.
    if (index === 0) this.#options.tally.skip(passed);
    else if (behind === undefined) this.#passedNext = addPassed(this.#passedNext, passed);
    else behind.passedBefore = addPassed(behind.passedBefore, passed);
    this.#dropped = { inARow: this.#dropped.inARow + 1, error };
  }

  #pass({ step, isMissing, passedBefore }: Pending): void {
    const { tally } = this.#options;
    tally.skip(passedBefore);
    tally.miss((isMissing ? 1 : 0) + step.holesBefore);
    if (this.steps.length > 0) return;
    tally.skip(this.#passedNext);
    this.#passedNext = NOTHING_PASSED;
  }
}
