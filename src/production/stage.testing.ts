import assert from "node:assert/strict";
import { basename } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import type { ErrorCode } from "../base/errors.ts";
import { Bytes, FrameNumber, FrameRevision, KiB, MonotonicMs, Ms, Priority } from "../base/units.ts";
import type { FrameWish, ProducedFrame } from "../library/frame.ts";
import type { FrameEntry } from "../library/log.ts";
import { makingKey } from "./making.ts";
import type { Answer, Order, RunAnswer, RunWord, TidyAnswer, TidyOrder } from "./order.ts";
import type { PoolOptions, WorkerPool } from "./pool.ts";
import { Production } from "./production.ts";
import type { ProductionOptions, ProductionOutcome } from "./production.ts";
import type { SampledLog } from "./sampling.ts";
import type { Urgency } from "./urgency.ts";

export const HEADER = "P5\n2 1\n255\n";
/** Neither hurried nor timed. */
export const NOW = { priority: Priority(3), deadline: MonotonicMs(Infinity) };

export const urgent = (priority: number, deadline = Infinity): Urgency => ({
  priority: Priority(priority),
  deadline: MonotonicMs(deadline),
});

export function wish(
  number: number,
  substitution?: { policy: "hold" | "black"; for: number },
  revision = 1,
): FrameWish {
  const entry = {
    movie: "sh/010:a",
    number: FrameNumber(number),
    revision: FrameRevision(revision),
    format: "netpbm" as const,
    source: { kind: "file" as const, root: "/library", path: `/library/${number}` },
  };
  if (substitution === undefined) return { entry };
  return { entry, substitution: { policy: substitution.policy, for: FrameNumber(substitution.for) } };
}

/** The same frame in another folder, and so of another movie. */
export function inFolder(folder: string, { entry, ...rest }: FrameWish): FrameWish {
  const source = { ...entry.source, path: `/library/${folder}/${entry.number}` };
  return { ...rest, entry: { ...entry, movie: folder, source } };
}

/** A movie of these frames, as its levels are measured from it. */
export function logOf(entries: readonly FrameEntry[], state: SampledLog["state"] = "recorded"): SampledLog {
  return {
    count: entries.length,
    state,
    at: (number) => entries.find((entry) => entry.number === number),
    nth: (rank) => entries[rank],
  };
}

/** Turns and wake-ups happen when a test says so. */
export class ManualClock implements Clock {
  #now = 0;
  #turns: (() => void)[] = [];
  #alarms: { readonly time: number; readonly wake: () => void }[] = [];

  now(): MonotonicMs {
    return MonotonicMs(this.#now);
  }

  at(time: MonotonicMs, wake: () => void): { cancel: () => void } {
    const alarm = { time, wake };
    this.#alarms.push(alarm);
    return { cancel: () => void (this.#alarms = this.#alarms.filter((other) => other !== alarm)) };
  }

  defer(turn: () => void): void {
    this.#turns.push(turn);
  }

  get alarms(): number {
    return this.#alarms.length;
  }

  runTurns(): void {
    for (const turn of this.#turns.splice(0)) turn();
  }

  advance(ms: number): void {
    this.#now += ms;
    const rung = this.#alarms.filter(({ time }) => time <= this.#now);
    this.#alarms = this.#alarms.filter(({ time }) => time > this.#now);
    for (const { wake } of rung) wake();
  }
}

type Work = {
  readonly name: string;
  readonly order: Order;
  /** Those of a run that follow it. */
  readonly rest: readonly Order[];
  end: (answer: Answer) => void;
  die: () => void;
};

/** Workers that do nothing by themselves: each order waits for the test to end it. */
export class FakePool implements WorkerPool {
  readonly options: PoolOptions;
  readonly works: Work[] = [];
  readonly begun: string[] = [];
  readonly tidied: { readonly order: TidyOrder; end: (answer: TidyAnswer) => void }[] = [];
  grownFor: number[] = [];
  size: number;
  closed = 0;
  #busy = 0;

  constructor(options: PoolOptions) {
    this.options = options;
    this.size = options.workers;
  }

  get free(): number {
    return this.size - this.works.length - this.tidied.length - this.#busy;
  }

  run(order: Order): Promise<Answer> {
    return new Promise((resolve, reject) => this.#begin([order], resolve, reject));
  }

  runSeveral(orders: readonly Order[], deliver: (answer: RunAnswer) => RunWord): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = (index: number): void =>
        this.#begin(
          orders.slice(index),
          (answer) => {
            // The worker stays busy until it has heard whether to go on.
            this.#busy++;
            const word = deliver({ index, answer });
            this.#busy--;
            if (word === "stop" || index + 1 === orders.length) resolve();
            else next(index + 1);
          },
          reject,
        );
      next(0);
    });
  }

  tidy(order: TidyOrder): Promise<TidyAnswer> {
    return new Promise((resolve) => {
      const work = {
        order,
        end: (answer: TidyAnswer) => {
          this.tidied.splice(this.tidied.indexOf(work), 1);
          resolve(answer);
        },
      };
      this.tidied.push(work);
    });
  }

  grow(waiting: number): void {
    this.grownFor.push(waiting);
  }

  async close(): Promise<void> {
    this.closed++;
    while (this.works.length > 0) this.works[0]?.die();
  }

  #begin(orders: readonly Order[], resolve: (answer: Answer) => void, reject: (error: Error) => void): void {
    const [order, ...rest] = orders;
    assert.ok(order && this.free > 0, "an order was given when no worker was free");
    const name = nameOf(order);
    this.begun.push(name);
    const work: Work = {
      name,
      order,
      rest,
      end: (answer) => this.#leave(work, () => resolve(answer)),
      die: () => this.#leave(work, () => reject(new Error("exited with code 9"))),
    };
    this.works.push(work);
  }

  #leave(work: Work, settle: () => void): void {
    this.works.splice(this.works.indexOf(work), 1);
    settle();
  }
}

/** `3`, `black 3`, `levels 3`, or `jpeg;w100;… 3`. */
function nameOf({ making, source }: Order): string {
  const key = makingKey(making);
  return `${key === "original" ? "" : `${key.replace(" original", "")} `}${basename(source.path)}`;
}

/** A production with such workers, and what those who asked it have heard. */
export class Stage {
  readonly clock = new ManualClock();
  readonly production: Production;
  pool!: FakePool;
  readonly heard: string[] = [];
  readonly frames: ProducedFrame[] = [];

  constructor(options: Partial<ProductionOptions> = {}) {
    this.production = new Production({
      workers: 1,
      maxWorkers: 1,
      workerIdle: Ms(1000),
      cacheBytes: Bytes(64 * KiB),
      frameLimit: Bytes(64 * KiB),
      cacheDir: "/cache",
      diskCache: Bytes(0),
      log: () => undefined,
      clock: this.clock,
      createPool: (poolOptions) => (this.pool = new FakePool(poolOptions)),
      ...options,
    });
  }

  /** Asks, and notes down what is heard as `name: frame` or `name: CODE`. */
  ask(name: string, wished: FrameWish, urgency: Urgency = NOW): ReturnType<Production["request"]> {
    return this.production.request(wished, urgency, (outcome) => this.#hear(name, outcome));
  }

  /** Ends the work that was begun first with a picture of two samples. */
  async finish(samples = "ab", header = HEADER): Promise<void> {
    const work = this.pool.works[0];
    assert.ok(work, "no worker is at work");
    const bytes = Uint8Array.from(Buffer.from(header + samples));
    const digest = new Uint8Array(32).fill(7);
    const shape = { format: "pgm", width: samples.length, height: 1 } as const;
    work.end({ product: { bytes, headerBytes: header.length, shape, digest, worker: 5 } });
    await turn();
  }

  async fail(code: ErrorCode): Promise<void> {
    this.pool.works[0]?.end({ fault: { code, detail: "found nothing" } });
    await turn();
  }

  async kill(): Promise<void> {
    this.pool.works[0]?.die();
    await turn();
  }

  #hear(name: string, outcome: ProductionOutcome): void {
    if ("frame" in outcome) this.frames.push(outcome.frame);
    this.heard.push(`${name}: ${"frame" in outcome ? "frame" : outcome.error.code}`);
  }
}
