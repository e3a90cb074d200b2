import { present } from "../base/assert.ts";
import { MonotonicMs, Ms } from "../base/units.ts";
import type { Ahead } from "./ahead.ts";
import type { FrameOutcome, Frames } from "./frames.ts";
import { Latency } from "./latency.ts";
import type { Pace } from "./pace.ts";
import type { Pending } from "./pending.ts";
import type { Plan } from "./plan.ts";
import { Reach } from "./reach.ts";
import { Stride } from "./stride.ts";

export type MakingOptions = {
  readonly plan: Plan;
  readonly pace: Pace | undefined;
  readonly frames: Frames;
  readonly now: () => MonotonicMs;
  /** Production is done with what was wished for a step. */
  readonly settled: (pending: Pending, outcome: FrameOutcome) => void;
};

/** What a client waits for goes before what is made ahead, and after everything that has a deadline. */
const WAITED_FOR = MonotonicMs(Number.MAX_SAFE_INTEGER);
const AHEAD_OF_NEED = MonotonicMs(Number.POSITIVE_INFINITY);

/**
 * Has production make the frames that are looked ahead to and not at hand: once each, the next one first, and
 * no more of them than are still there when their turn comes.
 */
export class Making {
  readonly #options: MakingOptions;
  readonly #reach = new Reach();
  readonly #latency = new Latency();
  /** Between the frames that it is asked for. */
  readonly stride = new Stride();

  constructor(options: MakingOptions) {
    this.#options = options;
  }

  /** How long one has to wait for a frame that is not at hand. */
  get latency(): Ms {
    return this.#latency.ms;
  }

  /** Has production begin what is not at hand. `hasRoom`: the next frame can be offered when it is there. */
  ask(steps: Ahead, { hasRoom }: { readonly hasRoom: boolean }): void {
    const { frames } = this.#options;
    for (let index = steps.offered; index < steps.length; index += 1) {
      const mayGo = index === steps.offered && hasRoom;
      if (!mayGo && index - steps.offered >= this.#reach.steps) break;
      const pending = present(steps.at(index), "a step got lost");
      if (pending.request !== undefined) this.#hurry(pending, index);
      // A frame that no cache keeps would be made again and again while there is no room for it.
      if (pending.isLookedUp && !mayGo) continue;
      pending.isLookedUp = true;
      if (pending.wish === undefined || frames.peek(pending.wish) !== undefined) continue;
      if (pending.isMade) this.#reach.lost(steps.length - steps.offered);
      this.#produce(pending, index);
    }
    this.#noteWait(steps);
  }

  #produce(pending: Pending, index: number): void {
    const { wish } = pending;
    if (wish === undefined || pending.request !== undefined) return;
    const { plan, frames } = this.#options;
    pending.deadline = this.#deadline(pending, index);
    const urgency = { priority: plan.priority, deadline: pending.deadline };
    pending.request = frames.request(wish, urgency, (outcome) => this.#settle(pending, outcome));
  }

  /**
   * What was asked for ahead of need may have become what the client waits for. The new wish joins the work
   * before the old one leaves it, so that nothing is begun anew.
   */
  #hurry(pending: Pending, index: number): void {
    if (this.#deadline(pending, index) >= pending.deadline) return;
    const { request } = pending;
    pending.request = undefined;
    this.#produce(pending, index);
    request?.cancel();
  }

  #deadline({ step }: Pending, index: number): MonotonicMs {
    const { pace } = this.#options;
    if (pace !== undefined) return MonotonicMs(pace.due(step.tick) + pace.period);
    return index === 0 ? WAITED_FOR : AHEAD_OF_NEED;
  }

  #settle(pending: Pending, outcome: FrameOutcome): void {
    pending.request = undefined;
    if ("frame" in outcome) {
      this.#measure(pending);
      pending.isMade = true;
      const isKept = pending.wish !== undefined && this.#options.frames.peek(pending.wish) !== undefined;
      if (isKept) this.#reach.kept();
      else this.#reach.tooLarge();
    }
    this.#options.settled(pending, outcome);
  }

  // A frame's wait begins when those in front of it are there: if it counted the wait for them, looking ahead
  // would make production seem slower, and the epoch would look further and further ahead.
  #noteWait(steps: Ahead): void {
    if (this.#options.pace === undefined) return;
    for (let index = steps.offered; index < steps.length; index += 1) {
      const pending = present(steps.at(index), "a step got lost");
      if (pending.request === undefined) continue;
      pending.waitedForSince ??= this.#options.now();
      return;
    }
  }

  #measure(pending: Pending): void {
    if (pending.waitedForSince === undefined) return;
    const now = this.#options.now();
    const wait = Ms(now - pending.waitedForSince);
    this.#latency.measure(wait);
    const { pace } = this.#options;
    // What one worker is long at says nothing of how many frames all of them make: that they come early does.
    if (pace !== undefined && now < pace.due(pending.step.tick) - pace.period) this.stride.wasEarly();
    else this.stride.measure(wait);
    pending.waitedForSince = undefined;
  }
}

/** Nobody waits any more for what was wished for a step. */
export function cancel(pending: Pending): void {
  pending.request?.cancel();
  pending.request = undefined;
}
