import type { Clock, Timer } from "../base/clock.ts";
import { fault } from "../base/errors.ts";
import type { Fault } from "../base/errors.ts";
import { events } from "../base/events.ts";
import { after, Ms } from "../base/units.ts";
import type { Bytes } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import type { FrameEntry } from "../library/log.ts";
import { ProductCache, productKey } from "./cache.ts";
import { Jobs } from "./jobs.ts";
import type { Job } from "./jobs.ts";
import type { Answer, Product, Variant } from "./order.ts";
import { PiscinaPool } from "./pool.ts";
import type { PoolOptions, WorkerPool } from "./pool.ts";
import { frameOf } from "./substitute.ts";
import type { Urgency } from "./urgency.ts";

export type ProductionOptions = {
  /** Permanent workers, at least 1. */
  readonly workers: number;
  /** With the temporary ones; at least `workers`. So many frames are read at once, and no more. */
  readonly maxWorkers: number;
  /** How long a temporary worker stays without work. */
  readonly workerIdle: Ms;
  /** What the cache may hold; 0 for no cache. */
  readonly cacheBytes: Bytes;
  /** The largest frame as it is sent, and the largest file that is decoded. */
  readonly frameLimit: Bytes;
  readonly clock: Clock;
  /** The workers' entry, where it is not the one of this folder. */
  readonly workerUrl?: URL;
  /** Where workers come from, if not from threads. */
  readonly createPool?: (options: PoolOptions) => WorkerPool;
};

/** What comes of a wish. */
export type ProductionOutcome = { readonly frame: ProducedFrame } | { readonly error: Fault };

/** A wish that is being produced. */
export interface ProductionRequest {
  /** Makes the work more urgent, if `urgency` is the better one. */
  raise(urgency: Urgency): void;
  /** Nobody waits any more: `settle` is not called after this. May be called twice. */
  cancel(): void;
}

/** What metrics show. */
export type ProductionStats = {
  readonly workers: number;
  readonly busy: number;
  /** Frames that no worker has begun. */
  readonly queued: number;
  readonly cachedBytes: Bytes;
};

/** What is made, once for all who want it. */
type Task = { readonly entry: FrameEntry; readonly variant: Variant };
type Made = { readonly product: Product } | { readonly error: Fault };
type FrameJob = Job<Task, Made>;

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
 * made is kept in a cache bounded in bytes; failures are not kept.
 */
export class Production {
  readonly #options: ProductionOptions;
  readonly #cache: ProductCache;
  readonly #pool: WorkerPool;
  readonly #jobs = new Jobs<Task, Made>();
  readonly #running = new Set<Promise<void>>();
  #growth: Timer | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ProductionOptions) {
    this.#options = options;
    this.#cache = new ProductCache(options.cacheBytes);
    const { workers, maxWorkers, workerIdle, workerUrl, createPool } = options;
    const poolOptions: PoolOptions = {
      workers,
      maxWorkers,
      workerIdle,
      workerUrl,
      freed: () => this.#pump(),
      died: (detail) => events.workerDied.publish({ detail }),
      stuck: (detail) => this.#workersCannotStart(detail),
    };
    this.#pool = createPool === undefined ? new PiscinaPool(poolOptions) : createPool(poolOptions);
  }

  get stats(): ProductionStats {
    return {
      workers: this.#pool.size,
      busy: this.#running.size,
      queued: this.#jobs.queued,
      cachedBytes: this.#cache.bytes,
    };
  }

  /** The frame, if it is in the cache: no work and no waiting. */
  peek(wish: FrameWish): ProducedFrame | undefined {
    const product = this.#cache.get(wish.entry, variantOf(wish));
    return product === undefined ? undefined : frameOf(product, wish);
  }

  /**
   * Calls `settle` once, later and never inside this call, with the frame or with why there is none: a FRAME_
   * code of the catalogue, or SERVER_CLOSING.
   */
  request(
    wish: FrameWish,
    urgency: Urgency,
    settle: (outcome: ProductionOutcome) => void,
  ): ProductionRequest {
    const deliver = (made: Made): void =>
      settle("product" in made ? { frame: frameOf(made.product, wish) } : made);
    const task = { entry: wish.entry, variant: variantOf(wish) };
    const product = this.#cache.get(task.entry, task.variant);
    if (product !== undefined) return this.#later({ product }, deliver);
    if (this.#closing !== undefined) return this.#later({ error: closing() }, deliver);
    const waiter = this.#jobs.join(productKey(task.entry, task.variant), task, urgency, deliver);
    this.#pump();
    return {
      raise: (better) => this.#jobs.raise(waiter, better),
      cancel: () => this.#jobs.leave(waiter),
    };
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
    await Promise.race([Promise.all(this.#running), waited]);
    timer?.cancel();
  }

  /** Gives the most urgent jobs to the free workers, and asks for more workers when jobs are left. */
  #pump(): void {
    while (this.#closing === undefined && this.#pool.free > 0) {
      const job = this.#jobs.take();
      if (job === undefined) return;
      this.#begin(job);
    }
    if (this.#jobs.queued > 0) this.#growLater();
  }

  /**
   * Asks for temporary workers when frames have waited for a while; at once when there is no worker at all.
   */
  #growLater(): void {
    const { clock } = this.#options;
    if (this.#pool.size === 0) this.#pool.grow(this.#jobs.queued);
    else this.#growth ??= clock.at(after(clock.now(), GROW_AFTER), () => this.#grow());
  }

  #grow(): void {
    this.#growth = undefined;
    if (this.#closing === undefined && this.#jobs.queued > 0) this.#pool.grow(this.#jobs.queued);
  }

  #begin(job: FrameJob): void {
    const work = this.#work(job);
    this.#running.add(work);
    void work.then(() => this.#running.delete(work)).then(() => this.#pump());
  }

  async #work(job: FrameJob): Promise<void> {
    const { entry, variant } = job.task;
    const { clock, frameLimit: limit } = this.#options;
    const began = clock.now();
    let answer: Answer;
    try {
      answer = await this.#pool.run({ source: entry.source, format: entry.format, variant, limit });
    } catch (error) {
      this.#workerDied(job, (error as Error).message);
      return;
    }
    if ("fault" in answer)
      this.#fail(job, fault(answer.fault.code, `${nameOf(entry)}: ${answer.fault.detail}`));
    else this.#deliver(job, answer.product, clock.now() - began);
  }

  #deliver(job: FrameJob, product: Product, ms: number): void {
    const { movie, number: frame } = job.task.entry;
    this.#cache.set(job.task.entry, job.task.variant, product);
    events.frameProduced.publish({
      movie,
      frame,
      worker: product.worker,
      ms,
      bytes: product.bytes.byteLength,
    });
    this.#jobs.finish(job, { product });
  }

  #workerDied(job: FrameJob, detail: string): void {
    if (this.#closing !== undefined) return this.#jobs.finish(job, { error: closing() });
    const name = nameOf(job.task.entry);
    events.workerDied.publish({ detail: `${name}: ${detail}` });
    job.deaths++;
    if (job.deaths < DEATHS_ALLOWED) this.#jobs.putBack(job);
    else
      this.#fail(job, fault("FRAME_KILLED_WORKERS", `${name}: ${job.deaths} workers died of it: ${detail}`));
  }

  #fail(job: FrameJob, error: Fault): void {
    const { movie, number: frame } = job.task.entry;
    events.frameFailed.publish({ movie, frame, code: error.code, detail: error.message });
    this.#jobs.finish(job, { error });
  }

  /** Whoever asks again makes the pool try again. */
  #workersCannotStart(detail: string): void {
    this.#jobs.abandon({ error: fault("FRAME_KILLED_WORKERS", `workers die before they begin: ${detail}`) });
    this.#pump();
  }

  /** What is known at once is told later all the same: a caller is never called inside its own call. */
  #later(made: Made, deliver: (made: Made) => void): ProductionRequest {
    let waits = true;
    this.#options.clock.defer(() => {
      if (waits) deliver(made);
    });
    return {
      raise: () => {},
      cancel: () => {
        waits = false;
      },
    };
  }
}

/** A frame that holds the place of another is made as itself. */
function variantOf({ substitution }: FrameWish): Variant {
  return substitution?.policy === "black" ? "black" : "original";
}

function nameOf({ movie, number }: FrameEntry): string {
  return `frame ${number} of ${movie}`;
}

function closing(): Fault {
  return fault("SERVER_CLOSING", "the server is shutting down and begins no further frame");
}
