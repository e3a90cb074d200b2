import type { Priority } from "../base/units.ts";

/** As many priorities as there are. */
export const PRIORITIES = 256;
const WORD = 32;

/** Priorities, as one bit for each, and one for each word of them: the best is found in two steps. */
export class PrioritySet {
  readonly #words = new Uint32Array(PRIORITIES / WORD);
  /** Which words have a bit. */
  #used = 0;

  get isEmpty(): boolean {
    return this.#used === 0;
  }

  set(priority: Priority, isIn: boolean): void {
    const word = priority >>> 5;
    const bit = 1 << (priority & (WORD - 1));
    const bits = this.#words[word] ?? 0;
    if (((bits & bit) !== 0) === isIn) return;
    const changed = bits ^ bit;
    this.#words[word] = changed;
    this.#used = changed === 0 ? this.#used & ~(1 << word) : this.#used | (1 << word);
  }

  has(priority: Priority): boolean {
    return ((this.#words[priority >>> 5] ?? 0) & (1 << (priority & (WORD - 1)))) !== 0;
  }

  best(): Priority | undefined {
    if (this.#used === 0) return undefined;
    const word = lowestBit(this.#used);
    return (word * WORD + lowestBit(this.#words[word] ?? 0)) as Priority;
  }

  /** The best that is worse than `priority`. */
  after(priority: Priority): Priority | undefined {
    for (let next = priority + 1; next < PRIORITIES;) {
      const bits = (this.#words[next >>> 5] ?? 0) & (-1 << (next & (WORD - 1)));
      if (bits !== 0) return ((next & -WORD) + lowestBit(bits)) as Priority;
      next = (next & -WORD) + WORD;
    }
    return undefined;
  }

  /** The worst that is better than `priority`. */
  before(priority: Priority): Priority | undefined {
    for (let next = priority - 1; next >= 0; next = (next & -WORD) - 1) {
      const bits = (this.#words[next >>> 5] ?? 0) & (-1 >>> (WORD - 1 - (next & (WORD - 1))));
      if (bits !== 0) return ((next & -WORD) + highestBit(bits)) as Priority;
    }
    return undefined;
  }

  worst(): Priority | undefined {
    if (this.#used === 0) return undefined;
    const word = highestBit(this.#used);
    return (word * WORD + highestBit(this.#words[word] ?? 0)) as Priority;
  }
}

function lowestBit(bits: number): number {
  return WORD - 1 - Math.clz32(bits & -bits);
}

function highestBit(bits: number): number {
  return WORD - 1 - Math.clz32(bits);
}
