import { assert, present } from "../base/assert.ts";
import { Heap } from "../base/heap.ts";
import { compareUrgency } from "./urgency.ts";
import type { Urgency } from "./urgency.ts";

/** One who waits for a job's result. */
export type Waiter<Task, Result> = {
  readonly settle: (result: Result) => void;
  /** As long as it waits. */
  job: Job<Task, Result> | undefined;
  urgency: Urgency;
  /** Place among those who wait for the job. */
  place: number;
};

/** Work that is queued or under way, once for all who want its result. */
export type Job<Task, Result> = {
  readonly key: string;
  readonly task: Task;
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

/**
 * The work that is wanted: jobs by key, the most urgent first. A job is as urgent as the most urgent of
 * those who wait for it now; of equally urgent ones the first to come goes first. Every change costs O(log
 * n).
 */
export class Jobs<Task, Result> {
  readonly #byKey = new Map<string, Job<Task, Result>>();
  readonly #queue = new Heap<"place", Job<Task, Result>>("place", jobBefore);
  #arrivals = 0;

  /** Jobs that no worker has begun. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Waits for the job of this key, which is made of `task` when there is none. */
  join(key: string, task: Task, urgency: Urgency, settle: (result: Result) => void): Waiter<Task, Result> {
    const job = this.#byKey.get(key) ?? this.#add(key, task);
    const waiter: Waiter<Task, Result> = { settle, job, urgency, place: -1 };
    job.waiters.place(waiter);
    this.#reorder(job);
    return waiter;
  }

  /** Makes the wait more urgent, if `urgency` is the better one and the wait goes on. */
  raise(waiter: Waiter<Task, Result>, urgency: Urgency): void {
    const { job } = waiter;
    if (job === undefined || compareUrgency(urgency, waiter.urgency) >= 0) return;
    waiter.urgency = urgency;
    job.waiters.place(waiter);
    this.#reorder(job);
  }

  /** Ends the wait. A job that nobody waits for is forgotten, unless it is under way. */
  leave(waiter: Waiter<Task, Result>): void {
    const { job } = waiter;
    if (job === undefined) return;
    // The heap may look at any job's waiters: one that loses its last has to be out of it first.
    if (job.waiters.size === 1) this.#queue.remove(job);
    waiter.job = undefined;
    job.waiters.remove(waiter);
    if (job.waiters.size > 0) this.#reorder(job);
    else if (job.state === "queued") this.#byKey.delete(job.key);
  }

  /** Takes the most urgent job out of the queue, to be finished or put back. */
  take(): Job<Task, Result> | undefined {
    const job = this.#queue.pop();
    if (job !== undefined) job.state = "running";
    return job;
  }

  /** Queues a job again that was taken. If nobody waits any more it is forgotten. */
  putBack(job: Job<Task, Result>): void {
    assert(job.state === "running", "only a job under way is put back");
    job.state = "queued";
    if (job.waiters.size === 0) this.#byKey.delete(job.key);
    else this.#queue.place(job);
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
    const jobs: Job<Task, Result>[] = [];
    for (let job = this.take(); job !== undefined; job = this.take()) jobs.push(job);
    for (const job of jobs) this.finish(job, result);
  }

  #add(key: string, task: Task): Job<Task, Result> {
    const waiters = new Heap<"place", Waiter<Task, Result>>("place", waiterBefore);
    const arrival = this.#arrivals++;
    const job: Job<Task, Result> = { key, task, arrival, waiters, state: "queued", deaths: 0, place: -1 };
    this.#byKey.set(key, job);
    return job;
  }

  #reorder(job: Job<Task, Result>): void {
    if (job.state === "queued") this.#queue.place(job);
  }
}
