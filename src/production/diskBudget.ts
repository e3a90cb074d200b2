import type { Clock } from "../base/clock.ts";
import { events } from "../base/events.ts";
import { after, Bytes, MonotonicMs, Ms } from "../base/units.ts";
import type { DiskReport, DiskUse, TidyAnswer, TidyOrder } from "./order.ts";

/** The folder of converted frames. */
export type DiskBudgetOptions = {
  readonly folder: string;
  /** What it may take; 0 for no such folder. */
  readonly bound: Bytes;
  /** The largest frame: what an order may store as long as nothing else is known. */
  readonly frameLimit: Bytes;
  readonly clock: Pick<Clock, "now">;
};

/** What lies in the folder, as far as is known, and how many orders ended with each report. */
export type DiskStats = { readonly used: Bytes | undefined } & {
  readonly [Kind in DiskReport["kind"]]: number;
};

/** What is left in the folder when something has to go: so the next frames need no further look at it. */
const TIDY_TO = 0.9;

/** How many of the largest frames there has to be room for, then. */
const ROOM_FOR = 4;

/** What this server may add before it looks again what others, who share the folder, have added. */
const LOOK_AFTER = 0.1;

/** How many files there may be: looking through more would take a worker too long, and too much memory. */
const MOST_KEPT = 131_072;

/**
 * How long nothing is stored and nothing looked up once the folder could not be used; also between two
 * complaints.
 */
const PAUSE = Ms(60_000);

/** How long there is between two looks at the folder, at least. */
const TIDY_PAUSE = Ms(1000);

/**
 * Keeps the folder of converted frames within its bound. Orders get a part of what is free and give back what
 * they did not use, so that whatever workers do at the same time, the sum holds. What lies in the folder is
 * found by looking (a worker's job: `tidyOrder`), and followed by what workers say that they stored. Until
 * it has been looked
 * through once the folder is not used at all.
 */
export class DiskBudget {
  readonly #options: DiskBudgetOptions;
  readonly #leastCost: Bytes;
  /** Undefined until the folder was looked through. */
  #used: Bytes | undefined;
  #reserved = 0;
  /** Stored since the last look began. */
  #added = 0;
  /** Of those that were stored or refused. */
  #largest = 0;
  #isTidying = false;
  #wantsTidy: boolean;
  #tidyNotBefore = MonotonicMs(0);
  #notBefore = MonotonicMs(0);
  readonly #reports: { [Kind in DiskReport["kind"]]: number } = {
    found: 0,
    stored: 0,
    refused: 0,
    failed: 0,
  };

  constructor(options: DiskBudgetOptions) {
    this.#options = options;
    this.#leastCost = Bytes(Math.ceil(options.bound / MOST_KEPT));
    this.#wantsTidy = options.bound > 0;
  }

  get stats(): DiskStats {
    return { used: this.#used, ...this.#reports };
  }

  /** What the next order may do with the folder, to be given back by `settle`. */
  use(): DiskUse | undefined {
    if (this.#used === undefined || this.#isPaused()) return undefined;
    const { folder, bound, frameLimit } = this.#options;
    const free = this.#isTidying ? 0 : Math.max(0, bound - this.#used - this.#reserved);
    const room = Bytes(Math.min(free, this.#largest || frameLimit));
    this.#reserved += room;
    return { folder, room, leastCost: this.#leastCost };
  }

  /** An order has ended, with what became of storing its frame, if that was tried. */
  settle(use: DiskUse | undefined, report: DiskReport | undefined): void {
    if (use === undefined) return;
    this.#reserved -= use.room;
    if (report === undefined) return;
    this.#reports[report.kind] += 1;
    if (report.kind === "found") return;
    if (report.kind === "failed") return this.#fail(report.detail);
    if (report.bytes > this.#options.bound) return;
    this.#largest = Math.max(this.#largest, report.bytes);
    if (report.kind === "stored") this.#stored(report.bytes);
    else this.#refused(report.bytes);
  }

  /**
   * The next look at the folder, when one is due. The caller has it made, and says what came of it by
   * `tidied`.
   */
  tidyOrder(): TidyOrder | undefined {
    if (!this.#wantsTidy || this.#isTidying || this.#isPaused()) return undefined;
    const { folder, bound, clock } = this.#options;
    if (clock.now() < this.#tidyNotBefore) return undefined;
    this.#isTidying = true;
    this.#wantsTidy = false;
    this.#added = 0;
    // Frames that are being made may still be stored.
    const room = Math.max(ROOM_FOR * this.#largest, bound * (1 - TIDY_TO)) + this.#reserved;
    return { folder, leastCost: this.#leastCost, bound: this.#goal(this.#largest), goal: this.#goal(room) };
  }

  tidied(answer: TidyAnswer): void {
    this.#isTidying = false;
    const { clock } = this.#options;
    this.#tidyNotBefore = after(clock.now(), TIDY_PAUSE);
    if ("failed" in answer) {
      this.#wantsTidy = true;
      return this.#fail(answer.failed);
    }
    // What was stored during the look may have been seen or not.
    this.#used = Bytes(answer.bytes + this.#added);
    this.#wantsTidy ||= this.#used > this.#options.bound;
  }

  #goal(room: number): Bytes {
    return Bytes(Math.max(0, Math.floor(this.#options.bound - room)));
  }

  #stored(bytes: Bytes): void {
    this.#added += bytes;
    if (this.#used !== undefined) this.#used = Bytes(this.#used + bytes);
    if (this.#added > this.#options.bound * LOOK_AFTER) this.#wantsTidy = true;
  }

  /**
   * Most are refused for what passes by itself: a look that is under way, what other orders may still store,
   * or frames that were smaller so far. Only a folder that is full needs another look.
   */
  #refused(bytes: Bytes): void {
    if (this.#isTidying || this.#used === undefined) return;
    if (this.#used + bytes > this.#options.bound) this.#wantsTidy = true;
  }

  #isPaused(): boolean {
    return this.#options.clock.now() < this.#notBefore;
  }

  /** Told once for each pause: workers that have begun before it fail as well. */
  #fail(detail: string): void {
    if (this.#isPaused()) return;
    this.#notBefore = after(this.#options.clock.now(), PAUSE);
    events.diskCacheFailed.publish({ code: "CACHE_UNUSABLE", detail });
  }
}
