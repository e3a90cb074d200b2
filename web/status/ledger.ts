import { type Ended, type Playback, isSingleFrame } from "./playback.ts";

/** How many ended ones are remembered, and of how long ago, in milliseconds: as long as receipts are. */
const MOST_ENDED = 100;
const LONGEST_ENDED = 600_000;

/** Who watches what, as lists and events tell it, in whatever order they come. */
export class Ledger {
  #running = new Map<string, Playback>();
  #ended: Ended[] = [];
  /** Ended or opened since the list that is under way was asked for: it may not know of them. */
  #since: Set<string> | undefined;
  #singles = 0;

  get running(): readonly Playback[] {
    return [...this.#running.values()];
  }

  /** The latest first. */
  get ended(): readonly Ended[] {
    return this.#ended;
  }

  /** How many single frames were asked for: they are counted, and not remembered one by one. */
  get singles(): number {
    return this.#singles;
  }

  find(id: string): Playback | undefined {
    return this.#running.get(id);
  }

  /** A list is asked for. @returns what takes it when it has come */
  ask(): (list: readonly Playback[]) => void {
    const since = new Set<string>();
    this.#since = since;
    return (list) => {
      // What an event has told since is newer than the list, also that there is one no more.
      const kept = [...this.#running].filter(([id]) => since.has(id));
      const told = list.filter(({ id }) => !since.has(id));
      this.#running = new Map([...told.map((each) => [each.id, each] as const), ...kept]);
      if (this.#since === since) this.#since = undefined;
    };
  }

  open(playback: Playback): void {
    this.#since?.add(playback.id);
    this.#running.set(playback.id, playback);
  }

  close(ended: Ended): void {
    const { playback, at } = ended;
    // A command that replaces another ends one epoch after it has opened the next, or before.
    if ((this.#running.get(playback.id)?.epoch ?? playback.epoch) <= playback.epoch) {
      this.#since?.add(playback.id);
      this.#running.delete(playback.id);
    }
    if (isSingleFrame(ended)) this.#singles += 1;
    else this.#ended = [ended, ...this.#ended].slice(0, MOST_ENDED);
    this.#ended = this.#ended.filter((each) => each.at > at - LONGEST_ENDED);
  }
}
