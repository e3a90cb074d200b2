import { present } from "../base/assert.ts";
import type { Timer } from "../base/clock.ts";
import { Fault, fault } from "../base/errors.ts";
import { events } from "../base/events.ts";
import { after, Ms } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import type { FrameEntry } from "../library/log.ts";
import { ProductCache } from "./cache.ts";
import { DiskBudget } from "./diskBudget.ts";
import { Jobs } from "./jobs.ts";
import type { Wanted } from "./jobs.ts";
import { MovieLevels } from "./levels.ts";
import { LEVELS, makingKey, makingOf, needOf, resolvedKey } from "./making.ts";
import type { Inspecting } from "./making.ts";
import type { Answer, Inspected } from "./order.ts";
import type { ProductionOptions } from "./options.ts";
import { closing, faultOf, inspectionOf, outcomeOf } from "./outcomes.ts";
import type { InspectionOutcome, ProductionOutcome, ProductionRequest } from "./outcomes.ts";
import { PiscinaPool } from "./pool.ts";
import type { PoolOptions, WorkerPool } from "./pool.ts";
import type { MeasuredLevels } from "./render/measure.ts";
import { type FrameProduct, frameOf, frameProduct } from "./substitute.ts";
import type { ProductionStats } from "./stats.ts";
import { nameOf, wantedOf } from "./task.ts";
import type { FrameJob, FrameWaiter, Made, Task } from "./task.ts";
import { UnfinishedFault, UnfinishedJobs } from "./unfinished.ts";
import type { Urgency } from "./urgency.ts";
import { Works } from "./works.ts";

export type { ProductionOptions } from "./options.ts";
export type { ProductionOutcome, ProductionRequest } from "./outcomes.ts";
export type { ProductionStats } from "./stats.ts";

/** How long `close` waits for frames under way. The whole server has 10 s to leave. */
const CLOSE_WAIT = Ms(2000);

/**
 * How long frames wait before a worker is started for them. Starting one takes about 100 ms of a core, in
 * which the others read hundreds of frames from memory: for the burst with which every playback begins it
 * would only cost.
 */
const GROW_AFTER = Ms(50);

/** A frame that kills so many workers is at fault itself. */
const DEATHS_ALLOWED = 2;

/**
 * Turns frames into bytes: once for all who want the same one, the most urgent first. The choice is made anew
 * whenever a worker is free, so that nobody waits behind more than what the workers have begun. What was
 * made is kept in a cache bounded in bytes, and what took time on disk; failures are not kept.
 */
export class Production {
  readonly #options: ProductionOptions;
  readonly #cache: ProductCache<FrameProduct | Inspected>;
  readonly #pool: WorkerPool;
  readonly #jobs: Jobs<Task, Made>;
  readonly #levels: MovieLevels;
  readonly #works: Works;
  readonly #disk: DiskBudget;
  /** Jobs that wait for the levels of their movies. */
  readonly #awaitLevels = new Set<FrameJob>();
  readonly #unfinished: UnfinishedJobs;
  #growth: Timer | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ProductionOptions) {
    const { clock, frameLimit, log } = options;
    this.#options = options;
    this.#cache = new ProductCache(options.cacheBytes);
    this.#jobs = new Jobs(options, () => clock.now());
    this.#levels = new MovieLevels({
      log,
      now: () => clock.now(),
      measure: (entry, urgency, settle) => this.#measure(entry, urgency, settle),
    });
    this.#unfinished = new UnfinishedJobs(clock, (job) => {
      this.#putBack(job);
      this.#pump();
    });
    this.#pool = this.#makePool();
    const { cacheDir: folder, diskCache: bound } = options;
    this.#disk = new DiskBudget({ folder, bound, frameLimit, clock });
    this.#works = new Works({
      pool: this.#pool,
      jobs: this.#jobs,
      levels: this.#levels,
      disk: this.#disk,
      clock,
      frameLimit,
      answered: (job, answer, ms) => this.#answered(job, answer, ms),
      died: (job, detail) => this.#workerDied(job, detail),
      unmade: (job) => this.#putBack(job),
      progressed: () => this.#pump(),
    });
    clock.defer(() => this.#pump());
  }

  get stats(): ProductionStats {
    return {
      workers: this.#pool.size,
      busy: this.#works.size,
      queued: this.#jobs.queued,
      cachedBytes: this.#cache.bytes,
      evicted: this.#cache.evicted,
      disk: this.#disk.stats,
    };
  }

  /** The frame, if it is in the cache: no work and no waiting. */
  peek(wish: FrameWish): ProducedFrame | undefined {
    const making = makingOf(wish);
    const levels = this.#levels.get(wish.entry.movie, needOf(making), wish.playback);
    const product = this.#productOf(wish.entry, resolvedKey(making, levels));
    return product === undefined ? undefined : frameOf(product, wish);
  }

  /**
   * Calls `settle` once, later and never inside this call, with the frame or with why there is none: a FRAME_
   * code of the catalogue, RENDITION_INVALID, or SERVER_CLOSING.
   */
  request(
    wish: FrameWish,
    urgency: Urgency,
    settle: (outcome: ProductionOutcome) => void,
  ): ProductionRequest {
    let asked = this.#ask(wish, urgency, (made) => {
      const levels = "product" in made ? made.product.frame.levels : undefined;
      if (this.#levels.keep(wish.playback, levels)) settle(outcomeOf(made, wish));
      // It waited while the movie was measured twice: once for the picture before, and for others.
      else asked = this.#ask(wish, urgency, (again) => settle(outcomeOf(again, wish)));
    });
    return { cancel: () => asked.cancel() };
  }

  #ask(wish: FrameWish, urgency: Urgency, deliver: (made: Made) => void): ProductionRequest {
    const { entry, playback } = wish;
    const making = makingOf(wish);
    const need = needOf(making);
    const levels = this.#levels.get(entry.movie, need, playback);
    if (levels?.flat === true && this.#closing === undefined) this.#levels.renew(entry, need, urgency);
    const what = resolvedKey(making, levels);
    const product = this.#productOf(entry, what);
    if (product !== undefined) return this.#later({ product }, deliver);
    return this.#want(wantedOf(entry, making, what, levels), urgency, deliver);
  }

  /**
   * Looks into the frame as its file has it. Calls `settle` once, later and never inside this call, with what
   * was found, or a FRAME_ code of the catalogue, or SERVER_CLOSING.
   */
  inspect(
    entry: FrameEntry,
    making: Inspecting,
    urgency: Urgency,
    settle: (outcome: InspectionOutcome) => void,
  ): ProductionRequest {
    const deliver = (made: Made): void => settle(inspectionOf(made));
    const what = makingKey(making);
    const known = this.#cache.get(entry, what);
    if (known !== undefined && "kind" in known) return this.#later({ inspected: known }, deliver);
    return this.#want(wantedOf(entry, making, what), urgency, deliver);
  }

  /**
   * Calls `settle` once with what `auto` means for the movie of a deep frame, measured now if nobody has
   * needed it yet, or with why that cannot be said. Perhaps inside this call.
   */
  levels(entry: FrameEntry, urgency: Urgency, settle: (outcome: MeasuredLevels | Fault) => void): void {
    this.#levels.wait(entry, "picture", urgency, settle);
    this.#pump();
  }

  #want(wanted: Wanted<Task>, urgency: Urgency, deliver: (made: Made) => void): ProductionRequest {
    if (this.#closing !== undefined) return this.#later({ error: closing() }, deliver);
    const waiter = this.#jobs.join(wanted, urgency, deliver);
    if (waiter.job !== undefined && this.#awaitLevels.has(waiter.job))
      this.#levels.hurry(wanted.task.entry.movie, urgency);
    this.#pump();
    return { cancel: () => this.#leave(waiter) };
  }

  #productOf(entry: FrameEntry, what: string): FrameProduct | undefined {
    const known = this.#cache.get(entry, what);
    return known !== undefined && "digest" in known ? known : undefined;
  }

  #leave(waiter: FrameWaiter): void {
    const { job } = waiter;
    this.#jobs.leave(waiter);
    if (job !== undefined) this.#unfinished.left(job);
  }

  /** The movie has left the library: what was measured of it does not hold for another of its name. */
  forget(movie: string): void {
    this.#levels.forget(movie);
  }

  /**
   * Begins nothing new, gives SERVER_CLOSING to those who wait for what is queued, and waits up to two
   * seconds for what is under way before it ends the workers. May be called twice.
   */
  close(): Promise<void> {
    this.#closing ??= Promise.resolve().then(() => this.#close());
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#growth?.cancel();
    this.#jobs.abandon({ error: closing() });
    this.#unfinished.close();
    await this.#runningEnds();
    await this.#pool.close();
    this.#cache.clear();
  }

  async #runningEnds(): Promise<void> {
    const { clock } = this.#options;
    let timer: Timer | undefined;
    const waited = new Promise<void>((resolve) => {
      timer = clock.at(after(clock.now(), CLOSE_WAIT), resolve);
    });
    await Promise.race([this.#works.end(), waited]);
    timer?.cancel();
  }

  #makePool(): WorkerPool {
    const { workers, maxWorkers, workerIdle, workerUrl, createPool } = this.#options;
    const options: PoolOptions = {
      workers,
      maxWorkers,
      workerIdle,
      workerUrl,
      freed: () => this.#pump(),
      died: (detail) => events.workerDied.publish({ detail }),
      stuck: () => this.#workersCannotStart(),
    };
    return createPool === undefined ? new PiscinaPool(options) : createPool(options);
  }

  /** Gives the most urgent jobs to the free workers, and asks for more workers when jobs are left. */
  #pump(): void {
    const done = (): void => this.#pump();
    while (this.#closing === undefined && this.#pool.free > 0) {
      if (this.#works.tidy(done)) continue;
      const job = this.#jobs.take();
      if (job === undefined) break;
      if (this.#waitsForLevels(job)) this.#awaitLevelsOf(job);
      else this.#works.begin(job, done);
    }
    if (this.#jobs.startable > 0) this.#growLater();
  }

  /**
   * Asks for temporary workers when frames have waited for a while; at once when there is no worker at all.
   */
  #growLater(): void {
    const { clock } = this.#options;
    if (this.#pool.size === 0) this.#pool.grow(this.#jobs.startable);
    else this.#growth ??= clock.at(after(clock.now(), GROW_AFTER), () => this.#grow());
  }

  #grow(): void {
    this.#growth = undefined;
    const wanted = this.#jobs.startable;
    if (this.#closing === undefined && wanted > 0) this.#pool.grow(wanted);
  }

  #answered(job: FrameJob, answer: Answer, ms: number): void {
    const { entry } = job.task;
    if ("product" in answer) this.#deliver(job, frameProduct(answer.product, job.task.levels), ms);
    else if ("measured" in answer) this.#jobs.finish(job, { measured: answer.measured });
    else if ("inspected" in answer) this.#found(job, answer.inspected);
    else if ("needs" in answer) this.#awaitLevelsOf(job);
    else this.#fail(job, faultOf(entry, answer));
  }

  #deliver(job: FrameJob, product: FrameProduct, ms: number): void {
    const { entry, making, levels } = job.task;
    this.#cache.set(entry, resolvedKey(making, levels), product);
    events.frameProduced.publish({
      movie: entry.movie,
      frame: entry.number,
      worker: product.worker,
      ms,
      bytes: product.bytes.byteLength,
      format: product.shape.format,
    });
    this.#jobs.finish(job, { product });
  }

  #found(job: FrameJob, inspected: Inspected): void {
    const { entry, making } = job.task;
    this.#cache.set(entry, makingKey(making), inspected);
    this.#jobs.finish(job, { inspected });
  }

  /** @param detail goes to the log only: it may name a file of the server, and faults go to clients */
  #workerDied(job: FrameJob, detail: string): void {
    if (this.#closing !== undefined) return this.#jobs.finish(job, { error: closing() });
    const name = nameOf(job.task.entry);
    events.workerDied.publish({ detail: `${name}: ${detail}` });
    job.deaths++;
    if (job.deaths < DEATHS_ALLOWED) this.#jobs.putBack(job);
    else this.#fail(job, fault("FRAME_KILLED_WORKERS", `${name}: ${job.deaths} workers died of it`));
  }

  #fail(job: FrameJob, error: Fault): void {
    const { entry, making } = job.task;
    if (error instanceof UnfinishedFault && this.#mayComeBack(job, error)) return;
    // A frame of a sample that cannot be read is stepped over; who asks for it hears of it.
    if (making !== LEVELS)
      events.frameFailed.publish({
        movie: entry.movie,
        frame: entry.number,
        code: error.code,
        detail: error.message,
      });
    this.#jobs.finish(job, { error });
  }

  #mayComeBack(job: FrameJob, error: UnfinishedFault): boolean {
    if (this.#closing !== undefined || job.waiters.size === 0) return false;
    return this.#unfinished.keep(job, error);
  }

  /** Whoever asks again makes the pool try again. */
  #workersCannotStart(): void {
    this.#jobs.abandon({ error: fault("FRAME_KILLED_WORKERS", "workers die before they begin") });
    this.#pump();
  }

  #putBack(job: FrameJob): void {
    if (this.#closing === undefined) this.#jobs.putBack(job);
    else this.#jobs.finish(job, { error: closing() });
  }

  /** Others of its movie do already, and it would find that it has to. */
  #waitsForLevels({ task: { entry, making, levels } }: FrameJob): boolean {
    const need = levels === undefined ? needOf(making) : undefined;
    return need !== undefined && this.#levels.isAwaited(entry.movie, need);
  }

  #awaitLevelsOf(job: FrameJob): void {
    const { entry, making } = job.task;
    const need = present(needOf(making), "levels were asked for where none are used");
    const urgency = job.waiters.peek()?.urgency;
    if (urgency === undefined) return this.#putBack(job);
    this.#awaitLevels.add(job);
    this.#levels.wait(entry, need, urgency, (outcome) => {
      this.#awaitLevels.delete(job);
      if (outcome instanceof Fault) return this.#fail(job, outcome);
      job.task.levels = outcome;
      this.#putBack(job);
    });
  }

  #measure(entry: FrameEntry, urgency: Urgency, settle: (outcome: MeasuredLevels | Fault) => void): void {
    if (this.#closing !== undefined) return settle(closing());
    this.#jobs.join(wantedOf(entry, LEVELS, makingKey(LEVELS)), urgency, (made) => {
      if ("measured" in made) settle(made.measured);
      else if ("error" in made) settle(made.error);
    });
  }

  /** What is known at once is told later all the same: a caller is never called inside its own call. */
  #later(made: Made, deliver: (made: Made) => void): ProductionRequest {
    let waits = true;
    this.#options.clock.defer(() => {
      if (waits) deliver(made);
    });
    return {
      cancel: () => {
        waits = false;
      },
    };
  }
}
