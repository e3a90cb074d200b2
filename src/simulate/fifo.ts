/** What has been taken is given back at the latest when it is this many, and half of all. */
const MOST_TAKEN = 64;

/**
 * First in, first out, in an array: `shift` of an array costs as much as the array is long. Taking costs O(1)
 * on average.
 *
 *     [ taken … taken | first … last ]
 */
export class Fifo<T> {
  #items: T[] = [];
  #taken = 0;

  get length(): number {
    return this.#items.length - this.#taken;
  }

  get first(): T | undefined {
    return this.#items[this.#taken];
  }

  at(index: number): T | undefined {
    return this.#items[this.#taken + index];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const { first } = this;
    if (this.length === 0) return undefined;
    this.#taken += 1;
    if (this.#taken === this.#items.length) this.clear();
    else if (this.#taken >= MOST_TAKEN && this.#taken * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    return first;
  }

  clear(): void {
    this.#items.length = 0;
    this.#taken = 0;
  }
}
