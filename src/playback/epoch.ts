import { assert, present } from "../base/assert.ts";
import type { Unsubscribe } from "../base/diagnostics.ts";
import { fault, type Fault } from "../base/errors.ts";
import { type EpochEnd, events, type Receipt, type Waits } from "../base/events.ts";
import {
  after,
  Bytes,
  type Epoch as EpochNumber,
  MessageNumber,
  type MonotonicMs,
  Ms,
} from "../base/units.ts";
import type { ProducedFrame } from "../library/frame.ts";
import type { LogChange } from "../library/log.ts";
import type { Frames } from "./frames.ts";
import { Grace } from "./grace.ts";
import { type LookAhead, Lookout } from "./lookout.ts";
import type { OutgoingMessage } from "./outlet.ts";
import { Pace } from "./pace.ts";
import type { Pending } from "./pending.ts";
import type { Plan } from "./plan.ts";
import { Tally } from "./tally.ts";

/** What an epoch needs of its playback. */
export interface EpochHost {
  readonly frames: Frames;
  now(): MonotonicMs;
  /** Calls `turn` after the events at hand, and never inside this call. */
  defer(turn: () => void): void;
  /** @returns false when there is no room */
  offer(message: OutgoingMessage): boolean;
  /** The epoch is over; with the error that ended it. */
  ended(receipt: Receipt, error: Fault | undefined): void;
}

/**
 * One epoch of a playback: from a start or seek until its movie is over or the next command comes.
 *
 *     lookout ─▶ steps [offered … offered | looked ahead … looked ahead]
 *                       └── in the ring ─┘  └─ wished of production ──┘
 *
 * It listens to its log as long as it plays: what lands ends a wait, and what was looked ahead and has
 * changed is looked at anew. What lies in the ring goes as it is.
 */
export class Epoch {
  readonly number: EpochNumber;
  readonly plan: Plan;
  /** Between two dues; undefined when it goes as fast as its client reads. */
  readonly period: Ms | undefined;
  readonly #host: EpochHost;
  readonly #pace: Pace | undefined;
  readonly #grace = new Grace();
  readonly #tally: Tally;
  readonly #lookout: Lookout;
  readonly #unwatch: Unsubscribe;
  /** The outlet has refused the next message, and not said since that there may be room. */
  #isRefused = false;
  /** Steps that were looked ahead may be others now. */
  #isStale = false;
  /**
   * The log has changed while messages lay in the ring: those that come back from there may be others
   * now.
   */
  #hasChanged = false;
  #isTurnAsked = false;
  #isGone = false;
  #isOver = false;

  constructor(number: EpochNumber, plan: Plan, host: EpochHost, lookAhead: LookAhead) {
    this.number = number;
    this.plan = plan;
    this.#host = host;
    this.#pace = plan.rate && new Pace(plan.rate, plan.contract, host.now());
    this.period = this.#pace?.period;
    this.#tally = new Tally(plan);
    this.#lookout = new Lookout({
      plan,
      pace: this.#pace,
      tally: this.#tally,
      bounds: lookAhead,
      frames: host.frames,
      now: () => host.now(),
      settled: (pending, frame) => this.#settled(pending, frame),
    });
    // From the first moment: a movie that leaves before the first look would be waited for.
    this.#unwatch = plan.log.watch((change) => this.#changed(change));
  }

  due(message: OutgoingMessage): MonotonicMs {
    const pace = present(this.#pace, "an untimed epoch was asked for a due");
    return pace.due(this.#pendingOf(message).step.tick);
  }

  /** Offers what is at hand, and looks ahead. */
  fill(): void {
    if (this.#isOver) return;
    const { steps } = this.#lookout;
    this.#lookAnew();
    while (this.#mayOffer() && (steps.next !== undefined || this.#lookout.look())) {
      const pending = present(steps.next, "a step got lost");
      const frame = pending.wish && this.#host.frames.peek(pending.wish);
      if (frame === undefined || !this.#offer(pending, frame)) break;
    }
    // Of a movie that is gone nothing more can be made: what came back from the ring goes if it is at hand.
    if (!this.#isGone) this.#lookout.ask({ isRefused: !this.#mayOffer() });
    else if (!this.#isRefused) this.#lookout.close();
    this.#finish();
  }

  /** There may be room for what was refused. */
  drain(): void {
    this.#isRefused = false;
    this.fill();
  }

  /** The last `count` messages have left the ring. */
  returned(count: number): void {
    this.#lookout.steps.takeBack(count);
    if (this.#hasChanged) this.#isStale = true;
  }

  started(message: OutgoingMessage, now: MonotonicMs, waits: Waits): void {
    const pending = this.#pendingOf(message);
    const { steps } = this.#lookout;
    assert(pending === steps.first, "messages started out of order");
    this.#isRefused = false;
    this.#lookout.start();
    this.#tally.send(present(pending.sent, "a message started that was not offered"), waits);
    const lateness = this.#pace && this.#left(this.#pace, pending.step.tick, now, waits);
    if (events.messageStarted.hasListeners) {
      const { priority } = this.plan;
      events.messageStarted.publish({ priority, bytes: message.bytes, lateness, waits });
    }
  }

  isLate(message: OutgoingMessage, now: MonotonicMs): boolean {
    const { tick } = this.#pendingOf(message).step;
    return this.#isPast(tick, now) && !this.#grace.covers(this.#lateness(tick, now));
  }

  /** Goes on with the newest frame that is due: what waited has been taken back. */
  skip(now: MonotonicMs, waits: Waits): void {
    const { steps } = this.#lookout;
    const { tick } = present(steps.first, "nothing was late").step;
    this.#tally.wait(waits);
    this.#grace.turn(ownLateness(this.#lateness(tick, now), waits));
    steps.takeBack(steps.offered);
    this.#isRefused = false;
    this.#aim(now);
    this.fill();
  }

  /** What waits is about to be dropped, by a command or because the viewer is gone. */
  gaveUp(waits: Waits): void {
    this.#tally.wait(waits);
  }

  /** Ends the epoch. No message of it starts after this; a started one still finishes. */
  end(end: EpochEnd, error?: Fault): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#unwatch();
    this.#lookout.steps.takeBack(this.#lookout.steps.offered);
    this.#lookout.close();
    this.#host.ended(this.#tally.receipt(this.plan.log.name, this.number, end), error);
  }

  #pendingOf(message: OutgoingMessage): Pending {
    return present(this.#lookout.steps.at(message.number - this.#tally.sent), "a message of another time");
  }

  /** A timed message left. @returns how late it was */
  #left(pace: Pace, tick: number, now: MonotonicMs, waits: Waits): Ms {
    const lateness = this.#lateness(tick, now);
    const isLate = pace.isRunning && now >= pace.due(tick) + pace.period;
    this.#tally.timed(lateness, { isLate });
    // What the first one waits for is its frame, and makes nothing late.
    if (pace.isRunning) this.#grace.turn(ownLateness(lateness, waits));
    pace.left(tick, now);
    if (!isLate) this.#grace.caughtUp();
    // Nothing else waits: what comes next is the newest from here on, without a turn that is lost to a skip.
    else if (this.plan.contract !== "all" && this.#lookout.steps.offered === 0) this.#aim(now);
    return lateness;
  }

  /** From due to now. */
  #lateness(tick: number, now: MonotonicMs): Ms {
    const due = present(this.#pace, "an untimed epoch is never late").due(tick);
    return Ms(Math.max(now - due, 0));
  }

  /** Whether a newer frame is due that would be sent instead. */
  #isPast(tick: number, now: MonotonicMs): boolean {
    if (this.#pace?.isRunning !== true || this.plan.contract === "all" || this.#isGone) return false;
    return this.#newestTick(now) > tick;
  }

  /** Goes on with the newest frame that is due. Nothing must be offered. */
  #aim(now: MonotonicMs): void {
    const { steps, latency } = this.#lookout;
    this.#grace.aim();
    this.#lookAnew();
    this.#lookout.skipTo(this.#newestTick(now));
    const wish = steps.first?.wish;
    const isAtHand = wish !== undefined && this.#host.frames.peek(wish) !== undefined;
    // A frame that has yet to be produced would be late again: aim for the one that will be due by then.
    if (!isAtHand && latency > 0) this.#lookout.skipTo(this.#newestTick(after(now, latency)));
  }

  /**
   * Whether the next message may be offered. Behind a message that is late, or that a newer one is to
   * replace, none waits: it would be late as well, or replaced.
   */
  #mayOffer(): boolean {
    if (this.#isRefused) return false;
    const isAlone = this.plan.contract === "latest" || this.#grace.isAimed;
    return !isAlone || this.#lookout.steps.offered === 0;
  }

  #changed(change: LogChange): void {
    this.#hasChanged = true;
    if (change.kind === "gone") {
      this.#isGone = true;
      this.#lookout.close();
    } else if (change.kind !== "ended" && this.#lookout.isAffected(change)) this.#isStale = true;
    else if (!this.#lookout.isAtEdge) return;
    this.#fillSoon();
  }

  /** Many frames may land at the same moment: they are looked at together. */
  #fillSoon(): void {
    if (this.#isTurnAsked) return;
    this.#isTurnAsked = true;
    this.#host.defer(() => {
      this.#isTurnAsked = false;
      this.fill();
    });
  }

  #lookAnew(): void {
    if (this.#isStale && !this.#isGone) this.#lookout.lookAnew();
    this.#isStale = false;
  }

  /** Straight from the worker: a frame too large for the cache would not be there later. */
  #settled(pending: Pending, frame: ProducedFrame | undefined): void {
    this.#lookAnew();
    const isNext = this.#lookout.steps.next === pending;
    if (frame !== undefined && isNext && this.#mayOffer()) this.#offer(pending, frame);
    this.fill();
  }

  #offer(pending: Pending, frame: ProducedFrame): boolean {
    const { steps } = this.#lookout;
    const { number } = pending.step;
    const isSubstitute = pending.wish?.substitution !== undefined;
    const message = MessageNumber(this.#tally.sent + steps.offered);
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
    this.#lookout.noteOffer(pending, frame);
    // Counted before the call: the dispatcher asks for the message's due inside of it.
    steps.offer();
    this.#isRefused = !this.#host.offer({ epoch: this.number, number: message, parts, bytes: all });
    if (this.#isRefused) steps.takeBack(1);
    else this.#lookout.noteAccepted(pending);
    return !this.#isRefused;
  }

  #newestTick(now: MonotonicMs): number {
    const tick = present(this.#pace, "an untimed epoch has no newest tick").tickAt(now);
    if (this.plan.contract !== "latest") return tick;
    // The last frame of a movie is the newest there will be, however late it is.
    return Math.min(tick, this.#lookout.lastTick);
  }

  #finish(): void {
    const { first } = this.#lookout.steps;
    if (first?.error !== undefined) {
      this.#lookout.fail();
      this.end("failed", first.error);
    } else if (first === undefined && this.#isGone) {
      this.end("failed", fault("MOVIE_GONE", `${this.plan.log.name} has left the library`));
    } else if (first === undefined && !this.#lookout.waits()) {
      const unreadable = this.#lookout.finish();
      this.end(unreadable === undefined ? "finished" : "failed", unreadable);
    }
  }
}

/**
 * Lateness that is not the client's doing: what it did not take in time says nothing of the server's turns.
 */
function ownLateness(lateness: Ms, { client }: Waits): number {
  return Math.max(lateness - client, 0);
}
