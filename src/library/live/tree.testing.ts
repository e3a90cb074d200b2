import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type { Clock, Timer } from "../../base/clock.ts";
import { MonotonicMs, Ms } from "../../base/units.ts";
import type { FrameLog } from "../log.ts";
import { countTiffPages } from "../tiffPages.ts";
import { LiveCatalogue } from "./catalogue.ts";
import type { Mount } from "./mounts.ts";
import { Outbox } from "./outbox.ts";
import type { Branch, Report, Watching } from "./protocol.ts";
import { LibraryTree } from "./tree.ts";
import type { WatchFolder } from "./watcher.ts";

/** Long ago: nothing that was written then is being written now. */
const LONG_AGO = new Date("2020-01-01T00:00:00Z");

type Wait = { readonly time: number; readonly wake: () => void };

/** A clock that stands still until it is told to go on, and the time of files, which goes along. */
export class StagedClock implements Clock {
  #now = 0;
  readonly #began = Date.now();
  readonly #tick: number;
  #waits: Wait[] = [];

  /**
   * @param tick how many ms pass with each look at the clock: what takes long for large folders, for small
   * ones
   */
  constructor(tick = 0) {
    this.#tick = tick;
  }

  now(): MonotonicMs {
    return MonotonicMs((this.#now += this.#tick));
  }

  wallTime(): number {
    return this.#began + this.#now;
  }

  at(time: MonotonicMs, wake: () => void): Timer {
    const wait = { time, wake };
    this.#waits.push(wait);
    return { cancel: () => (this.#waits = this.#waits.filter((other) => other !== wait)) };
  }

  defer(turn: () => void): void {
    this.at(MonotonicMs(this.#now), turn);
  }

  /** Lets `ms` pass and calls what has become due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#waits.filter(({ time }) => time <= end).sort((a, b) => a.time - b.time);
      if (next === undefined) break;
      this.#waits = this.#waits.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.time);
      next.wake();
    }
    this.#now = Math.max(this.#now, end);
  }
}

type Watched = { readonly path: string; readonly happened: Parameters<WatchFolder>[1] };

/** What a test may want otherwise than usual. */
export type StageOptions = {
  readonly watching?: Watching;
  readonly branch?: Partial<Branch>;
  readonly mounts?: () => readonly Mount[];
  /** A folder that is there; otherwise an empty one. It goes with the stage. */
  readonly root?: string;
  /** How many ms pass with each look at the clock. */
  readonly tick?: number;
  /** Instead of a watcher that tells nothing by itself. */
  readonly watchFolder?: WatchFolder;
  /** Whether the main thread takes what it is told. Default: yes. */
  readonly takes?: () => boolean;
};

/**
 * A tree over a folder of its own, with the catalogue that it fills: in one thread, on a clock that stands
 * still, with a system that tells of changes when the test says so.
 */
export class Stage {
  readonly root: string;
  readonly clock: StagedClock;
  readonly catalogue: LiveCatalogue;
  readonly tree: LibraryTree;
  readonly reports: Report[] = [];
  /** What became of movies and frames: `added s`, `s landed 3`. */
  readonly told: string[] = [];
  readonly #watched: Watched[] = [];
  readonly #watching: Watching;
  readonly #outbox: Outbox;
  readonly #untaken: Report[] = [];
  readonly #options: StageOptions;

  constructor(test: TestContext, options: StageOptions = {}) {
    this.#options = options;
    this.clock = new StagedClock(options.tick);
    this.#watching = options.watching ?? "auto";
    this.root = options.root ?? realpathSync(mkdtempSync(join(tmpdir(), "tree-")));
    this.catalogue = new LiveCatalogue({ settings: new Map(), canGrow: this.#watching !== "off" });
    this.catalogue.watch(({ kind, movie }) => {
      this.told.push(`${kind} ${movie.name}`);
      if (kind === "added") this.#follow(movie);
    });
    this.#outbox = new Outbox((report) => this.#receive(report));
    this.tree = new LibraryTree({
      clock: this.clock,
      wallTime: () => this.clock.wallTime(),
      watching: this.#watching,
      pollInterval: Ms(2000),
      watchFolder: options.watchFolder ?? this.#watchFolder,
      mounts: options.mounts ?? (() => []),
      outbox: this.#outbox,
      countPages: countTiffPages,
      firstId: 0,
    });
    test.after(() => this.close());
  }

  /** Ends the watches and takes the folder away. May be called twice. */
  close(): void {
    this.tree.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** How many folders are watched now, as the system sees it. */
  get watched(): number {
    return this.#watched.length;
  }

  get leftOut(): string[] {
    return this.reports.flatMap(({ leftOut }) => leftOut.map(({ code }) => code));
  }

  /** Writes files as they were written long ago. Of formats whose end is looked for, a text is no file. */
  put(...files: readonly string[]): void {
    for (const file of files) {
      this.write(file, "x");
      utimesSync(join(this.root, file), LONG_AGO, LONG_AGO);
      utimesSync(dirname(join(this.root, file)), LONG_AGO, LONG_AGO);
    }
  }

  /** Writes a file now: a second before the clock began, plus what has passed on it. */
  write(file: string, text: string): void {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    this.touch(file);
  }

  /** Sets a file's time to now, and some ms. */
  touch(file: string, offset = 0): void {
    const now = new Date(this.clock.wallTime() + offset);
    utimesSync(join(this.root, file), now, now);
  }

  move(from: string, to: string): void {
    renameSync(join(this.root, from), join(this.root, to));
  }

  remove(...files: readonly string[]): void {
    for (const file of files) rmSync(join(this.root, file), { recursive: true });
  }

  /** Looks through everything once, and forgets what it told of it. */
  scan(): void {
    const { branch = {} } = this.#options;
    const place = { root: this.root, path: this.root, inside: "", chain: [this.root] };
    this.tree.add({ target: 0, place, ownName: "own", ...branch });
    this.clock.advance(1000);
    this.told.length = 0;
  }

  /** The system tells of a change, and time passes. */
  tell(file: string | undefined, kind: "rename" | "change" = "rename", folder = ""): void {
    const path = join(this.root, folder);
    for (const watch of this.#watched.slice()) if (watch.path === path) watch.happened(file, kind);
  }

  /** Lets time pass and takes what is told. */
  wait(ms = 1000): void {
    this.clock.advance(ms);
  }

  /** `name: first-last/count` of every movie. */
  movies(): string[] {
    return this.catalogue.movies.map(({ name, first, last, count }) => `${name}: ${first}-${last}/${count}`);
  }

  /** `number@revision` of every frame of a movie. */
  frames(name: string): string {
    const log = this.catalogue.find(name);
    return Array.from({ length: log?.count ?? 0 }, (_, rank) => log?.nth(rank))
      .map((entry) => `${entry?.number}@${entry?.revision}`)
      .join(" ");
  }

  /** Takes what the main thread did not take. */
  takeAll(): void {
    for (let report = this.#untaken.shift(); report !== undefined; report = this.#untaken.shift())
      this.#take(report);
  }

  #receive(report: Report): void {
    if (this.#options.takes?.() === false) this.#untaken.push(report);
    else this.#take(report);
  }

  #take(report: Report): void {
    // As it crosses to another thread.
    const crossed = structuredClone(report);
    this.reports.push(crossed);
    for (const tell of this.catalogue.take(crossed.news)) tell();
    this.clock.defer(() => {
      this.#outbox.taken();
      this.tree.wake();
    });
  }

  #follow(movie: FrameLog): void {
    movie.watch((change) => {
      const number = "number" in change ? ` ${change.number}` : "";
      this.told.push(`${movie.name} ${change.kind}${number}`);
    });
  }

  readonly #watchFolder: WatchFolder = (path, happened) => {
    const watch = { path, happened };
    this.#watched.push(watch);
    return { close: () => void this.#watched.splice(this.#watched.indexOf(watch), 1) };
  };
}
