import { assert } from "./assert.ts";

/** What an item remembers of its place in one heap: −1 when it is in none. */
export type HeapSlot<K extends string> = { [key in K]: number };

/**
 * A binary heap whose items know their own index, so that one can be moved or removed in O(log n)
 * without a search. An item may be in several heaps, each with a slot of its own.
 *
 *     index      0
 *              ╱   ╲         the parent of i is (i − 1) >> 1,
 *            1       2       its children are 2i + 1 and 2i + 2
 *           ╱ ╲     ╱ ╲
 *          3   4   5   6
 */
export class Heap<K extends string, T extends HeapSlot<K>> {
  readonly #slot: K;
  readonly #before: (a: T, b: T) => boolean;
  readonly #items: T[] = [];

  /**
   * @param slot the property in which an item keeps its index @param before whether `a` comes out before `b`
   */
  constructor(slot: K, before: (a: T, b: T) => boolean) {
    this.#slot = slot;
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  has(item: T): boolean {
    return item[this.#slot] >= 0;
  }

  /** Puts the item in, or moves it to where it now belongs. */
  place(item: T): void {
    const index = item[this.#slot];
    if (index < 0) {
      this.#items.push(item);
      this.#rise(item, this.#items.length - 1);
      return;
    }
    assert(this.#items[index] === item, "a heap's item has the index of another");
    this.#settle(item, index);
  }

  /** Takes the item out, if it is in. */
  remove(item: T): void {
    const index = item[this.#slot];
    if (index < 0) return;
    this.#put(item, -1);
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#settle(last, index);
  }

  /** Takes out the first. */
  pop(): T | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.remove(first);
    return first;
  }

  #settle(item: T, index: number): void {
    const parent = this.#items[(index - 1) >> 1];
    if (index > 0 && parent !== undefined && this.#before(item, parent)) this.#rise(item, index);
    else this.#sink(item, index);
  }

  #rise(item: T, start: number): void {
    let index = start;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#items[above] as T;
      if (!this.#before(item, parent)) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(item, index);
  }

  #sink(item: T, start: number): void {
    let index = start;
    for (;;) {
      const child = this.#earlierChild(index);
      if (child < 0 || !this.#before(this.#items[child] as T, item)) break;
      this.#put(this.#items[child] as T, index);
      index = child;
    }
    this.#put(item, index);
  }

  #earlierChild(index: number): number {
    const left = 2 * index + 1;
    if (left >= this.#items.length) return -1;
    const right = left + 1;
    if (right >= this.#items.length) return left;
    return this.#before(this.#items[right] as T, this.#items[left] as T) ? right : left;
  }

  #put(item: T, index: number): void {
    if (index >= 0) this.#items[index] = item;
    (item as HeapSlot<K>)[this.#slot] = index;
  }
}
