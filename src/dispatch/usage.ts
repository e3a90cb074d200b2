import type { Waits } from "../base/events.ts";
import type { Priority } from "../base/units.ts";
import { PRIORITIES } from "./prioritySet.ts";
import { addWaits, noWaits, type WaitRecord } from "./waits.ts";

/** What one priority has had since the beginning. */
export type Usage = {
  readonly priority: Priority;
  readonly bytes: number;
  readonly handOvers: number;
  /** Messages that have started. */
  readonly messages: number;
  /** Of the messages that have started, and of those that were late and given up, in milliseconds. */
  readonly waits: Waits;
};

/** Counts what one priority has. */
export class PriorityUsage implements Usage {
  readonly priority: Priority;
  bytes = 0;
  handOvers = 0;
  messages = 0;
  readonly waits: WaitRecord = noWaits();

  constructor(priority: Priority) {
    this.priority = priority;
  }

  handOver(bytes: number): void {
    this.bytes += bytes;
    this.handOvers += 1;
  }

  started(messages: number, waits: Waits): void {
    this.messages += messages;
    addWaits(this.waits, waits);
  }
}

/** What each priority that was ever used has had, the best first. */
export class Usages implements Iterable<Usage> {
  readonly #all = Array.from<PriorityUsage | undefined>({ length: PRIORITIES });
  #used: readonly PriorityUsage[] = [];

  of(priority: Priority): PriorityUsage {
    return this.#all[priority] ?? this.#add(priority);
  }

  [Symbol.iterator](): Iterator<Usage> {
    return this.#used[Symbol.iterator]();
  }

  #add(priority: Priority): PriorityUsage {
    const usage = new PriorityUsage(priority);
    this.#all[priority] = usage;
    this.#used = this.#all.filter((one) => one !== undefined);
    return usage;
  }
}
