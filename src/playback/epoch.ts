import { assert, present } from "../base/assert.ts";
import type { Unsubscribe } from "../base/diagnostics.ts";
import { fault, type Fault } from "../base/errors.ts";
import {
  type EpochEnd,
  events,
  type Progress,
  type Receipt,
  type ReceiptSoFar,
  type Waits,
} from "../base/events.ts";
import { type Epoch as EpochNumber, MessageNumber, MonotonicMs, Ms, type Priority } from "../base/units.ts";
import type { ProducedFrame } from "../library/frame.ts";
import type { LogChange } from "../library/log.ts";
import { Aim } from "./aim.ts";
import type { Frames } from "./frames.ts";
import { messageOf } from "./letter.ts";
import { type LookAhead, Lookout } from "./lookout.ts";
import type { OutgoingMessage } from "./outlet.ts";
import { Pace } from "./pace.ts";
import type { Pending } from "./pending.ts";
import type { Plan } from "./plan.ts";
import { RecentCount } from "./recent.ts";
import { Tally } from "./tally.ts";
import { Uniformity } from "./uniformity.ts";

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

/** When a timed message that leaves was due, and from when on it counts as late. */
type Timing = { readonly due: MonotonicMs; readonly lateFrom: MonotonicMs };

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
  readonly #tally: Tally;
  readonly #recent: RecentCount;
  readonly #lookout: Lookout;
  readonly #aim: Aim | undefined;
  readonly #unwatch: Unsubscribe;
  #priority: Priority;
  /** The message of which some bytes have left, and not all. */
  #sending: { readonly timing: Timing | undefined } | undefined;
  /** Nothing comes after that message. */
  #isEnding = false;
  readonly #uniformity: Uniformity | undefined;
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
    this.#priority = plan.priority;
    this.#tally = new Tally(plan);
    this.#recent = new RecentCount(host.now());
    this.#uniformity = plan.isUniform === true ? new Uniformity() : undefined;
    this.#lookout = new Lookout({
      plan,
      pace: this.#pace,
      tally: this.#tally,
      bounds: lookAhead,
      frames: host.frames,
      now: () => host.now(),
      settled: (pending, frame) => this.#settled(pending, frame),
    });
    const isAtHand = ({ wish }: Pending): boolean =>
      wish !== undefined && host.frames.peek(wish) !== undefined;
    this.#aim = this.#pace && new Aim({ plan, pace: this.#pace, lookout: this.#lookout, isAtHand });
    // From the first moment: a movie that leaves before the first look would be waited for.
    this.#unwatch = plan.log.watch((change) => this.#changed(change));
  }

  /** Whether everything has been sent but for the rest of a message: the epoch ends with its last byte. */
  get isEnding(): boolean {
    return this.#isEnding && this.#sending !== undefined;
  }

  /** What its receipt would say now. A message under way counts, and not yet how late it is. */
  get receiptSoFar(): ReceiptSoFar {
    return this.#tally.receiptSoFar(this.plan.log.name, this.number);
  }

  /** How it comes along. */
  get progress(): Progress {
    const delivered = this.#recent.perSecond(this.#host.now());
    return { ...this.#tally.progress(this.plan.log.name, this.number), delivered };
  }

  /** Goes on with another priority; also what production is making for it. */
  prioritize(priority: Priority, wish?: Priority): void {
    this.#priority = priority;
    this.#tally.prioritize(priority, wish);
    this.#lookout.prioritize(priority);
  }

  /** From when on a message may leave, and its place among its equals: of one that was skipped for it. */
  due(message: OutgoingMessage): MonotonicMs {
    const aim = present(this.#aim, "an untimed epoch was asked for a due");
    return aim.placeOf(this.#pendingOf(message).step.tick);
  }

  /** When a message is due on the playback's timeline; undefined for an untimed one. */
  timelineDue(message: OutgoingMessage): MonotonicMs | undefined {
    return this.#pace?.due(this.#pendingOf(message).step.tick);
  }

  /** Offers what is at hand, and looks ahead. */
  fill(): void {
    if (this.#isOver) return;
    const { steps } = this.#lookout;
    this.#lookAnew();
    if (!this.#isGone) this.#aim?.passOver(this.#host.now());
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

  /** @param options.continues there are bytes of the message left: `finished` tells when the last has left */
  started(
    message: OutgoingMessage,
    now: MonotonicMs,
    waits: Waits,
    { continues }: { readonly continues: boolean },
  ): void {
    const pending = this.#pendingOf(message);
    const { steps } = this.#lookout;
    assert(pending === steps.first, "messages started out of order");
    this.#isRefused = false;
    this.#lookout.start();
    const { bytes, digest } = present(pending.sent, "a message started that was not offered");
    const isSubstitute = pending.wish?.substitution !== undefined;
    this.#tally.send({ number: pending.step.number, bytes, digest, isSubstitute }, waits);
    this.#recent.add(now);
    const timing = this.#pace && this.#left(this.#pace, pending.step.tick, now, waits);
    if (events.messageStarted.hasListeners) {
      const { contract } = this.plan;
      const isCached = !pending.isMade;
      const priority = this.#priority;
      events.messageStarted.publish({ priority, contract, bytes, isSubstitute, isCached, waits });
    }
    if (continues) this.#sending = { timing };
    else this.#time(timing, now);
  }

  /** The last byte of the message under way has been handed over. */
  finished(now: MonotonicMs): void {
    this.#endMessage(now);
    this.#finish();
  }

  isLate(message: OutgoingMessage, now: MonotonicMs): boolean {
    // Of a movie that is gone nothing newer can be made.
    return !this.#isGone && (this.#aim?.isLate(this.#pendingOf(message).step.tick, now) ?? false);
  }

  /** Goes on with the newest frame that is due: what waited has been taken back. */
  skip(now: MonotonicMs, waits: Waits): void {
    const { steps } = this.#lookout;
    this.#publishGivenUp(waits);
    this.#tally.wait(waits);
    steps.takeBack(steps.offered);
    if (this.#hasChanged) this.#isStale = true;
    this.#isRefused = false;
    this.#lookAnew();
    // What was late may have been removed meanwhile, and all behind it.
    if (steps.first !== undefined) this.#aim?.skip(now, waits);
    this.fill();
  }

  /** What waits is about to be dropped, by a command or because the viewer is gone. */
  gaveUp(waits: Waits): void {
    this.#publishGivenUp(waits);
    this.#tally.wait(waits);
  }

  /** Ends the epoch. No message of it starts after this; a started one still finishes. */
  end(end: EpochEnd, error?: Fault): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#unwatch();
    this.#endMessage(this.#host.now());
    this.#lookout.steps.takeBack(this.#lookout.steps.offered);
    this.#lookout.close();
    this.#host.ended(this.#tally.receipt(this.plan.log.name, this.number, end), error);
  }

  #publishGivenUp(waits: Waits): void {
    const { contract } = this.plan;
    events.messageGivenUp.publish({ priority: this.#priority, contract, waits });
  }

  #pendingOf(message: OutgoingMessage): Pending {
    return present(this.#lookout.steps.at(message.number - this.#tally.sent), "a message of another time");
  }

  /** The message under way has come to its end, or its epoch has. */
  #endMessage(now: MonotonicMs): void {
    const timing = this.#sending?.timing;
    this.#sending = undefined;
    this.#time(timing, now);
  }

  /** Counts how late a message was, if it was timed. */
  #time(timing: Timing | undefined, now: MonotonicMs): void {
    if (timing === undefined) return;
    const lateness = Ms(Math.max(now - timing.due, 0));
    const isLate = now >= timing.lateFrom;
    this.#tally.timed(lateness, { isLate });
    if (!events.messageTimed.hasListeners) return;
    const { contract } = this.plan;
    events.messageTimed.publish({ priority: this.#priority, contract, lateness, isLate });
  }

  /** A timed message begins to leave: what is due next follows from that, however long its rest takes. */
  #left(pace: Pace, tick: number, now: MonotonicMs, waits: Waits): Timing {
    const due = pace.due(tick);
    const isLate = pace.isRunning && now >= due + pace.period;
    // The first one is due at once: that its frame has to be made first does not make it late.
    const own = pace.isRunning ? 0 : waits.production;
    if (isLate) this.#lookAnew();
    this.#aim?.left(tick, now, { waits, isLate });
    return { due, lateFrom: MonotonicMs(due + pace.period + own) };
  }

  /**
   * Whether the next message may be offered. Behind a message that is late, or that a newer one is to
   * replace, none waits: it would be late as well, or replaced.
   */
  #mayOffer(): boolean {
    if (this.#isRefused) return false;
    const isAlone = this.plan.contract === "latest" || this.#aim?.isTaken === true;
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
    const lookout = this.#lookout;
    const { steps } = lookout;
    pending.error = this.#uniformity?.breach(pending.step.number, frame.shape);
    if (pending.error !== undefined) {
      // Nothing more is made for it; when it is its turn, it ends the epoch.
      pending.wish = undefined;
      return false;
    }
    const epoch = this.number;
    const number = MessageNumber(this.#tally.sent + steps.offered);
    const message = messageOf({ plan: this.plan, epoch, message: number, pending, frame, lookout });
    pending.sent = frame;
    lookout.noteOffer(pending, frame);
    // Counted before the call: the dispatcher asks for the message's due inside of it.
    steps.offer();
    this.#isRefused = !this.#host.offer(message);
    if (this.#isRefused) steps.takeBack(1);
    else lookout.noteAccepted(pending);
    return !this.#isRefused;
  }

  #finish(): void {
    const { first } = this.#lookout.steps;
    // Noted also while a message is under way: the timeline begins anew with what ends the wait.
    const waits = first === undefined && !this.#isGone && this.#lookout.waits();
    this.#isEnding = first === undefined && !waits;
    // The receipt says how late all messages were: the last one has to leave before.
    if (waits || this.#sending !== undefined) return;
    if (first?.error !== undefined) {
      this.#lookout.fail();
      this.end("failed", first.error);
    } else if (first === undefined && this.#isGone) {
      this.end("failed", fault("MOVIE_GONE", `${this.plan.log.name} has left the library`));
    } else if (first === undefined) {
      const unreadable = this.#lookout.finish();
      this.end(unreadable === undefined ? "finished" : "failed", unreadable);
    }
  }
}
