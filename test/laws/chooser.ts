/** What the naive chooser is told of a client: facts that can be seen from outside of the dispatcher. */
export type Facts = {
  readonly id: number;
  priority: number;
  /** Undefined for an untimed client. */
  period: number | undefined;
  /** Of what goes next. */
  due: number;
  /** Bytes left of a message that has started; 0 when none has. */
  startedLeft: number;
  /** Sizes of the messages that the ring has of it. */
  waiting: number[];
  setAside: boolean;
  closed: boolean;
};

export type Sizes = { readonly handOver: number; readonly slice: number };

type Turn = { readonly facts: Facts; deficit: number };

/**
 * Law 2 as one would write it without caring for speed: a list of everybody, sorted anew for each choice.
 * It shares no code with the dispatcher.
 */
export class NaiveChooser {
  readonly clients: Facts[] = [];
  readonly #sizes: Sizes;
  readonly #quantum: number;
  // Untimed clients that can go, whoever has the turn in front of those of the same priority.
  readonly #round: Turn[] = [];
  readonly #debts = new Map<Facts, number>();

  constructor(sizes: Sizes) {
    this.#sizes = sizes;
    this.#quantum = Math.max(sizes.handOver, sizes.slice);
  }

  /** Who goes next, and with how many bytes; undefined when nobody can go. */
  choose(now: number): { readonly client: Facts; readonly bytes: number } | undefined {
    const candidates = this.clients.filter((client) => canGo(client, now));
    const [client] = candidates.sort((a, b) => this.#compare(a, b));
    return client && { client, bytes: this.#bytesOf(client) };
  }

  /** The client's facts have changed: it takes its place in the round, or gives it up. */
  update(client: Facts): void {
    const place = this.#round.findIndex((turn) => turn.facts === client);
    const belongs = client.period === undefined && canGo(client, Number.POSITIVE_INFINITY);
    if (belongs && place < 0) this.#enter(client);
    if (!belongs && place >= 0) this.#leave(place);
  }

  /** Must be called before a client's priority or period changes. */
  withdraw(client: Facts): void {
    const place = this.#round.findIndex((turn) => turn.facts === client);
    if (place >= 0) this.#leave(place);
  }

  /** A hand-over was made. */
  charge(client: Facts, bytes: number): void {
    const place = this.#round.findIndex((turn) => turn.facts === client);
    const turn = this.#round[place];
    if (turn === undefined) return;
    turn.deficit -= bytes;
    if (turn.deficit > 0 || this.#peers(client.priority)[0] !== turn) return;
    this.#round.splice(place, 1);
    this.#round.push(turn);
    this.#startTurn(client.priority);
  }

  #compare(a: Facts, b: Facts): number {
    if (a.priority !== b.priority) return a.priority - b.priority;
    if (a.period !== undefined && b.period !== undefined) {
      return a.due + a.period - (b.due + b.period) || a.id - b.id;
    }
    if (a.period !== undefined || b.period !== undefined) return a.period === undefined ? 1 : -1;
    return this.#placeOf(a) - this.#placeOf(b);
  }

  #bytesOf(client: Facts): number {
    const { handOver, slice } = this.#sizes;
    if (client.startedLeft > 0) return Math.min(client.startedLeft, slice);
    const [first = 0, ...rest] = client.waiting;
    let gathered = first;
    for (const next of client.period === undefined ? rest : []) {
      if (gathered + next > handOver) break;
      gathered += next;
    }
    return gathered > first ? gathered : Math.min(first, slice);
  }

  #placeOf(client: Facts): number {
    return this.#round.findIndex((turn) => turn.facts === client);
  }

  #peers(priority: number): Turn[] {
    return this.#round.filter((turn) => turn.facts.priority === priority);
  }

  #enter(client: Facts): void {
    this.#round.push({ facts: client, deficit: this.#debts.get(client) ?? 0 });
    if (this.#peers(client.priority).length === 1) this.#startTurn(client.priority);
  }

  #leave(place: number): void {
    const [turn] = this.#round.splice(place, 1);
    if (turn === undefined) return;
    this.#debts.set(turn.facts, Math.min(turn.deficit, 0));
    const wasFirst = this.#round.findIndex((other) => other.facts.priority === turn.facts.priority) >= place;
    if (wasFirst) this.#startTurn(turn.facts.priority);
  }

  #startTurn(priority: number): void {
    for (;;) {
      const first = this.#peers(priority)[0];
      if (first === undefined) return;
      first.deficit += this.#quantum;
      if (first.deficit > 0) return;
      this.#round.splice(this.#round.indexOf(first), 1);
      this.#round.push(first);
    }
  }
}

export function canGo(client: Facts, now: number): boolean {
  if (client.setAside || client.closed) return false;
  if (client.startedLeft > 0) return true;
  return client.waiting.length > 0 && (client.period === undefined || client.due <= now);
}
