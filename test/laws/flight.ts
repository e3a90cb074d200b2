import type { Facts } from "./facts.ts";

/** The rule of what is under way, as the documents have it: lists, added up anew. */
export class NaiveFlight {
  readonly #bound: number;
  readonly #clients: readonly Facts[];

  constructor(bound: number, clients: readonly Facts[]) {
    this.#bound = bound;
    this.#clients = clients;
  }

  /** Whether a message may start: of what worse ones leave, three quarters are for its priority or better. */
  hasRoom(priority: number, bytes: number): boolean {
    const all = this.#underWay(() => true);
    if (all === 0) return true;
    const worse = this.#underWay((client) => client.priority > priority);
    return all - worse + bytes <= 0.75 * (this.#bound - worse);
  }

  /** Who may go on while nobody may start, in the order in which they do. */
  get started(): readonly Facts[] {
    return this.#clients
      .filter(({ closed, setAside, startedLeft }) => !closed && !setAside && startedLeft > 0)
      .toSorted((a, b) => a.priority - b.priority || a.startedLeft - b.startedLeft || a.id - b.id);
  }

  #underWay(counts: (client: Facts) => boolean): number {
    return this.#clients.reduce((sum, one) => (counts(one) ? sum + one.underWay : sum), 0);
  }
}
