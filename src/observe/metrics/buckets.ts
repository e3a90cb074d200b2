/** How many values were at most so large, and their sum: what a histogram of Prometheus is made of. */
export interface Counted {
  readonly sum: number;
  /** For each bound how many values are at most that; the last bound is infinite. */
  cumulative(): Iterable<readonly [bound: number, count: number]>;
}

/** Counts values as they come. */
export class Buckets implements Counted {
  /** Ascending. */
  readonly bounds: readonly number[];
  /** Of each bucket alone; the last one has no bound. */
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  get sum(): number {
    return this.#sum;
  }

  get isEmpty(): boolean {
    return this.#counts.every((count) => count === 0);
  }

  /** Most values fall into one of the first few buckets: looking from the front is fastest. */
  add(value: number): void {
    const { bounds } = this;
    let index = 0;
    while (index < bounds.length && value > (bounds[index] ?? value)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  /** For each bound how many values are at most that, and after the last bound how many there are. */
  *cumulative(): Generator<readonly [bound: number, count: number]> {
    let count = 0;
    for (const [index, inside] of this.#counts.entries()) {
      count += inside;
      yield [this.bounds[index] ?? Number.POSITIVE_INFINITY, count];
    }
  }
}
