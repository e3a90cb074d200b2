import { LRUCache } from "lru-cache";
import { assert, present } from "../base/assert.ts";
import { Heap } from "../base/heap.ts";
import { type MonotonicMs, Ms } from "../base/units.ts";

/** How many workers there are to share between places. */
export type PlaceLimits = {
  /** Permanent workers. */
  readonly workers: number;
  /** With the temporary ones. */
  readonly maxWorkers: number;
};

/** What waits in the queue: it knows its place, and where it stands among those that wait there. */
export type Placed = {
  /** The folder that is read: where one file hangs, its neighbours do. */
  readonly folder: string;
  place: number;
};

/** A worker that is busy with a place. */
export type PlaceWork = {
  readonly folder: string;
  /** When it began, or last delivered something. */
  since: MonotonicMs;
};

type Place<Job> = {
  readonly folder: string;
  readonly queue: Heap<"place", Job & Placed>;
  /** The work that has gone without a sign for longest comes first. */
  readonly works: Set<PlaceWork>;
  openAt: number;
  heldAt: number;
};

function firstOf<Job>({ queue }: Place<Job>): Job {
  return present(queue.peek(), "a place without jobs is queued");
}

/** A read that takes longer may never end: the mount is gone, or the disk is dying. */
const HANGING = Ms(1000);

/** Folders of which it is remembered when they last gave something. */
const FOLDERS_KNOWN = 10_000;

/**
 * What waits for workers, by the folder that it reads, so that a folder whose reads hang costs the others
 * nothing but some workers:
 *
 * - A folder has at most half of all workers that there may be, or the permanent ones if these are more; once
 *   a read of it hangs, never more than half.
 * - While anything hangs, a quarter of the workers is kept for folders that have given something since: a
 * mount
 *   with a thousand folders hangs in each of them, and nobody can tell before trying.
 *
 * A folder is the place, and not the library's root, since mounts lie below it; nor the device, which one
 * can only
 * ask for by a call that hangs as well. Of the jobs that may begin the most urgent comes first. Everything
 * costs O(log n), and O(workers) more while something hangs.
 */
export class Places<Job extends Placed> {
  readonly #limits: PlaceLimits;
  readonly #before: (a: Job, b: Job) => boolean;
  readonly #now: () => MonotonicMs;
  readonly #places = new Map<string, Place<Job>>();
  /** Those that may begin a job, as far as is known; by their most urgent one. */
  readonly #open: Heap<"openAt", Place<Job>>;
  /** Those that wait because others hang. */
  readonly #held: Heap<"heldAt", Place<Job>>;
  /** Of all places: the one that has gone without a sign for longest comes first. */
  readonly #works = new Set<PlaceWork>();
  readonly #lastSigns = new LRUCache<string, MonotonicMs>({ max: FOLDERS_KNOWN });
  #size = 0;

  constructor(limits: PlaceLimits, before: (a: Job, b: Job) => boolean, now: () => MonotonicMs) {
    this.#limits = limits;
    this.#before = before;
    this.#now = now;
    const byFirst = (a: Place<Job>, b: Place<Job>): boolean => before(firstOf(a), firstOf(b));
    this.#open = new Heap("openAt", byFirst);
    this.#held = new Heap("heldAt", byFirst);
  }

  /** Jobs that wait. */
  get size(): number {
    return this.#size;
  }

  /** The most urgent job that may begin, as far as is known. */
  peek(): Job | undefined {
    return this.#open.peek()?.queue.peek();
  }

  /** How many jobs more workers could begin: about as many, and none when there are none. */
  get startable(): number {
    return this.#open.size === 0 ? 0 : Math.max(this.#open.size, this.#startableOfFirst());
  }

  /** Puts the job in, or moves it to where it now belongs. */
  put(job: Job): void {
    const place = this.#places.get(job.folder) ?? this.#add(job.folder);
    if (job.place < 0) this.#size++;
    place.queue.place(job);
    if (place.heldAt >= 0) this.#held.place(place);
    else if (place.openAt >= 0 || !this.#isFull(place)) this.#open.place(place);
  }

  /** Takes the job out, if it is in. */
  remove(job: Job): void {
    const place = this.#places.get(job.folder);
    if (place === undefined || job.place < 0) return;
    this.#size--;
    // The heaps of places look at the first job of each: a place that loses its last has to be out before.
    if (place.queue.size === 1) this.#close(place);
    place.queue.remove(job);
    if (place.openAt >= 0) this.#open.place(place);
    if (place.heldAt >= 0) this.#held.place(place);
    this.#forgetIdle(place);
  }

  /** Takes out the most urgent job that may begin. */
  pop(): Job | undefined {
    for (let place = this.#open.peek(); place !== undefined; place = this.#open.peek()) {
      const isFull = this.#isFull(place);
      if (!isFull && !this.#hasToWait(place)) return this.#popOf(place);
      this.#open.remove(place);
      if (!isFull) this.#held.place(place);
    }
    return undefined;
  }

  /** Takes out every job. */
  *drain(): Generator<Job> {
    for (const place of this.#places.values())
      for (let job = place.queue.peek(); job !== undefined; job = place.queue.peek()) {
        this.remove(job);
        yield job;
      }
  }

  /** A worker has begun what reads this folder. */
  began(folder: string): PlaceWork {
    const place = this.#places.get(folder) ?? this.#add(folder);
    const work = { folder, since: this.#now() };
    place.works.add(work);
    this.#works.add(work);
    if (this.#isFull(place)) this.#open.remove(place);
    return work;
  }

  /** The work goes on, and has delivered something. */
  progressed(work: PlaceWork): void {
    this.#takeAway(work);
    const place = this.#placeOf(work);
    work.since = this.#now();
    place.works.add(work);
    this.#works.add(work);
    this.#lastSigns.set(work.folder, work.since);
    this.#reopen(place);
  }

  /** The worker is free again. */
  ended(work: PlaceWork): void {
    this.#takeAway(work);
    const place = this.#placeOf(work);
    this.#lastSigns.set(work.folder, this.#now());
    this.#reopen(place);
    this.#forgetIdle(place);
  }

  #add(folder: string): Place<Job> {
    const queue = new Heap<"place", Job & Placed>("place", this.#before);
    const place: Place<Job> = { folder, queue, works: new Set(), openAt: -1, heldAt: -1 };
    this.#places.set(folder, place);
    return place;
  }

  #popOf(place: Place<Job>): Job {
    const job = firstOf(place);
    this.remove(job);
    return job;
  }

  #placeOf({ folder }: PlaceWork): Place<Job> {
    return present(this.#places.get(folder), "a place was forgotten while a worker was busy with it");
  }

  #takeAway(work: PlaceWork): void {
    assert(this.#works.delete(work), "a work has ended twice");
    this.#placeOf(work).works.delete(work);
  }

  #close(place: Place<Job>): void {
    this.#open.remove(place);
    this.#held.remove(place);
  }

  /** A worker that was busy with the place has given a sign, or is free. */
  #reopen(place: Place<Job>): void {
    this.#release(place);
    if (this.#oldestHanging() !== undefined) return this.#release(this.#held.peek());
    for (let held = this.#held.peek(); held !== undefined; held = this.#held.peek()) this.#release(held);
  }

  #release(place: Place<Job> | undefined): void {
    if (place === undefined || place.queue.size === 0) return;
    this.#held.remove(place);
    this.#open.place(place);
  }

  #forgetIdle(place: Place<Job>): void {
    if (place.queue.size === 0 && place.works.size === 0) this.#places.delete(place.folder);
  }

  #isFull(place: Place<Job>): boolean {
    return place.works.size >= this.#mostWorks(place);
  }

  #mostWorks({ works }: Place<Job>): number {
    const { workers, maxWorkers } = this.#limits;
    const half = Math.max(1, Math.floor(maxWorkers / 2));
    const [oldest] = works;
    return oldest !== undefined && this.#hangs(oldest) ? half : Math.max(workers, half);
  }

  #hasToWait(place: Place<Job>): boolean {
    const oldest = this.#oldestHanging();
    if (oldest === undefined || !this.#isSuspect(place.folder, oldest)) return false;
    const { maxWorkers } = this.#limits;
    let suspects = 0;
    for (const { folder } of this.#works) if (this.#isSuspect(folder, oldest)) suspects++;
    return suspects >= maxWorkers - Math.floor(maxWorkers / 4);
  }

  #oldestHanging(): PlaceWork | undefined {
    const [oldest] = this.#works;
    return oldest !== undefined && this.#hangs(oldest) ? oldest : undefined;
  }

  #hangs({ since }: PlaceWork): boolean {
    return this.#now() - since >= HANGING;
  }

  /** It may be where the reads hang: it has given nothing since the first of them began. */
  #isSuspect(folder: string, { since }: PlaceWork): boolean {
    return (this.#lastSigns.get(folder) ?? Number.NEGATIVE_INFINITY) < since;
  }

  #startableOfFirst(): number {
    const place = this.#open.peek();
    if (place === undefined) return 0;
    return Math.min(place.queue.size, Math.max(0, this.#mostWorks(place) - place.works.size));
  }
}
