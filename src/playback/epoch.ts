import { assert, present } from "../base/assert.ts";
import { fault, type Fault } from "../base/errors.ts";
import type { EpochEnd, Receipt } from "../base/events.ts";
import { after, Bytes, type Epoch as EpochNumber, MessageNumber, MonotonicMs, Ms } from "../base/units.ts";
import type { ProducedFrame } from "../library/frame.ts";
import type { FrameEntry } from "../library/log.ts";
import { Cursor, type Step } from "./cursor.ts";
import type { FrameOutcome, Frames } from "./frames.ts";
import { Latency } from "./latency.ts";
import type { OutgoingMessage } from "./outlet.ts";
import { Pace } from "./pace.ts";
import { makePending, type Pending } from "./pending.ts";
import type { Plan } from "./plan.ts";
import { standIns } from "./standIns.ts";
import { Tally } from "./tally.ts";

/** How far an epoch looks ahead. */
export type LookAhead = {
  /** Messages, whatever their size. */
  readonly messages: number;
  /** More messages, as long as they are together below this. */
  readonly bytes: Bytes;
};

/** What an epoch needs of its playback. */
export interface EpochHost {
  readonly frames: Frames;
  now(): MonotonicMs;
  /** @returns false when there is no room */
  offer(message: OutgoingMessage): boolean;
  /** The epoch is over; with the error that ended it. */
  ended(receipt: Receipt, error: Fault | undefined): void;
}

/** Unreadable frames left out since the last message that was accepted, and what the last one had. */
type Dropped = { readonly inARow: number; readonly error: Fault | undefined };

const NONE_DROPPED: Dropped = { inARow: 0, error: undefined };

/** However small the frames are, no more steps than this are looked ahead. */
const MOST_AHEAD = 256;

/**
 * One epoch of a playback: from a start or seek until its movie is over or the next command comes.
 *
 *     cursor ─▶ [offered … offered | looked ahead … looked ahead]
 *                └── in the ring ─┘  └─ wished of production ──┘
 *
 * It keeps no frames: what production has made lies in its cache until there is room in the ring.
 */
export class Epoch {
  readonly number: EpochNumber;
  readonly plan: Plan;
  /** Between two dues; undefined when it goes as fast as its client reads. */
  readonly period: Ms | undefined;
  readonly #host: EpochHost;
  readonly #lookAheadBounds: LookAhead;
  readonly #cursor: Cursor;
  readonly #pace: Pace | undefined;
  readonly #tally = new Tally();
  readonly #pending: Pending[] = [];
  #offered = 0;
  /** The outlet has refused the next message, and not said since that there may be room. */
  #isRefused = false;
  #isOver = false;
  #frameBytes = 0;
  readonly #latency = new Latency();
  #dropped: Dropped = NONE_DROPPED;
  /** The frame that was last offered as itself: it can be read. */
  #known: FrameEntry | undefined;

  constructor(number: EpochNumber, plan: Plan, host: EpochHost, lookAhead: LookAhead) {
    this.number = number;
    this.plan = plan;
    this.#host = host;
    this.#lookAheadBounds = lookAhead;
    this.#cursor = new Cursor({ ...plan, holes: plan.missing === "skip" ? "passed" : "shown" });
    this.#pace = plan.rate && new Pace(plan.rate, plan.contract, host.now());
    this.period = this.#pace?.period;
  }

  due(message: OutgoingMessage): MonotonicMs {
    return present(this.#pace, "an untimed epoch was asked for a due").due(
      this.#pendingOf(message).step.tick,
    );
  }

  /** Offers what is at hand, and looks ahead. */
  fill(): void {
    if (this.#isOver) return;
    while (!this.#isRefused && (this.#offered < this.#pending.length || this.#lookFurther())) {
      const pending = present(this.#pending[this.#offered], "a step got lost");
      const frame = pending.wish && this.#host.frames.peek(pending.wish);
      if (frame === undefined || !this.#offer(pending, frame)) break;
    }
    this.#lookAhead();
    this.#finish();
  }

  /** There may be room for what was refused. */
  drain(): void {
    this.#isRefused = false;
    this.fill();
  }

  /** The last `count` messages have left the ring. */
  returned(count: number): void {
    this.#offered -= count;
  }

  started(message: OutgoingMessage, now: MonotonicMs): void {
    const pending = this.#pendingOf(message);
    assert(pending === this.#pending.shift(), "messages started out of order");
    this.#offered -= 1;
    this.#isRefused = false;
    this.#pass(pending);
    this.#tally.send(present(pending.sent, "a message started that was not offered"));
    if (this.#isAfterDeadline(pending, now)) this.#tally.late();
    this.#pace?.left(pending.step.tick, now);
  }

  #isAfterDeadline({ step }: Pending, now: MonotonicMs): boolean {
    if (this.#pace === undefined || this.period === undefined || this.#tally.sent === 1) return false;
    return now >= this.#pace.due(step.tick) + this.period;
  }

  isLate(message: OutgoingMessage, now: MonotonicMs): boolean {
    if (this.#pace === undefined || this.plan.contract === "all" || this.#tally.sent === 0) return false;
    const { tick } = this.#pendingOf(message).step;
    return this.#newestTick(now) > tick;
  }

  /** Goes on with the newest frame that is due: what waited has been taken back. */
  skip(now: MonotonicMs): void {
    this.#offered = 0;
    this.#isRefused = false;
    this.#dropped = NONE_DROPPED;
    this.#dropBefore(this.#newestTick(now));
    const first = this.#pending[0];
    const isAtHand = first?.wish !== undefined && this.#host.frames.peek(first.wish) !== undefined;
    // A frame that has yet to be produced would be late again: aim for the one that will be due by then.
    if (!isAtHand && this.#latency.ms > 0) this.#dropBefore(this.#newestTick(after(now, this.#latency.ms)));
    this.fill();
  }

  /** Ends the epoch. No message of it starts after this; a started one still finishes. */
  end(end: EpochEnd, error?: Fault): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const pending of this.#pending) pending.request?.cancel();
    this.#pending.length = 0;
    this.#offered = 0;
    this.#host.ended(this.#tally.receipt(this.plan.log.name, this.number, end), error);
  }

  #pendingOf(message: OutgoingMessage): Pending {
    return present(this.#pending[message.number - this.#tally.sent], "a message of another time");
  }

  /** Has production begin what is next and not at hand. */
  #lookAhead(): void {
    while (this.#lookFurther());
    for (let index = this.#offered; index < this.#pending.length; index += 1) {
      const pending = present(this.#pending[index], "a step got lost");
      // A frame that no cache keeps would be made again and again while there is no room for it.
      if (pending.isLookedUp && (index > this.#offered || this.#isRefused)) continue;
      pending.isLookedUp = true;
      if (pending.wish === undefined || this.#host.frames.peek(pending.wish) !== undefined) continue;
      this.#produce(pending);
    }
    this.#noteWait();
  }

  /** @returns whether there was one more step to look at */
  #lookFurther(): boolean {
    if (this.#pending.length >= this.#depth() || this.#isHopeless()) return false;
    const step = this.#cursor.next();
    if (step !== undefined) this.#pending.push(this.#plan(step));
    return step !== undefined;
  }

  /** A repeated movie of which nothing can be read must not be tried for ever. */
  #isHopeless(): boolean {
    const { inARow } = this.#dropped;
    return inARow > 0 && inARow >= this.#cursor.passLength;
  }

  #depth(): number {
    const { messages, bytes } = this.#lookAheadBounds;
    if (this.#frameBytes === 0) return messages;
    if (this.period !== undefined)
      return Math.min(messages + Math.ceil(this.#latency.ms / this.period), MOST_AHEAD);
    return Math.min(Math.max(messages, Math.ceil(bytes / this.#frameBytes)), MOST_AHEAD);
  }

  #plan(step: Step): Pending {
    const pending = makePending(step);
    this.#missBehind(this.#pending.length, step.holesBefore);
    if (step.entry === undefined) {
      const { name } = this.plan.log;
      this.#standIn(pending, fault("FRAME_MISSING", `${name} has no frame ${step.number}`));
    }
    return pending;
  }

  #produce(pending: Pending): void {
    const { wish } = pending;
    if (wish === undefined || pending.request !== undefined) return;
    const due = this.#pace?.due(pending.step.tick);
    const deadline = MonotonicMs(due === undefined ? Number.POSITIVE_INFINITY : due + (this.period ?? 0));
    pending.request = this.#host.frames.request(wish, { priority: this.plan.priority, deadline }, (outcome) =>
      this.#settle(pending, outcome),
    );
  }

  #settle(pending: Pending, outcome: FrameOutcome): void {
    pending.request = undefined;
    if ("error" in outcome) this.#failed(pending, outcome.error);
    else {
      this.#measure(pending);
      // Straight from the worker: a frame too large for the cache would not be there later.
      if (this.#pending[this.#offered] === pending) this.#offer(pending, outcome.frame);
    }
    this.fill();
  }

  // A frame's wait begins when those in front of it are there: if it counted the wait for them, looking ahead
  // would make production seem slower, and the epoch would look further and further ahead.
  #noteWait(): void {
    if (this.#pace === undefined) return;
    const front = this.#pending.find((pending) => pending.request !== undefined);
    if (front !== undefined) front.waitedForSince ??= this.#host.now();
  }

  #measure(pending: Pending): void {
    if (pending.waitedForSince === undefined) return;
    this.#latency.measure(Ms(this.#host.now() - pending.waitedForSince));
    pending.waitedForSince = undefined;
  }

  #failed(pending: Pending, error: Fault): void {
    pending.isMissing = true;
    if (this.plan.missing === "skip") this.#drop(pending, error);
    else this.#standIn(pending, error);
  }

  #standIn(pending: Pending, error: Fault): void {
    const { log, missing: policy } = this.plan;
    pending.standIns ??= standIns({ log, policy, number: pending.step.number, known: this.#known });
    // What is wrong with the frame itself, and not with those that might have stood in for it.
    pending.fault ??= error;
    const next = pending.standIns.next();
    pending.wish = next.done === true ? undefined : next.value;
    pending.isLookedUp = false;
    if (pending.wish === undefined) pending.error = pending.fault;
  }

  #drop(pending: Pending, error: Fault): void {
    const index = this.#pending.indexOf(pending);
    this.#pending.splice(index, 1);
    this.#missBehind(index, 1 + pending.missingBehind);
    this.#dropped = { inARow: this.#dropped.inARow + 1, error };
  }

  /**
   * Frames are missing in front of the step at `index`: they count when the step before them has been passed.
   */
  #missBehind(index: number, count: number): void {
    const before = this.#pending[index - 1];
    if (before === undefined) this.#tally.miss(count);
    else before.missingBehind += count;
  }

  #pass(pending: Pending): void {
    this.#tally.miss((pending.isMissing ? 1 : 0) + pending.missingBehind);
  }

  #offer(pending: Pending, frame: ProducedFrame): boolean {
    const { number } = pending.step;
    const isSubstitute = pending.wish?.substitution !== undefined;
    const message = MessageNumber(this.#tally.sent + this.#offered);
    const { worker, bytes } = frame;
    const label = this.plan.label?.({
      worker,
      epoch: this.number,
      message,
      frame: number,
      bytes,
      isSubstitute,
    });
    const parts = label === undefined ? frame.parts : [label, ...frame.parts];
    const all = Bytes(bytes + (label?.byteLength ?? 0));
    pending.sent = { number, bytes, digest: frame.digest, isSubstitute };
    if (!isSubstitute) this.#known = pending.step.entry;
    this.#frameBytes = bytes;
    // Counted before the call: the dispatcher asks for the message's due inside of it.
    this.#offered += 1;
    if (this.#host.offer({ epoch: this.number, number: message, parts, bytes: all })) {
      this.#isRefused = false;
      this.#dropped = NONE_DROPPED;
      // It came from elsewhere in the meantime: what becomes of the wish is of no interest any more.
      pending.request?.cancel();
      pending.request = undefined;
      return true;
    }
    this.#offered -= 1;
    this.#isRefused = true;
    return false;
  }

  #newestTick(now: MonotonicMs): number {
    const tick = present(this.#pace, "an untimed epoch has no newest tick").tickAt(now);
    if (this.plan.contract !== "latest") return tick;
    // The last frame of a movie is the newest there will be, however late it is.
    return Math.min(tick, this.#cursor.lastTick);
  }

  #dropBefore(tick: number): void {
    while (this.#pending[0] !== undefined && this.#pending[0].step.tick < tick) {
      const dropped = present(this.#pending.shift(), "a step got lost");
      dropped.request?.cancel();
      this.#pass(dropped);
      if (!dropped.isMissing) this.#tally.skip({ frames: 1, holes: 0 });
    }
    if (this.#pending.length === 0) this.#tally.skip(this.#cursor.skipTo(tick));
    this.#lookFurther();
  }

  #finish(): void {
    if (this.#isOver) return;
    const first = this.#pending[0];
    if (first?.error !== undefined) {
      this.#pass(first);
      this.end("failed", first.error);
    }
    if (this.#isOver || first !== undefined) return;
    this.#tally.miss(this.#cursor.holesLeft);
    const unreadable = this.#unreadable();
    this.end(unreadable === undefined ? "finished" : "failed", unreadable);
  }

  #unreadable(): Fault | undefined {
    const { error } = this.#dropped;
    if (error === undefined || (this.#tally.sent > 0 && !this.#isHopeless())) return undefined;
    const detail = `not one frame of ${this.plan.log.name} could be read, the last one for ${error.code}`;
    return fault("MOVIE_UNREADABLE", `${detail}: ${error.message}`);
  }
}
