import type { MonotonicMs, Priority } from "../base/units.ts";
import { PRIORITIES } from "./prioritySet.ts";

const NOBODY = PRIORITIES;

/**
 * Whom the dispatcher has served, as times that only grow: a queue that waits notes them twice and takes the
 * difference. Telling it of a hand-over to the priority of the one before costs a comparison.
 */
export class Precedence {
  /** The priority last chosen, since when, and what it lacks: tokens of the server, or room under way. */
  #chosen = NOBODY;
  #since = 0;
  #lacks: "nothing" | "tokens" | "room" = "nothing";
  // Milliseconds by priority chosen, as sums over ranges (a Fenwick tree): the times of all that are better
  // are a sum of eight at most.
  readonly #chosenTimes = new Float64Array(PRIORITIES + 1);
  /** Milliseconds in which a priority was kept by a budget. */
  readonly #shortTimes = new Float64Array(PRIORITIES);
  /** Milliseconds in which a priority was kept by what was under way. */
  readonly #roomTimes = new Float64Array(PRIORITIES);
  // A priority that its own limit keeps waits for that alone, whoever goes meanwhile.
  readonly #shutSince = new Float64Array(PRIORITIES).fill(Number.NaN);
  readonly #betterWhenShut = new Float64Array(PRIORITIES);
  readonly #betterWhileShut = new Float64Array(PRIORITIES);

  /** A priority was chosen, and goes. */
  goes(priority: Priority, now: MonotonicMs): void {
    if (priority === this.#chosen && this.#lacks === "nothing") return;
    this.#change(priority, now);
    this.#lacks = "nothing";
  }

  /** A priority was chosen, and waits for the server's bucket. */
  lacksTokens(priority: Priority, now: MonotonicMs): void {
    if (priority === this.#chosen && this.#lacks === "tokens") return;
    this.#change(priority, now);
    this.#lacks = "tokens";
  }

  /** A priority was chosen, and waits for messages under way to end, whoever's they are. */
  lacksRoom(priority: Priority, now: MonotonicMs): void {
    if (priority === this.#chosen && this.#lacks === "room") return;
    this.#change(priority, now);
    this.#lacks = "room";
  }

  /** Nobody can go. */
  rests(now: MonotonicMs): void {
    if (this.#chosen === NOBODY) return;
    this.#change(NOBODY, now);
    this.#lacks = "nothing";
  }

  /** The priority's own limit has begun, or ceased, to keep it. */
  shut(priority: Priority, isShut: boolean, now: MonotonicMs): void {
    const since = this.#shutSince[priority] ?? Number.NaN;
    if (isShut !== Number.isNaN(since)) return;
    const better = this.#allBetter(priority, now);
    if (isShut) {
      this.#shutSince[priority] = now;
      this.#betterWhenShut[priority] = better;
      return;
    }
    add(this.#shortTimes, priority, now - since);
    add(this.#betterWhileShut, priority, better - (this.#betterWhenShut[priority] ?? 0));
    this.#shutSince[priority] = Number.NaN;
  }

  /** How long better priorities were the last chosen, while the priority could have gone. */
  better(priority: Priority, now: MonotonicMs): number {
    const isShut = !Number.isNaN(this.#shutSince[priority]);
    const all = isShut ? (this.#betterWhenShut[priority] ?? 0) : this.#allBetter(priority, now);
    return all - (this.#betterWhileShut[priority] ?? 0);
  }

  /** How long a budget kept the priority. */
  budget(priority: Priority, now: MonotonicMs): number {
    const since = this.#shutSince[priority] ?? Number.NaN;
    const shut = Number.isNaN(since) ? 0 : now - since;
    const short = this.#lacks === "tokens" && this.#chosen === priority ? now - this.#since : 0;
    return (this.#shortTimes[priority] ?? 0) + shut + short;
  }

  /** How long what was under way kept the priority. */
  room(priority: Priority, now: MonotonicMs): number {
    const lacking = this.#lacks === "room" && this.#chosen === priority ? now - this.#since : 0;
    return (this.#roomTimes[priority] ?? 0) + lacking;
  }

  #allBetter(priority: Priority, now: MonotonicMs): number {
    let time = this.#chosen < priority ? now - this.#since : 0;
    for (let at = priority as number; at > 0; at -= at & -at) time += this.#chosenTimes[at] ?? 0;
    return time;
  }

  #change(chosen: number, now: MonotonicMs): void {
    const time = now - this.#since;
    if (this.#chosen !== NOBODY && time > 0) {
      for (let at = this.#chosen + 1; at <= PRIORITIES; at += at & -at) add(this.#chosenTimes, at, time);
      if (this.#lacks === "tokens") add(this.#shortTimes, this.#chosen, time);
      else if (this.#lacks === "room") add(this.#roomTimes, this.#chosen, time);
    }
    this.#chosen = chosen;
    this.#since = now;
  }
}

function add(times: Float64Array, at: number, time: number): void {
  times[at] = (times[at] ?? 0) + time;
}
