/** As many frames in a row have to be kept before one more is made ahead. */
const PATIENCE = 16;

/**
 * How many frames may be made before there is room to offer them. What is made ahead waits in production's
 * cache, and is lost when that is too small for it: then less is made ahead, down to nothing. It rises slowly
 * again, as long as what is made is kept.
 */
export class Reach {
  #steps = Number.POSITIVE_INFINITY;
  #kept = 0;

  /** From 0. */
  get steps(): number {
    return this.#steps;
  }

  /** A frame was made, and is at hand. */
  kept(): void {
    this.#kept += 1;
    if (this.#kept < PATIENCE) return;
    this.#kept = 0;
    this.#steps += 1;
  }

  /** A frame was made, and is too large to be kept. */
  tooLarge(): void {
    this.#kept = 0;
    this.#steps = 0;
  }

  /** A frame was made ahead, with `ahead` in all, and was no longer at hand when its turn came. */
  lost(ahead: number): void {
    this.#kept = 0;
    this.#steps = Math.floor(Math.min(this.#steps, ahead) / 2);
  }
}
