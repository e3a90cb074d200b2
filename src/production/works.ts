import type { Clock } from "../base/clock.ts";
import type { Bytes } from "../base/units.ts";
import type { DiskBudget } from "./diskBudget.ts";
import type { Jobs } from "./jobs.ts";
import { needOf } from "./making.ts";
import type { MovieLevels } from "./levels.ts";
import type { Answer, Order, RunAnswer, RunWord } from "./order.ts";
import type { WorkerPool } from "./pool.ts";
import { runOf, wordFor } from "./runs.ts";
import type { FrameJob, Made, Task } from "./task.ts";
import { UnseenPages } from "./unseenPages.ts";

/** What workers are given, and who hears what became of it. */
export type WorksHost = {
  readonly pool: WorkerPool;
  readonly jobs: Jobs<Task, Made>;
  readonly levels: MovieLevels;
  readonly disk: DiskBudget;
  readonly clock: Clock;
  readonly frameLimit: Bytes;
  /** The job was made, or there is a fault; in so many milliseconds. */
  readonly answered: (job: FrameJob, answer: Answer, ms: number) => void;
  /** The worker died of the job. */
  readonly died: (job: FrameJob, detail: string) => void;
  /** The worker has not come to the job. */
  readonly unmade: (job: FrameJob) => void;
  /** A job is done and the worker goes on: others may have become free, or may begin. */
  readonly progressed: () => void;
};

/** Gives jobs to free workers, alone or as a run of several, and takes their answers. */
export class Works {
  readonly #host: WorksHost;
  readonly #underWay = new Set<Promise<void>>();
  readonly #unseenPages = new UnseenPages();

  constructor(host: WorksHost) {
    this.#host = host;
  }

  /** Workers that are busy. */
  get size(): number {
    return this.#underWay.size;
  }

  /** When everything that is under way now has ended. */
  async end(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Gives a job that was taken to a free worker, together with what goes with it. */
  begin(job: FrameJob, done: () => void): void {
    const { jobs, pool } = this.#host;
    const run = runOf(job, jobs, pool.free);
    void this.#follow(run.length === 1 ? this.#make(job) : this.#makeRun(run), done);
  }

  /** Has a free worker look through the folder of converted frames, if that is due. */
  tidy(done: () => void): boolean {
    const order = this.#host.disk.tidyOrder();
    if (order === undefined) return false;
    void this.#follow(this.#tidy(order), done);
    return true;
  }

  async #follow(work: Promise<void>, done: () => void): Promise<void> {
    this.#underWay.add(work);
    await work;
    this.#underWay.delete(work);
    done();
  }

  async #make(job: FrameJob): Promise<void> {
    const { pool, jobs, clock } = this.#host;
    const work = jobs.began(job.folder);
    const order = this.#orderOf(job);
    const began = clock.now();
    let answer: Answer | undefined;
    let death = "";
    try {
      answer = await pool.run(order);
    } catch (error) {
      death = (error as Error).message;
    }
    jobs.ended(work);
    if (answer !== undefined) this.#take(job, order, answer, clock.now() - began);
    else {
      this.#host.disk.settle(order.disk, undefined);
      this.#host.died(job, death);
    }
  }

  async #makeRun(run: readonly FrameJob[]): Promise<void> {
    const { pool, jobs, clock, disk } = this.#host;
    const work = jobs.began((run[0] as FrameJob).folder);
    const orders = run.map((job) => this.#orderOf(job));
    let made = 0;
    let since = clock.now();
    const deliver = ({ index, answer }: RunAnswer) => {
      const now = clock.now();
      made = index + 1;
      jobs.progressed(work);
      this.#take(run[index] as FrameJob, orders[index] as Order, answer, now - since);
      since = now;
      const word = this.#wordFor(run.slice(made));
      // The others' orders do not say it either: they wait with this one, and are not decoded for nothing.
      return "needs" in answer ? "stop" : word;
    };
    let death: string | undefined;
    try {
      await pool.runSeveral(orders, deliver);
    } catch (error) {
      death = (error as Error).message;
    }
    jobs.ended(work);
    for (const { disk: use } of orders.slice(made)) disk.settle(use, undefined);
    for (const [index, job] of run.slice(made).entries()) {
      if (index === 0 && death !== undefined) this.#host.died(job, death);
      else this.#host.unmade(job);
    }
  }

  #wordFor(rest: readonly FrameJob[]): RunWord {
    const { jobs } = this.#host;
    // With a free worker it begins now, unless its folder has as many workers as it may.
    const first = jobs.next;
    this.#host.progressed();
    return wordFor(rest, first?.state === "queued" ? first : jobs.next);
  }

  async #tidy(order: Parameters<WorkerPool["tidy"]>[0]): Promise<void> {
    const { pool, disk } = this.#host;
    try {
      disk.tidied(await pool.tidy(order));
    } catch (error) {
      disk.tidied({ failed: (error as Error).message });
    }
  }

  #take(job: FrameJob, { disk: use }: Order, answer: Answer, ms: number): void {
    this.#host.disk.settle(use, "disk" in answer ? answer.disk : undefined);
    if (answer.hasUnseenPages === true) this.#unseenPages.tell(job.task.entry);
    this.#host.answered(job, answer, ms);
  }

  #orderOf({ task }: FrameJob): Order {
    const { levels, disk, frameLimit: limit } = this.#host;
    const { entry, making, seen } = task;
    // It is kept under those that it is made under, whatever is measured meanwhile.
    task.levels ??= levels.get(entry.movie, needOf(making));
    return {
      source: { ...entry.source, seen },
      format: entry.format,
      making,
      levels: task.levels,
      limit,
      disk: making.kind === "black" || making.kind === "samples" ? undefined : disk.use(),
    };
  }
}
