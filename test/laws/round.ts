import type { Facts } from "./facts.ts";

type Turn = { readonly facts: Facts; deficit: number; round: number; isBack: boolean };

/**
 * Turns in bytes, as a plain list for each priority, whoever has the turn in front. It shares no code with
 * the dispatcher.
 */
export class NaiveRound {
  readonly #quantum: number;
  readonly #lists = new Map<number, Turn[]>();
  /** The round in which whoever has the turn has it. */
  readonly #rounds = new Map<number, number>();
  /** What those who are not in had when they left. */
  readonly #away = new Map<Facts, Turn>();

  constructor(quantum: number) {
    this.#quantum = quantum;
  }

  has(facts: Facts): boolean {
    return this.placeOf(facts) >= 0;
  }

  /** How many go before; −1 for one that is not in. */
  placeOf(facts: Facts): number {
    return this.#list(facts).findIndex((turn) => turn.facts === facts);
  }

  enter(facts: Facts): void {
    const list = this.#list(facts);
    const now = this.#rounds.get(facts.priority) ?? 0;
    const had = this.#away.get(facts) ?? { deficit: 0, round: -Infinity };
    const isInTime = had.round + 1 >= now;
    const [first] = list;
    const isBack = isInTime && first !== undefined && had.round <= first.round;
    const turn = {
      facts,
      deficit: isInTime ? had.deficit : Math.min(had.deficit, 0),
      round: isInTime ? had.round : now,
      isBack,
    };
    const place = isBack ? list.findIndex((other) => !other.isBack) : -1;
    list.splice(place < 0 ? list.length : place, 0, turn);
    if (list[0] === turn) this.#startTurn(facts.priority);
  }

  leave(facts: Facts): void {
    const list = this.#list(facts);
    const place = this.placeOf(facts);
    const [turn] = list.splice(place, 1);
    if (turn === undefined) return;
    this.#away.set(facts, turn);
    if (place === 0) this.#startTurn(facts.priority);
  }

  /** An epoch was opened: the rest of a turn belongs to the one before. */
  forfeit(facts: Facts): void {
    const deficit = Math.min(this.#away.get(facts)?.deficit ?? 0, 0);
    this.#away.set(facts, { facts, deficit, round: -Infinity, isBack: false });
  }

  charge(facts: Facts, bytes: number): void {
    const list = this.#list(facts);
    const turn = list.find((one) => one.facts === facts);
    if (turn === undefined) return;
    turn.deficit -= bytes;
    if (turn.deficit > 0 || list[0] !== turn) return;
    this.#passOn(list, turn);
    this.#startTurn(facts.priority);
  }

  #list({ priority }: Facts): Turn[] {
    const list = this.#lists.get(priority) ?? [];
    this.#lists.set(priority, list);
    return list;
  }

  #passOn(list: Turn[], turn: Turn): void {
    turn.round += 1;
    turn.isBack = false;
    list.splice(list.indexOf(turn), 1);
    list.push(turn);
  }

  #startTurn(priority: number): void {
    const list = this.#lists.get(priority) ?? [];
    for (;;) {
      const [first] = list;
      if (first === undefined) return;
      if (first.deficit <= 0) first.deficit += this.#quantum;
      if (first.deficit > 0) {
        this.#rounds.set(priority, Math.max(this.#rounds.get(priority) ?? 0, first.round));
        return;
      }
      this.#passOn(list, first);
    }
  }
}
