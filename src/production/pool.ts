import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { move, Piscina, transferableSymbol, valueSymbol } from "piscina";
import { assert } from "../base/assert.ts";
import type { Ms } from "../base/units.ts";
import { leaveBehind } from "../library/disk/stuck.ts";
import type {
  Answer,
  Order,
  RunAnswer,
  RunOrder,
  RunWord,
  TidyAnswer,
  TidyOrder,
  WorkerOrder,
} from "./order.ts";

/** How many workers there are, and what the pool tells. */
export type PoolOptions = {
  /** Permanent workers, at least 1. */
  readonly workers: number;
  /** With the temporary ones; at least `workers`. */
  readonly maxWorkers: number;
  /** How long a worker above `workers` stays without work. */
  readonly workerIdle: Ms;
  /** The thread's entry, where it is not this folder's. */
  readonly workerUrl?: URL | undefined;
  /** A worker may have become free. */
  readonly freed: () => void;
  /** A worker died while it made nothing. */
  readonly died: (detail: string) => void;
  /** Workers die before they can begin: what is queued would wait for ever. */
  readonly stuck: (detail: string) => void;
};

/**
 * Threads that make one image at a time. Queues nothing: an order is given when a worker is free for it.
 */
export interface WorkerPool {
  /** Workers, whether at work, free or starting. */
  readonly size: number;
  /** Workers that can begin an order now. */
  readonly free: number;
  /** Gives an order to a free worker. Rejects when the worker dies of it. */
  run(order: Order): Promise<Answer>;
  /**
   * Gives several orders to one free worker, which makes one after the other. Each answer goes to `deliver`,
   * which says whether to go on with the rest. Rejects when the worker dies of it, after the last answer.
   */
  runSeveral(orders: readonly Order[], deliver: (answer: RunAnswer) => RunWord): Promise<void>;
  /** Has a free worker look through the folder of converted frames. Rejects when it dies of it. */
  tidy(order: TidyOrder): Promise<TidyAnswer>;
  /** Starts temporary workers, as far as there may be more, so that each of `waiting` orders gets one. */
  grow(waiting: number): void;
  /**
   * Ends all workers, also those at work: their `run` rejects. One that hangs in a mount does not end, and
   * does not keep the process either. May be called twice.
   */
  close(): Promise<void>;
}

/**
 * An image lies outside of the heap; what is left in it is a few objects. More is a fault, and costs one
 * worker.
 */
const WORKER_HEAP_MB = 128;

/** Failed starts in a row after which nobody is left waiting for a worker. */
const FAILED_STARTS = 3;

/** The entry lies beside this file, and is compiled as this file is. */
const WORKER_URL = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** The port goes to the other thread itself. */
function handedOver(run: RunOrder): RunOrder {
  return move({ [transferableSymbol]: run.port, [valueSymbol]: run }) as unknown as RunOrder;
}

/**
 * The pool on top of piscina, whose own queue is first in, first out: it never holds an order of ours. It
 * starts a thread when a task finds none free; so a temporary worker is asked for by a task without an
 * order, and the choice of what to do is made when a worker is free to do it.
 *
 * How piscina tells of a death: `run` rejects, with the worker's uncaught error, ERR_WORKER_OUT_OF_MEMORY, or
 * "worker exited with code N". A worker without a task emits `error`, or, when it exits, nothing. It is
 * replaced up to `workers`; but once one died while it started, piscina adds threads for tasks only (`grow`
 * is one).
 */
export class PiscinaPool implements WorkerPool {
  readonly #piscina: Piscina<WorkerOrder | undefined, unknown>;
  readonly #options: PoolOptions;
  #running = 0;
  #failedStarts = 0;
  #closing: Promise<void> | undefined;

  constructor(options: PoolOptions) {
    assert(
      options.workers >= 1 && options.maxWorkers >= options.workers,
      "a pool has 1 to maxWorkers workers",
    );
    this.#options = options;
    this.#piscina = new Piscina({
      filename: (options.workerUrl ?? WORKER_URL).href,
      name: "produce",
      minThreads: options.workers,
      maxThreads: options.maxWorkers,
      idleTimeout: options.workerIdle,
      concurrentTasksPerWorker: 1,
      // With piscina's own way of waiting, a thread that is ended while a decoder returns to it may wait for
      // ever.
      atomics: "disabled",
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    });
    this.#piscina.on("error", (error: Error) => this.#diedIdle(error));
    // Told before the worker counts as free.
    this.#piscina.on("workerCreate", () => queueMicrotask(() => this.#freed()));
  }

  get size(): number {
    return this.#piscina.threads.length;
  }

  get free(): number {
    return this.#closing === undefined ? this.#piscina.idleThreads : 0;
  }

  run(order: Order): Promise<Answer> {
    return this.#run(order) as Promise<Answer>;
  }

  async runSeveral(orders: readonly Order[], deliver: (answer: RunAnswer) => RunWord): Promise<void> {
    const { port1: ours, port2: port } = new MessageChannel();
    const take = (answer: RunAnswer): void => ours.postMessage(deliver(answer), []);
    ours.on("message", take);
    ours.unref();
    try {
      await this.#run(handedOver({ orders, port }));
    } finally {
      // What the worker said before its end may not have been heard yet.
      ours.off("message", take);
      for (let left = receiveMessageOnPort(ours); left !== undefined; left = receiveMessageOnPort(ours))
        take(left.message as RunAnswer);
      ours.close();
    }
  }

  tidy(order: TidyOrder): Promise<TidyAnswer> {
    return this.#run(order) as Promise<TidyAnswer>;
  }

  async #run(task: WorkerOrder): Promise<unknown> {
    this.#running++;
    try {
      const answer = await this.#piscina.run(task);
      this.#failedStarts = 0;
      return answer;
    } finally {
      this.#running--;
    }
  }

  grow(waiting: number): void {
    if (this.#closing !== undefined) return;
    const starting = this.size - this.free - this.#running;
    const wanted = Math.min(waiting - starting, this.#options.maxWorkers - this.size);
    for (let asked = 0; asked < wanted; asked++) void this.#start();
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = this.#piscina.destroy();
      leaveBehind(this.#closing);
    }
    return this.#closing;
  }

  async #start(): Promise<void> {
    try {
      await this.#piscina.run(undefined);
      this.#failedStarts = 0;
      this.#freed();
    } catch (error) {
      this.#diedIdle(error as Error);
    }
  }

  #diedIdle(error: Error): void {
    if (this.#closing !== undefined) return;
    this.#options.died(error.message);
    if (++this.#failedStarts < FAILED_STARTS) return this.#freed();
    this.#failedStarts = 0;
    this.#options.stuck(error.message);
  }

  #freed(): void {
    if (this.#closing === undefined) this.#options.freed();
  }
}
