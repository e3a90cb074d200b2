/**
 * What becomes of frames that are late: `skip` shows the newest that is due, `every` shows all of them, one
 * after the other, and `newest` shows what has come last, at once.
 */
export type Policy = "skip" | "every" | "newest";

export type PacerOptions = {
  readonly policy: Policy;
  /** How long each frame is shown, in milliseconds. */
  readonly period: number;
  /** How much later than they come frames are shown, in milliseconds: it hides that some come late. */
  readonly delay: number;
};

/** Something that is to be shown at the step: steps count periods. */
type Waiting<T> = { readonly step: number; readonly item: T };

export type Due<T> = {
  readonly item: T;
  /** By how many milliseconds it is shown later than it was due. */
  readonly late: number;
  /** What was due before, and is not shown. */
  readonly passed: readonly T[];
};

/** Frames that would wait longer belong to another time than those shown now: the clock is set anew. */
const MOST_EARLY = 500;
/** Of a period: how much the clock is set forward at most with each frame, so that nobody sees it. */
const CATCHING_UP = 0.25;
/** So many frames in a row that came early show that all do. */
const LOOKED_BACK = 48;

/**
 * Which frame is due. A server sends frames when they are due there; they come a little later, one more than
 * the other, and are decoded. Here the clock by which they are shown follows them at a distance of `delay`.
 */
export class Pacer<T> {
  readonly #options: PacerOptions;
  readonly #waiting: Waiting<T>[] = [];
  /** When step 0 is due. */
  #origin: number | undefined;
  /** The first frame is shown as soon as it has come: whoever presses a button wants to see that. */
  #isFirst = true;
  /** How early the latest frames came, at least. */
  #earliness = Infinity;
  #looked = 0;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Something has come and could be shown. */
  put(step: number, item: T, now: number): void {
    const { delay, period } = this.#options;
    const at = this.#waiting.findLastIndex((waiting) => waiting.step <= step);
    this.#waiting.splice(at + 1, 0, { step, item });
    if (this.#origin === undefined) {
      this.#origin = now + delay - step * period;
      return;
    }
    const early = this.#origin + step * period - now;
    if (early < 0 || early > delay + MOST_EARLY) this.#setAnew(early < 0 ? -early : delay - early);
    else this.#look(early);
  }

  /** What is to be shown now, if it is another than before. */
  take(now: number): Due<T> | undefined {
    const count = this.#dueBy(now);
    if (count === 0) return undefined;
    const taken = this.#waiting.splice(0, this.#options.policy === "every" ? 1 : count);
    const last = taken.at(-1);
    if (last === undefined) return undefined;
    const late = this.#isFirst ? 0 : Math.max(now - this.#dueOf(last.step), 0);
    this.#isFirst = false;
    // Whoever sees every frame sees each for its time: the next is due a period after this one.
    if (this.#options.policy === "every" && late > this.#options.period) this.#setAnew(late);
    return { item: last.item, late, passed: taken.slice(0, -1).map(({ item }) => item) };
  }

  /** Takes back all that waits. */
  clear(): T[] {
    return this.#waiting.splice(0).map(({ item }) => item);
  }

  #dueBy(now: number): number {
    const { policy } = this.#options;
    if (policy === "newest") return this.#waiting.length;
    const due = this.#waiting.findIndex(({ step }) => this.#dueOf(step) > now);
    const count = due === -1 ? this.#waiting.length : due;
    return this.#isFirst ? Math.max(count, Math.min(this.#waiting.length, 1)) : count;
  }

  #dueOf(step: number): number {
    return (this.#origin ?? 0) + step * this.#options.period;
  }

  #setAnew(by: number): void {
    if (this.#origin !== undefined) this.#origin += by;
    this.#earliness = Infinity;
    this.#looked = 0;
  }

  /** When all came earlier than need be, they are shown a little earlier. */
  #look(early: number): void {
    const { delay, period } = this.#options;
    this.#earliness = Math.min(this.#earliness, early);
    this.#looked += 1;
    if (this.#looked < LOOKED_BACK) return;
    if (this.#earliness > delay) this.#setAnew(-Math.min(this.#earliness - delay, period * CATCHING_UP));
    else this.#setAnew(0);
  }
}
