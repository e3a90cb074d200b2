import type { Clock, Timer } from "../../base/clock.ts";
import { after, type MonotonicMs } from "../../base/units.ts";
import type { Turns } from "../turns.ts";
import { COMMAND_BURST, COMMANDS_PER_SECOND } from "./limits.ts";

/** What an intake asks and tells the owner of its connection. */
export interface IntakeOwner {
  /** Nothing more is to be read from the client, or it may go on. */
  pause(): void;
  resume(): void;
  /** Carries one command out. @returns what it costs: a usual command costs 1 */
  carryOut(text: string): number;
  /** Whether a command may be carried out: whether its answer has room. */
  mayAnswer(): boolean;
  /** When commands may be carried out again, where a budget was overdrawn by their answers. */
  waitsUntil(): MonotonicMs | undefined;
}

const PER_MS = COMMANDS_PER_SECOND / 1000;

/**
 * A client's commands, one after another, and not faster than is good for the others: whoever sends more is
 * not read for a while. What had been read by then is kept, and is no more than one read.
 */
export class Intake {
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #owner: IntakeOwner;
  #waiting: string[] = [];
  #allowance = COMMAND_BURST;
  #countedAt: MonotonicMs;
  #timer: Timer | undefined;
  #isPaused = false;
  #isWorking = false;
  #waitsForTurn = false;
  #isClosed = false;

  /** @param turns what it shares with all other connections */
  constructor(clock: Clock, turns: Turns, owner: IntakeOwner) {
    this.#clock = clock;
    this.#turns = turns;
    this.#owner = owner;
    this.#countedAt = clock.now();
  }

  /** Whether commands wait that have been read. */
  get isHeldBack(): boolean {
    return this.#waiting.length > 0;
  }

  read(text: string): void {
    if (this.#isClosed) return;
    this.#waiting.push(text);
    this.goOn();
  }

  /** What commands waited for may be there: carries out those that can be. */
  goOn(): void {
    if (this.#isClosed || this.#isWorking) return;
    this.#isWorking = true;
    let done = 0;
    while (done < this.#waiting.length && this.#mayGo()) {
      this.#allowance -= this.#owner.carryOut(this.#waiting[done] ?? "");
      done += 1;
    }
    this.#isWorking = false;
    if (done > 0) this.#waiting = this.#waiting.slice(done);
    this.#setPaused(this.#waiting.length > 0);
  }

  /** Takes nothing any more. May be called twice. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#timer?.cancel();
  }

  #mayGo(): boolean {
    if (this.#isClosed || !this.#owner.mayAnswer()) return false;
    const now = this.#clock.now();
    const gained = (now - this.#countedAt) * PER_MS;
    this.#allowance = Math.min(this.#allowance + gained, COMMAND_BURST);
    this.#countedAt = now;
    const until = this.#owner.waitsUntil();
    if (until !== undefined) return this.#goOnAt(until);
    if (this.#allowance <= 0) return this.#goOnAt(after(now, (1 - this.#allowance) / PER_MS));
    return this.#turns.take() || this.#goOnLater();
  }

  #goOnLater(): false {
    if (this.#waitsForTurn) return false;
    this.#waitsForTurn = true;
    this.#turns.later(() => {
      this.#waitsForTurn = false;
      this.goOn();
    });
    return false;
  }

  #goOnAt(time: MonotonicMs): false {
    this.#timer ??= this.#clock.at(time, () => {
      this.#timer = undefined;
      this.goOn();
    });
    return false;
  }

  #setPaused(isPaused: boolean): void {
    if (this.#isClosed || this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#owner.pause();
    else this.#owner.resume();
  }
}
