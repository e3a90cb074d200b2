import { Heap, type HeapSlot } from "../base/heap.ts";
import type { Priority } from "../base/units.ts";
import { PRIORITIES, PrioritySet } from "./prioritySet.ts";

/**
 * A heap for each priority, so that the best or the worst of those that matter now are found without
 * asking each. An item's priority must not change while it is in.
 */
export class PriorityHeaps<K extends string, T extends HeapSlot<K> & { readonly priority: Priority }> {
  /** The priorities that have somebody. */
  readonly live = new PrioritySet();
  readonly #slot: K;
  readonly #before: (a: T, b: T) => boolean;
  readonly #heaps: (Heap<K, T> | undefined)[] = Array.from<Heap<K, T> | undefined>({ length: PRIORITIES });

  /** @param slot where an item keeps its index @param before the order inside of a priority */
  constructor(slot: K, before: (a: T, b: T) => boolean) {
    this.#slot = slot;
    this.#before = before;
  }

  /** Puts the item in, or moves it to where it now belongs. */
  place(item: T): void {
    const heap = this.#heaps[item.priority] ?? new Heap<K, T>(this.#slot, this.#before);
    this.#heaps[item.priority] = heap;
    heap.place(item);
    this.live.set(item.priority, true);
  }

  /** Takes the item out, if it is in. */
  remove(item: T): void {
    if (item[this.#slot] < 0) return;
    const heap = this.#heaps[item.priority];
    heap?.remove(item);
    if (heap?.size === 0) this.live.set(item.priority, false);
  }

  /** The first of a priority. */
  peek(priority: Priority): T | undefined {
    return this.#heaps[priority]?.peek();
  }
}
