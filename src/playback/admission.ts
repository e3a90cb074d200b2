import { assert } from "../base/assert.ts";
import type { ByPriority } from "../base/egressKind.ts";
import { BitRate, type Priority, WORST_PRIORITY } from "../base/units.ts";

/** What admitted playbacks may need together. */
export type AdmissionLimits = {
  /** What may be sent, to all clients together. */
  readonly budget: BitRate;
  /** How much of the budget, and of a priority's bucket, may be promised: above 0, at most 1. */
  readonly share: number;
  /** The buckets of those priorities that have one. */
  readonly buckets: ByPriority<BitRate>;
  /** The shares of the budget that priorities keep whatever better ones want. */
  readonly floors: ByPriority<number>;
};

/** The settings that admission follows from, as the table of settings names them. */
export type AdmissionSettings = {
  readonly admission: number | "off";
  readonly egress: BitRate | "none";
  readonly priorityEgress: ByPriority<BitRate>;
  readonly floors: ByPriority<number>;
};

/** Undefined when everybody is admitted; for a server and for the simulation of one. */
export function admissionLimits(settings: AdmissionSettings): AdmissionLimits | undefined {
  const { admission: share, egress: budget, priorityEgress: buckets, floors } = settings;
  return share === "off" || budget === "none" ? undefined : { budget, share, buckets, floors };
}

/** Why a playback was not admitted, in bits per second. */
export type Shortage = { readonly needed: BitRate; readonly free: BitRate };

/**
 * What timed playbacks need, in whole bits per second: one that was admitted finds room for its frames,
 * whoever of the same or a worse priority comes after it. A better one is asked only about its betters and
 * equals, so it may take the room of worse ones: that is what priority means.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  // By priority. Whole numbers, so that what was added can be taken away without a rest.
  readonly #needs = new Float64Array(WORST_PRIORITY + 1);

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** What the admitted playbacks of this priority or a better one need. */
  needed(priority: Priority): BitRate {
    return BitRate(this.#needs.subarray(0, priority + 1).reduce((sum, need) => sum + need, 0));
  }

  /** What is free for this priority; `replaced` would be given back. */
  free(priority: Priority, replaced?: Grant): BitRate {
    const own = replaced?.needAt(priority) ?? { upTo: 0, at: 0 };
    const { share, buckets } = this.#limits;
    const ofAll = this.#limitFor(priority) - this.needed(priority) + own.upTo;
    const bucket = share * (buckets.get(priority) ?? Number.POSITIVE_INFINITY);
    const ofBucket = bucket - (this.#needs[priority] ?? 0) + own.at;
    return BitRate(Math.max(Math.floor(Math.min(ofAll, ofBucket)), 0));
  }

  /** What can be promised up to a priority: not what the floors of worse ones may take from it. */
  #limitFor(priority: Priority): number {
    const { budget, share, floors } = this.#limits;
    let kept = 0;
    for (const [worse, floor] of floors) if (worse > priority) kept += floor;
    return budget * Math.min(share, 1 - kept);
  }

  /**
   * Admits a playback that needs so many bits per second, in the place of `replaced`, which is released then.
   * When it does not fit nothing changes. What needs no more than what it replaces always fits: a viewer
   * whose room a better one has taken may go on seeking.
   */
  admit(priority: Priority, need: BitRate, replaced?: Grant): Grant | Shortage {
    const needed = wholeBits(need);
    const free = this.free(priority, replaced);
    const isCovered = replaced !== undefined && needed <= replaced.needAt(priority).at;
    if (needed > free && !isCovered) return { needed, free };
    replaced?.release();
    return new Grant(this.#needs, priority, needed);
  }
}

/** A place that was admitted. It is held until it is released. */
export class Grant {
  readonly #needs: Float64Array;
  #priority: Priority;
  #need = 0;
  #isReleased = false;

  /** To be made by `Admission` alone. @param needs by priority, where this one is added */
  constructor(needs: Float64Array, priority: Priority, need: BitRate) {
    this.#needs = needs;
    this.#priority = priority;
    this.raise(need);
  }

  /** What it has in the sum up to a priority, and at it. */
  needAt(priority: Priority): { readonly upTo: number; readonly at: number } {
    const need = this.#isReleased ? 0 : this.#need;
    return { upTo: this.#priority <= priority ? need : 0, at: this.#priority === priority ? need : 0 };
  }

  /**
   * It needs at least so much, as has turned out. What was admitted stays admitted, also over the limit:
   * it is newcomers who do not fit then.
   */
  raise(need: BitRate): void {
    const more = wholeBits(need) - this.#need;
    if (this.#isReleased || more <= 0) return;
    this.#need += more;
    this.#add(more);
  }

  /**
   * It is of another priority from now on, whatever is free there: an operator's change is not refused. Who
   * is admitted stays so; newcomers find less room there, and more where it was.
   */
  move(priority: Priority): void {
    if (!this.#isReleased) this.#add(-this.#need);
    this.#priority = priority;
    if (!this.#isReleased) this.#add(this.#need);
  }

  /** Gives the place back. May be called twice. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#add(-this.#need);
  }

  #add(bits: number): void {
    const sum = (this.#needs[this.#priority] ?? 0) + bits;
    assert(sum >= 0, "more was given back than admitted");
    this.#needs[this.#priority] = sum;
  }
}

function wholeBits(need: BitRate): BitRate {
  return BitRate(Math.ceil(need));
}
