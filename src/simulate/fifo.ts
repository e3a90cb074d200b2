/** A power of two. */
const LEAST_CAPACITY = 4;

/**
 * First in, first out, in a ring that doubles when it is full. It keeps its size while it is used: an array
 * that is emptied and filled again gets new memory each time, which shows where there is one for each of
 * thousands of viewers.
 *
 *     [ … first … last … ]     the item at `index` lies at (#begin + index) mod capacity
 */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #begin = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get first(): T | undefined {
    return this.#items[this.#begin];
  }

  at(index: number): T | undefined {
    return index < this.#length ? this.#items[this.#place(index)] : undefined;
  }

  push(item: T): void {
    if (this.#length === this.#items.length) this.#grow();
    this.#items[this.#place(this.#length)] = item;
    this.#length += 1;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#items[this.#begin];
    this.#items[this.#begin] = undefined;
    this.#begin = this.#place(1);
    this.#length -= 1;
    return item;
  }

  /** Gives all of its memory back. */
  clear(): void {
    this.#items = [];
    this.#begin = 0;
    this.#length = 0;
  }

  #place(index: number): number {
    return (this.#begin + index) & (this.#items.length - 1);
  }

  #grow(): void {
    const capacity = Math.max(2 * this.#items.length, LEAST_CAPACITY);
    this.#items = Array.from({ length: capacity }, (_, index) => this.at(index));
    this.#begin = 0;
  }
}
