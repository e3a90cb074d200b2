import { present } from "../base/assert.ts";
import { MonotonicMs, Ms, type Priority } from "../base/units.ts";
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
  readonly bounds: { readonly atOnce: number };
  readonly now: () => MonotonicMs;
  /** Production is done with what was wished for a step. */
  readonly settled: (pending: Pending, outcome: FrameOutcome) => void;
};

/** What a client waits for goes before what is made ahead, and after everything that has a deadline. */
const WAITED_FOR = MonotonicMs(Number.MAX_SAFE_INTEGER);
const AHEAD_OF_NEED = MonotonicMs(Number.POSITIVE_INFINITY);

/** Longer than a round of all playbacks should take: what one makes ahead goes behind everybody's next. */
const ROUND = Ms(1000);

/** Where a step stands: of all, and of those that are being made. */
type Place = { readonly index: number; readonly asked: number };

/**
 * Has production make the frames that are looked ahead to and not at hand: once each, the next one first, and
 * no more of them than are still there when their turn comes.
 */
export class Making {
  readonly #options: MakingOptions;
  #priority: Priority;
  readonly #reach = new Reach();
  readonly #latency = new Latency();
  /** Frames that have been asked for, and are not there. */
  #asked = 0;
  #isAtWork = false;
  /** When the last one came, or the first of them was asked for. */
  #since = MonotonicMs(0);
  /** Between the frames that it is asked for. */
  readonly stride: Stride;

  constructor(options: MakingOptions) {
    this.#options = options;
    this.#priority = options.plan.priority;
    this.stride = new Stride(options.bounds.atOnce);
  }

  /** How long one has to wait for a frame that is not at hand. */
  get latency(): Ms {
    return this.#latency.ms;
  }

  /** Whether something was not at hand when it was looked for last, or had to be made. */
  get isAtWork(): boolean {
    return this.#isAtWork;
  }

  /** Has production begin what is not at hand. `hasRoom`: the next frame can be offered when it is there. */
  ask(steps: Ahead, { hasRoom }: { readonly hasRoom: boolean }): void {
    let asked = 0;
    for (let index = steps.offered; index < steps.length; index += 1) {
      const mayGo = index === steps.offered && hasRoom;
      if (!mayGo && index - steps.offered >= this.#reach.steps) break;
      const pending = present(steps.at(index), "a step got lost");
      if (pending.request !== undefined) this.#hurry(pending, { index, asked });
      // A frame that no cache keeps would be made again and again while there is no room for it.
      else if (!pending.isLookedUp || mayGo) this.#lookUp(pending, steps, { index, asked });
      if (pending.request !== undefined) asked += 1;
    }
    // What had to be made last says of what comes next that it has to be made, too.
    this.#isAtWork = asked > 0 || steps.at(steps.length - 1)?.isMade === true;
    this.#noteWait(steps);
  }

  /** How many of the steps have yet to be made. */
  unmade(steps: Ahead): number {
    let count = 0;
    for (let index = steps.offered; index < steps.length; index += 1) {
      const { request, isLookedUp } = present(steps.at(index), "a step got lost");
      if (request !== undefined || !isLookedUp) count += 1;
    }
    return count;
  }

  /** What is wished for from now on has another priority, and what is being made as well. */
  prioritize(steps: Ahead, priority: Priority): void {
    this.#priority = priority;
    let asked = 0;
    for (let index = steps.offered; index < steps.length; index += 1) {
      const pending = present(steps.at(index), "a step got lost");
      if (pending.request === undefined) continue;
      this.#renew(pending, this.#deadline(pending, { index, asked }));
      asked += 1;
    }
  }

  #lookUp(pending: Pending, steps: Ahead, place: Place): void {
    const { wish } = pending;
    pending.isLookedUp = true;
    if (wish === undefined || this.#options.frames.peek(wish) !== undefined) return;
    if (pending.isMade) this.#reach.lost(steps.length - steps.offered);
    this.#produce(pending, this.#deadline(pending, place));
  }

  #produce(pending: Pending, deadline: MonotonicMs): void {
    const { wish } = pending;
    if (wish === undefined) return;
    pending.deadline = deadline;
    const urgency = { priority: this.#priority, deadline };
    pending.request = this.#options.frames.request(wish, urgency, (outcome) =>
      this.#settle(pending, outcome),
    );
  }

  /** What was asked for ahead of need may have become what the client waits for. */
  #hurry(pending: Pending, place: Place): void {
    const deadline = this.#deadline(pending, place);
    if (deadline < pending.deadline) this.#renew(pending, deadline);
  }

  /** The new wish joins the work before the old one leaves it, so that nothing is begun anew. */
  #renew(pending: Pending, deadline: MonotonicMs): void {
    const { request } = pending;
    this.#produce(pending, deadline);
    request?.cancel();
  }

  /**
   * By when the frame is to be made. Where there is not enough for all, equals take turns, one frame each: it
   * counts since when a frame is the next one of its playback. By their dues, whoever has aimed at a later
   * frame would stand behind all others once more.
   */
  #deadline({ step }: Pending, { index, asked }: Place): MonotonicMs {
    const { pace, now } = this.#options;
    if (pace === undefined) return index === 0 ? WAITED_FOR : AHEAD_OF_NEED;
    const due = pace.due(step.tick);
    const turn = this.stride.isBehind ? Math.min(due, now() + asked * ROUND) : due;
    return MonotonicMs(turn + pace.period);
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
    let asked = 0;
    for (let index = steps.offered; index < steps.length; index += 1) {
      const pending = present(steps.at(index), "a step got lost");
      if (pending.request === undefined) continue;
      asked += 1;
      if (asked === 1) pending.waitedForSince ??= this.#options.now();
    }
    if (this.#asked === 0 && asked > 0) this.#since = this.#options.now();
    this.#asked = asked;
  }

  #measure(pending: Pending): void {
    const { pace } = this.#options;
    if (pace === undefined) return;
    const now = this.#options.now();
    this.stride.measure(Ms(now - this.#since), this.#asked);
    this.#since = now;
    if (now < pace.due(pending.step.tick)) this.stride.wasInTime();
    if (pending.waitedForSince !== undefined) this.#latency.measure(Ms(now - pending.waitedForSince));
    pending.waitedForSince = undefined;
  }
}

/** Nobody waits any more for what was wished for a step. */
export function cancel(pending: Pending): void {
  pending.request?.cancel();
  pending.request = undefined;
}
