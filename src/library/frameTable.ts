import { assert } from "../base/assert.ts";

/**
 * Frame numbers that came, whose files were rewritten, and that went: each list ascending, each number once.
 */
export type FrameChanges = {
  readonly landed: Float64Array;
  readonly revised: Float64Array;
  readonly removed: Float64Array;
};

/** What a list grows by beyond what it needs, as a share: landing one by one costs a copy now and then. */
const SPARE = 1 / 8;

/**
 * The numbers of a movie's frames in ascending order, and the revision of each. Takes 8 bytes a frame, and 4
 * more once one of them is not the movie's first revision. A search costs O(log n), and O(1) where there are
 * no holes; a change costs as much as there are frames from its lowest number on.
 *
 * A frame that is removed and lands again must not have the revision that it had. Instead of remembering all
 * that went, of which there is no end, every frame that lands gets a revision above those of all that went.
 */
export class FrameTable {
  #numbers: Float64Array;
  #count: number;
  /** Beside the numbers; undefined while all are the first. */
  #revisions: Uint32Array | undefined;
  readonly #first: number;
  /** What a frame that lands gets. */
  #landing: number;
  #highest: number;

  /**
   * @param numbers ascending, each once; belongs to the table from now on
   * @param firstRevision of all these frames
   */
  constructor(numbers: Float64Array, firstRevision: number) {
    this.#numbers = numbers;
    this.#count = numbers.length;
    this.#first = firstRevision;
    this.#landing = firstRevision;
    this.#highest = firstRevision;
  }

  get count(): number {
    return this.#count;
  }

  /** The highest revision that a frame has or has had. */
  get highestRevision(): number {
    return this.#highest;
  }

  /** The numbers as they are now: a view that the next change makes invalid. */
  get numbers(): Float64Array {
    return this.#numbers.subarray(0, this.#count);
  }

  at(rank: number): number | undefined {
    return rank < this.#count ? this.#numbers[rank] : undefined;
  }

  revisionAt(rank: number): number {
    return this.#revisions?.[rank] ?? this.#first;
  }

  has(number: number): boolean {
    return this.at(this.rank(number)) === number;
  }

  /** How many numbers are lower. */
  rank(number: number): number {
    // Where there is no hole before it, a frame's place follows from its number.
    const guess = number - (this.#numbers[0] ?? 0);
    if (guess < this.#count && this.#numbers[guess] === number) return guess;
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] as number) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  change({ landed, revised, removed }: FrameChanges): void {
    if (removed.length > 0) this.#remove(removed);
    if (revised.length > 0) this.#revise(revised);
    if (landed.length > 0) this.#land(landed);
  }

  #remove(removed: Float64Array): void {
    let kept = this.rank(removed[0] as number);
    let next = 0;
    for (let rank = kept; rank < this.#count; rank++) {
      if (this.#numbers[rank] === removed[next]) {
        this.#landing = Math.max(this.#landing, this.revisionAt(rank) + 1);
        next++;
        continue;
      }
      this.#numbers[kept] = this.#numbers[rank] as number;
      if (this.#revisions !== undefined) this.#revisions[kept] = this.#revisions[rank] as number;
      kept++;
    }
    assert(next === removed.length, "a frame was removed that was not there");
    this.#count = kept;
  }

  #revise(revised: Float64Array): void {
    const revisions = (this.#revisions ??= this.#allFirst());
    for (const number of revised) {
      const rank = this.rank(number);
      assert(this.at(rank) === number, "a frame was revised that is not there");
      const revision = (revisions[rank] as number) + 1;
      revisions[rank] = revision;
      this.#highest = Math.max(this.#highest, revision);
    }
  }

  #land(landed: Float64Array): void {
    if (this.#landing > this.#first) this.#revisions ??= this.#allFirst();
    this.#highest = Math.max(this.#highest, this.#landing);
    this.#makeRoom(this.#count + landed.length);
    // From the highest down, so that nothing is written over before it has moved.
    let from = this.#count - 1;
    let to = this.#count + landed.length - 1;
    for (let index = landed.length - 1; index >= 0; to--) {
      const number = landed[index] as number;
      const existing = from >= 0 ? (this.#numbers[from] as number) : -Infinity;
      assert(existing !== number, "a frame landed that is there");
      const moves = existing > number;
      this.#numbers[to] = moves ? existing : number;
      if (this.#revisions !== undefined)
        this.#revisions[to] = moves ? (this.#revisions[from] as number) : this.#landing;
      if (moves) from--;
      else index--;
    }
    this.#count += landed.length;
  }

  #makeRoom(count: number): void {
    if (count <= this.#numbers.length) return;
    const capacity = Math.ceil(count * (1 + SPARE));
    const numbers = new Float64Array(capacity);
    numbers.set(this.#numbers.subarray(0, this.#count));
    this.#numbers = numbers;
    if (this.#revisions === undefined) return;
    const revisions = new Uint32Array(capacity);
    revisions.set(this.#revisions.subarray(0, this.#count));
    this.#revisions = revisions;
  }

  #allFirst(): Uint32Array {
    return new Uint32Array(this.#numbers.length).fill(this.#first);
  }
}

/**
 * What makes of one list of numbers another: both ascending. What is in both is `revised` if `isOther` says
 * so.
 */
export function differenceOf(
  before: Float64Array,
  after: Float64Array,
  isOther: (indexBefore: number, indexAfter: number) => boolean,
): FrameChanges {
  const landed: number[] = [];
  const revised: number[] = [];
  const removed: number[] = [];
  let left = 0;
  let right = 0;
  while (left < before.length || right < after.length) {
    const old = left < before.length ? (before[left] as number) : Infinity;
    const now = right < after.length ? (after[right] as number) : Infinity;
    if (old < now) removed.push(old);
    else if (now < old) landed.push(now);
    else if (isOther(left, right)) revised.push(now);
    if (old <= now) left++;
    if (now <= old) right++;
  }
  return {
    landed: Float64Array.from(landed),
    revised: Float64Array.from(revised),
    removed: Float64Array.from(removed),
  };
}
