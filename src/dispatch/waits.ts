import { WAIT_REASONS, type Waits } from "../base/events.ts";
import type { MonotonicMs, Priority } from "../base/units.ts";
import type { Precedence } from "./precedence.ts";
import type { Standing } from "./source.ts";

/** Waits that are counted, or told. */
export type WaitRecord = { -readonly [Reason in keyof Waits]: number };

/** No waits. */
export function noWaits(): WaitRecord {
  return { production: 0, ring: 0, client: 0, budget: 0, better: 0, turn: 0 };
}

/** What is told of a message that went with the one before it. */
export const NO_WAITS: Waits = noWaits();

function clearWaits(waits: WaitRecord): void {
  waits.production = 0;
  waits.ring = 0;
  waits.client = 0;
  waits.budget = 0;
  waits.better = 0;
  waits.turn = 0;
}

export function addWaits(sum: WaitRecord, waits: Waits): void {
  sum.production += waits.production;
  sum.ring += waits.ring;
  sum.client += waits.client;
  sum.budget += waits.budget;
  sum.better += waits.better;
  sum.turn += waits.turn;
}

/** What a queue waits for. `able`: it could go, and what kept it depends on who went. */
export type WaitingFor = "production" | "ring" | "client" | "budget" | "turn" | "able";

/** Nobody knows yet when what goes next is due: it has not been offered. */
const UNKNOWN = Number.POSITIVE_INFINITY;

/**
 * Where the time of one queue goes. What it waits for is told when that changes, so that a hand-over costs
 * a handful of additions. The time of a message begins when the one before it left or was given up, or at
 * its due if that is later: no moment counts twice, and the sum of a queue's waits is the time it waited.
 *
 *     left ──────── due ═══ client ═══ ring ═══ able ═══ left     ═ counted
 *                   └ wanted                      └ since: counted up to here
 */
export class Meter {
  readonly #precedence: Precedence;
  #sums = noWaits();
  /** What was told last: used again for the next message but one. */
  #told = noWaits();
  #for: WaitingFor = "production";
  /** What it waited for before, and until when. */
  #before: WaitingFor = "production";
  #changedAt = 0;
  /** When the message before left. */
  #free = 0;
  #wanted = 0;
  #since = 0;
  // What the precedence said when it was last asked: at the same moment it says the same.
  #askedAt = Number.NaN;
  #better = 0;
  #budget = 0;
  #room = 0;

  constructor(precedence: Precedence) {
    this.#precedence = precedence;
  }

  /** An epoch was opened: its first message is wanted from now on. */
  begin(now: MonotonicMs): void {
    clearWaits(this.#sums);
    this.#for = "production";
    this.#askedAt = Number.NaN;
    this.#free = now;
    this.#wanted = now;
    this.#since = now;
  }

  /** What goes next is wanted from its due on. */
  want(due: MonotonicMs): void {
    const wanted = Math.max(due, this.#free);
    if (wanted === this.#wanted) return;
    if (this.#wanted === UNKNOWN) this.#countFrom(wanted);
    else if (wanted >= this.#since || this.#since <= this.#wanted) {
      clearWaits(this.#sums);
      this.#since = wanted;
    } else if (wanted > this.#wanted) this.#forget(wanted - this.#wanted);
    else this.#sums.production += this.#wanted - wanted;
    this.#wanted = wanted;
  }

  /** What the queue waits for from now on. */
  waitsFor(what: WaitingFor, priority: Priority, now: MonotonicMs): void {
    if (what === this.#for) return;
    this.#spend(priority, now);
    this.#before = this.#for;
    this.#changedAt = now;
    this.#for = what;
    if (what === "able" && now !== this.#askedAt) this.#ask(priority, now);
  }

  /** From now on it waits in another priority. */
  moves(from: Priority, to: Priority, now: MonotonicMs): void {
    this.#spend(from, now);
    this.#askedAt = Number.NaN;
    if (this.#for === "able") this.#ask(to, now);
  }

  /**
   * The first message left or was given up, and those of the next begin: at once, or at a due, which is
   * told when it is known. @returns its waits, until the next one leaves
   */
  left({ priority, period }: Standing, now: MonotonicMs): Waits {
    this.#spend(priority, now);
    const told = this.#sums;
    this.#sums = this.#told;
    this.#told = told;
    clearWaits(this.#sums);
    this.#free = now;
    this.#changedAt = now;
    this.#wanted = period === undefined ? now : UNKNOWN;
    this.#since = this.#wanted;
    return told;
  }

  #spend(priority: Priority, now: MonotonicMs): void {
    const time = now - this.#since;
    if (this.#for === "able") {
      if (now !== this.#askedAt) this.#spendAble(time, priority, now);
    } else if (time > 0) this.#sums[this.#for] += time;
    if (time > 0) this.#since = now;
  }

  #spendAble(time: number, priority: Priority, now: MonotonicMs): void {
    const before = this.#better;
    const budgetBefore = this.#budget;
    const roomBefore = this.#room;
    this.#ask(priority, now);
    if (!(time > 0)) return;
    // While a large message is being sent the next one's due may pass: then only the last part counts.
    const forBetter = Math.min(Math.max(this.#better - before, 0), time);
    const forBudget = Math.min(Math.max(this.#budget - budgetBefore, 0), time - forBetter);
    this.#sums.better += forBetter;
    this.#sums.budget += forBudget;
    const forRoom = Math.min(Math.max(this.#room - roomBefore, 0), time - forBetter - forBudget);
    this.#sums.ring += forRoom;
    this.#sums.turn += time - forBetter - forBudget - forRoom;
  }

  #ask(priority: Priority, now: MonotonicMs): void {
    this.#askedAt = now;
    this.#better = this.#precedence.better(priority, now);
    this.#budget = this.#precedence.budget(priority, now);
    this.#room = this.#precedence.room(priority, now);
  }

  // A due is told with the first offer, which may be after it. Before that, the queue was empty: it waited
  // for its client, if it did, and then for production.
  #countFrom(wanted: number): void {
    this.#since = Math.max(wanted, this.#changedAt);
    const before = this.#before === "able" ? "turn" : this.#before;
    this.#sums[before] += this.#since - wanted;
  }

  // Another frame than was thought goes next, with another due: the first part of what was counted goes.
  #forget(time: number): void {
    let left = time;
    for (const reason of WAIT_REASONS) {
      const taken = Math.min(this.#sums[reason], left);
      this.#sums[reason] -= taken;
      left -= taken;
    }
  }
}
