import { assert, present } from "../base/assert.ts";
import { Heap } from "../base/heap.ts";
import type { MonotonicMs } from "../base/units.ts";
import { Places } from "./places.ts";
import type { PlaceLimits, PlaceWork } from "./places.ts";
import { compareUrgency } from "./urgency.ts";
import type { Urgency } from "./urgency.ts";

/** One who waits for a job's result. */
export type Waiter<Task, Result> = {
  readonly settle: (result: Result) => void;
  /** As long as it waits. */
  job: Job<Task, Result> | undefined;
  readonly urgency: Urgency;
  /** Place among those who wait for the job. */
  place: number;
};

/** A place in a row of work. */
export type GroupPlace = {
  /** The same for what goes together. */
  readonly name: string;
  /** What has a larger number follows. Several may have the same. */
  readonly number: number;
};

/** Work that is wanted, once for all who want its result. */
export type Wanted<Task> = {
  /** The same for the same work. */
  readonly key: string;
  /** The folder that it reads. */
  readonly folder: string;
  /** Where it stands in work that one worker may do in one go, where there is such work. */
  readonly group: GroupPlace | undefined;
  readonly task: Task;
};

/** Work that is queued or under way. */
export type Job<Task, Result> = Wanted<Task> & {
  /** Which of two equally urgent jobs came first. */
  readonly arrival: number;
  /** The most urgent first. */
  readonly waiters: Heap<"place", Waiter<Task, Result>>;
  state: "queued" | "running" | "finished";
  /** How many workers died of it. */
  deaths: number;
  /** Place in the queue. */
  place: number;
};

const waiterBefore = (a: { urgency: Urgency }, b: { urgency: Urgency }): boolean =>
  compareUrgency(a.urgency, b.urgency) < 0;

/** A queued job has someone who waits for it: it leaves the queue with the last of them. */
function urgencyOf<Task, Result>(job: Job<Task, Result>): Urgency {
  return present(job.waiters.peek(), "nobody waits for a queued job").urgency;
}

function jobBefore<Task, Result>(a: Job<Task, Result>, b: Job<Task, Result>): boolean {
  const order = compareUrgency(urgencyOf(a), urgencyOf(b));
  return order === 0 ? a.arrival < b.arrival : order < 0;
}

/** Where in the row those begin whose number is at least this. */
function indexOf<Task, Result>(row: readonly Job<Task, Result>[], number: number): number {
  let low = 0;
  let high = row.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numberOf(row[middle] as Job<Task, Result>) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

function numberOf<Task, Result>({ group }: Job<Task, Result>): number {
  return present(group, "a job without a group is in the row of one").number;
}

/**
 * The work that is wanted: jobs by key, the most urgent first of those whose folder may have a worker. A
 * job is as urgent as the most urgent of those who wait for it now; of equally urgent ones the first to
 * come goes
 * first. Every change costs O(log n), and in a group the move of what follows in its row.
 */
export class Jobs<Task, Result> {
  readonly #byKey = new Map<string, Job<Task, Result>>();
  readonly #queue: Places<Job<Task, Result>>;
  /** The queued jobs of each group, in the order of their numbers. */
  readonly #groups = new Map<string, Job<Task, Result>[]>();
  #arrivals = 0;

  constructor(limits: PlaceLimits, now: () => MonotonicMs) {
    this.#queue = new Places(limits, jobBefore, now);
  }

  /** Jobs that no worker has begun. */
  get queued(): number {
    return this.#queue.size;
  }

  /** How many workers more would have something to do, about. */
  get startable(): number {
    return this.#queue.startable;
  }

  /** The job that comes next, as far as is known. */
  get next(): Job<Task, Result> | undefined {
    return this.#queue.peek();
  }

  /** Waits for the job of this key, which is made of what is wanted when there is none. */
  join(wanted: Wanted<Task>, urgency: Urgency, settle: (result: Result) => void): Waiter<Task, Result> {
    const job = this.#byKey.get(wanted.key) ?? this.#add(wanted);
    const waiter: Waiter<Task, Result> = { settle, job, urgency, place: -1 };
    job.waiters.place(waiter);
    if (job.state === "queued") this.#enqueue(job);
    return waiter;
  }

  /** Ends the wait. A job that nobody waits for is forgotten, unless it is under way. */
  leave(waiter: Waiter<Task, Result>): void {
    const { job } = waiter;
    if (job === undefined) return;
    // The queue may look at any job's waiters: one that loses its last has to be out of it first.
    const isLast = job.waiters.size === 1;
    if (isLast && job.state === "queued") this.#dequeue(job);
    waiter.job = undefined;
    job.waiters.remove(waiter);
    if (job.state !== "queued") return;
    if (isLast) this.#byKey.delete(job.key);
    else this.#queue.put(job);
  }

  /** Takes the most urgent job out of the queue that may begin, to be finished or put back. */
  take(): Job<Task, Result> | undefined {
    const job = this.#queue.pop();
    if (job !== undefined) this.#taken(job);
    return job;
  }

  /** How many queued jobs are of the job's group. */
  groupSize({ group }: Job<Task, Result>): number {
    return (group !== undefined && this.#groups.get(group.name)?.length) || 0;
  }

  /** Takes up to `most` queued jobs of the job's group: those that follow it next, in their order. */
  takeFollowing({ group }: Job<Task, Result>, most: number): Job<Task, Result>[] {
    if (group === undefined) return [];
    const row = this.#groups.get(group.name) ?? [];
    // Numbers are whole.
    const begin = indexOf(row, group.number + 1);
    const following = row.slice(begin, begin + most);
    for (const other of following) {
      this.#queue.remove(other);
      this.#taken(other);
    }
    return following;
  }

  /** Queues a job again that was taken. If nobody waits any more it is forgotten. */
  putBack(job: Job<Task, Result>): void {
    assert(job.state === "running", "only a job under way is put back");
    job.state = "queued";
    if (job.waiters.size === 0) this.#byKey.delete(job.key);
    else this.#enqueue(job);
  }

  /**
   * Ends a job that was taken: settles those who wait, the most urgent first. One who leaves while others are
   * settled is not; one who joins meanwhile waits for a new job.
   */
  finish(job: Job<Task, Result>, result: Result): void {
    assert(job.state === "running", "only a job under way is finished");
    job.state = "finished";
    this.#byKey.delete(job.key);
    for (let waiter = job.waiters.pop(); waiter !== undefined; waiter = job.waiters.pop()) {
      waiter.job = undefined;
      waiter.settle(result);
    }
  }

  /** Ends every job that is queued now, as `finish` does. */
  abandon(result: Result): void {
    const jobs = [...this.#queue.drain()];
    for (const job of jobs) this.#taken(job);
    for (const job of jobs) this.finish(job, result);
  }

  /** A worker has begun what reads this folder. */
  began(folder: string): PlaceWork {
    return this.#queue.began(folder);
  }

  /** The worker has delivered something and goes on. */
  progressed(work: PlaceWork): void {
    this.#queue.progressed(work);
  }

  /** The worker is free again. */
  ended(work: PlaceWork): void {
    this.#queue.ended(work);
  }

  #add(wanted: Wanted<Task>): Job<Task, Result> {
    const waiters = new Heap<"place", Waiter<Task, Result>>("place", waiterBefore);
    const arrival = this.#arrivals++;
    const job: Job<Task, Result> = { ...wanted, arrival, waiters, state: "queued", deaths: 0, place: -1 };
    this.#byKey.set(wanted.key, job);
    return job;
  }

  #enqueue(job: Job<Task, Result>): void {
    const isNew = job.place < 0;
    this.#queue.put(job);
    if (isNew && job.group !== undefined) this.#enterGroup(job, job.group);
  }

  #enterGroup(job: Job<Task, Result>, { name, number }: GroupPlace): void {
    const row = this.#groups.get(name);
    if (row === undefined) this.#groups.set(name, [job]);
    else row.splice(indexOf(row, number + 1), 0, job);
  }

  #dequeue(job: Job<Task, Result>): void {
    this.#queue.remove(job);
    this.#leaveGroup(job);
  }

  #taken(job: Job<Task, Result>): void {
    job.state = "running";
    this.#leaveGroup(job);
  }

  #leaveGroup(job: Job<Task, Result>): void {
    const { group } = job;
    if (group === undefined) return;
    const row = present(this.#groups.get(group.name), "a queued job is in no row of its group");
    const index = row.indexOf(job, indexOf(row, group.number));
    assert(index >= 0, "a queued job is not in the row of its group");
    row.splice(index, 1);
    if (row.length === 0) this.#groups.delete(group.name);
  }
}
