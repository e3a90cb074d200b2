import { present } from "../base/assert.ts";
import type { Waits } from "../base/events.ts";
import { after, MonotonicMs, Ms } from "../base/units.ts";
import { Grace } from "./grace.ts";
import type { Lookout } from "./lookout.ts";
import type { Pace } from "./pace.ts";
import type { Pending } from "./pending.ts";
import type { Plan } from "./plan.ts";

/** A place among equals that was waited for: since when it counts, and up to which tick it may be taken. */
type Place = { readonly since: MonotonicMs; readonly tick: number };

export type AimOptions = {
  readonly plan: Plan;
  readonly pace: Pace;
  readonly lookout: Lookout;
  /** Whether the step's frame has been made and is still there. */
  readonly isAtHand: (pending: Pending) => boolean;
};

/**
 * Which frame of a timed playback goes when its turn comes late, under the contracts that skip: the newest
 * that can go at once. It goes in the place of the one that was late, as that had waited for:
 *
 *     due ──────────── turn            turn: 3 is late and gives way to 9, which leaves at once
 *      3  4  5  6  7  8  9             the next is 10, behind all equals that wait for longer
 *      └ place ────────────▶ 9
 *
 * Were 9 to wait anew, it would leave a whole round of all equals late, as 3 would have.
 */
export class Aim {
  readonly #options: AimOptions;
  readonly #grace = new Grace();
  #place: Place | undefined;

  constructor(options: AimOptions) {
    this.#options = options;
  }

  /** Whether the playback is behind: the next message is one that was aimed at. */
  get isTaken(): boolean {
    return this.#grace.isAimed;
  }

  /** From when on the step of this tick may leave, and by which it is ranked among its equals. */
  placeOf(tick: number): MonotonicMs {
    const { pace } = this.#options;
    const due = pace.due(tick);
    const place = this.#place;
    // Who has waited for a frame to come has begun anew, and has not waited for a turn.
    if (place === undefined || !pace.isRunning || tick > place.tick) return due;
    return place.since < due ? place.since : due;
  }

  /** Whether a message should give way: a newer frame is due, and this one is too old or that one at hand. */
  isLate(tick: number, now: MonotonicMs): boolean {
    const { plan, pace } = this.#options;
    if (!pace.isRunning || plan.contract === "all") return false;
    const newest = this.#newestTick(now);
    if (newest <= tick) return false;
    const lateness = this.#lateness(tick, now);
    if (!this.#grace.covers(this.#overdue(lateness))) return true;
    return this.#newestAtHand(tick, newest) !== undefined;
  }

  /** Passes over what is still being made when its turn is over, where a newer one has been made. */
  passOver(now: MonotonicMs): void {
    const { plan, pace, lookout, isAtHand } = this.#options;
    const { first, offered } = lookout.steps;
    if (!pace.isRunning || plan.contract === "all" || offered > 0 || first === undefined) return;
    const newest = this.#newestTick(now);
    if (newest <= first.step.tick || isAtHand(first)) return;
    const next = this.#newestAtHand(first.step.tick, newest);
    if (next !== undefined) lookout.skipTo(next.step.tick);
  }

  /** The first step was late when its turn came: another takes its place. Nothing must be offered. */
  skip(now: MonotonicMs, waits: Waits): void {
    const { tick } = present(this.#options.lookout.steps.first, "nothing was late").step;
    this.#grace.turn(this.#ownOverdue(tick, now, waits));
    this.#place = { since: this.placeOf(tick), tick: this.#newestTick(now) };
    const newest = this.#newestAtHand(tick, this.#newestTick(now));
    const isNewEnough = newest !== undefined && this.#isShowable(newest.step.tick, now);
    this.#grace.aim();
    if (isNewEnough) this.#options.lookout.skipTo(newest.step.tick);
    else this.#take(now, tick);
  }

  /** The step of this tick leaves: a late one is followed by the newest, unless others wait already. */
  left(tick: number, now: MonotonicMs, { waits, isLate }: { waits: Waits; isLate: boolean }): void {
    const { plan, pace, lookout } = this.#options;
    // What the first one waits for says nothing of how long turns take.
    if (pace.isRunning) this.#grace.turn(this.#ownOverdue(tick, now, waits));
    pace.left(tick, now);
    this.#place = undefined;
    if (!isLate) this.#grace.caughtUp();
    if (!isLate || plan.contract === "all") return;
    this.#place = { since: pace.due(tick + 1), tick: this.#newestTick(now) };
    if (lookout.steps.offered > 0) return;
    this.#grace.follow();
    this.#take(now, tick);
  }

  /** Goes on with what will be the newest as soon as any can be had. Nothing must be offered. */
  #take(now: MonotonicMs, over: number): void {
    const { pace, lookout, isAtHand } = this.#options;
    const oldest = this.#newestTick(MonotonicMs(now - lookout.latency));
    const newest = this.#newestTick(now);
    for (let index = 0; index < lookout.steps.length; index += 1) {
      const pending = present(lookout.steps.at(index), "a step got lost");
      if (pending.step.tick <= over || pending.step.tick < oldest) continue;
      // What is being made comes sooner than what nobody has begun.
      if (pending.request !== undefined || isAtHand(pending)) return lookout.skipTo(pending.step.tick);
    }
    lookout.skipTo(newest);
    const { first } = lookout.steps;
    if (lookout.latency <= pace.period || (first !== undefined && isAtHand(first))) return;
    // A frame that has yet to be made would be late again: aim for the one that will be due by then.
    lookout.skipTo(this.#newestTick(after(now, lookout.latency)));
  }

  #newestAtHand(tick: number, newest: number): Pending | undefined {
    const { steps } = this.#options.lookout;
    for (let index = steps.length - 1; index > 0; index -= 1) {
      const pending = present(steps.at(index), "a step got lost");
      if (pending.step.tick <= tick) return undefined;
      if (pending.step.tick <= newest && this.#options.isAtHand(pending)) return pending;
    }
    return undefined;
  }

  #isShowable(tick: number, now: MonotonicMs): boolean {
    const lateness = this.#lateness(tick, now);
    return this.#grace.covers(this.#overdue(lateness)) || this.#isAsGoodAsAny(lateness);
  }

  /** Whether a frame that is asked for now would be as old when it can go. */
  #isAsGoodAsAny(lateness: Ms): boolean {
    const { lookout, pace } = this.#options;
    return lateness <= lookout.latency + pace.period;
  }

  #newestTick(now: MonotonicMs): number {
    const { pace, lookout } = this.#options;
    // However late it is, the last frame of a playback is the newest there will be, and the last of a movie
    // that is still being made the newest there is: nothing takes its place, and whoever waits behind it has
    // been shown it.
    return Math.min(pace.tickAt(now), lookout.lastTick);
  }

  #lateness(tick: number, now: MonotonicMs): Ms {
    return Ms(Math.max(now - this.#options.pace.due(tick), 0));
  }

  /** How long a newer frame has been due: so much of lateness is more than any frame may have. */
  #overdue(lateness: number): Ms {
    return Ms(Math.max(lateness - this.#options.pace.period, 0));
  }

  /** What of it is not the client's doing: what that did not take in time says nothing of the turns. */
  #ownOverdue(tick: number, now: MonotonicMs, { client }: Waits): Ms {
    return this.#overdue(this.#lateness(tick, now) - client);
  }
}
