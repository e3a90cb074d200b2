import { assert } from "../../base/assert.ts";
import type { Clock } from "../../base/clock.ts";
import { events } from "../../base/events.ts";
import { type MonotonicMs, Ms } from "../../base/units.ts";
import type { MovieDescription } from "../movieDescription.ts";
import { LiveCatalogue } from "./catalogue.ts";
import { ChangeCounts } from "./changeCounts.ts";
import { mountOf, readMounts } from "./mounts.ts";
import { Part } from "./part.ts";
import type { Branch, PartProgress, Report, Watching } from "./protocol.ts";

/** What a library that is looked through depends on. */
export type LookingOptions = {
  readonly clock: Clock;
  readonly watching: Watching;
  readonly pollInterval: Ms;
  /** What was said of movies by their names. */
  readonly settings: ReadonlyMap<string, MovieDescription>;
};

/** Threads for network mounts: a mount that hangs stops its thread, and only those mounts that share it. */
const MOST_MOUNT_THREADS = 4;

/** Movies of one thread; more than there are files on any disk. */
const IDS_OF_A_PART = 2 ** 40;

/** How long ending a thread may take: one that waits for a dead mount does not hear of it. */
const CLOSING = Ms(1000);

type PartState = {
  /** How many it was told to look through. */
  branches: number;
  readonly part: Part;
  progress: PartProgress;
  isScanned: boolean;
  isDead: boolean;
};

/**
 * The threads that look through a library, and the catalogue that they fill: one thread for the disks of this
 * machine, others for network mounts, so that one that hangs holds up nobody else.
 */
export class Looking {
  readonly catalogue: LiveCatalogue;
  readonly scanned: Promise<void>;
  readonly #options: LookingOptions;
  readonly #parts: PartState[] = [];
  /** Of each network mount, by the folder that it is mounted on. */
  readonly #mountParts = new Map<string, PartState>();
  readonly #counts: ChangeCounts;
  readonly #started: MonotonicMs;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #local: PartState | undefined;
  /** Reports are dealt with one after the other. */
  readonly #reports: { readonly state: PartState; readonly report: Report }[] = [];
  #underWay: Generator<() => void> | undefined;
  #isClosed = false;

  constructor(branches: readonly Branch[], options: LookingOptions) {
    const { clock, watching, settings } = options;
    this.#options = options;
    this.#started = clock.now();
    this.catalogue = new LiveCatalogue({ settings, canGrow: watching !== "off" });
    this.#counts = new ChangeCounts(clock);
    this.scanned = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // A death is told by an event, too: nobody has to wait for this.
    this.scanned.catch(() => undefined);
    this.catalogue.watch(({ kind, movie }) => {
      if (!this.catalogue.progress.isComplete) return;
      const channel = kind === "added" ? events.movieAdded : events.movieGone;
      channel.publish({ movie: movie.name });
    });
    for (const branch of branches) this.#add(branch);
  }

  /** Ends all threads and watches. May be called twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#counts.stop();
    const ended = Promise.all(this.#parts.map(({ part }) => part.close()));
    await Promise.race([ended, wait(CLOSING)]);
  }

  #add(branch: Branch): void {
    const state = branch.polled === undefined ? (this.#local ??= this.#begin()) : this.#partOf(branch);
    state.branches++;
    state.part.add(branch);
  }

  #partOf({ place }: Branch): PartState {
    const point = mountOf(readMounts(), place.chain.at(-1) ?? place.path)?.point ?? "/";
    const known = this.#mountParts.get(point);
    if (known !== undefined) return known;
    const count = this.#mountParts.size;
    const shared = [...this.#mountParts.values()][count % MOST_MOUNT_THREADS];
    const state = count < MOST_MOUNT_THREADS || shared === undefined ? this.#begin() : shared;
    this.#mountParts.set(point, state);
    return state;
  }

  #begin(): PartState {
    const { watching, pollInterval } = this.#options;
    const firstId = this.#parts.length * IDS_OF_A_PART;
    const state: PartState = {
      part: new Part(
        { firstId, watching, pollInterval },
        { report: (report) => this.#reported(state, report), died: (error) => this.#died(state, error) },
      ),
      branches: 0,
      progress: { branches: 0, folders: 0, movies: 0, frames: 0 },
      isScanned: false,
      isDead: false,
    };
    this.#parts.push(state);
    return state;
  }

  #reported(state: PartState, report: Report): void {
    this.#reports.push({ state, report });
    if (this.#underWay === undefined) this.#goOn();
  }

  /** Deals with one report, or with the rest of one: a little in a turn, and others' turns in between. */
  #goOn(): void {
    if (this.#isClosed) return;
    const [first] = this.#reports;
    if (first === undefined) return;
    const { state, report } = first;
    this.#underWay ??= this.catalogue.take(report.news);
    const { done, value: tell } = this.#underWay.next();
    if (done === true) {
      this.#underWay = undefined;
      this.#reports.shift();
      this.#taken(state, report);
    } else tell();
    if (this.#reports.length > 0) this.#options.clock.defer(() => this.#goOn());
  }

  #taken(
    state: PartState,
    { news, leftOut, unwatched, branches, pruned, progress, isScanned }: Report,
  ): void {
    for (const entry of leftOut) events.entryLeftOut.publish(entry);
    for (const entry of unwatched) events.folderUnwatched.publish(entry);
    if (this.catalogue.progress.isComplete) this.#counts.add(news, this.catalogue);
    for (const branch of branches) this.#add(branch);
    for (const path of pruned) for (const { part } of this.#mountParts.values()) part.prune(path);
    state.progress = progress;
    state.isScanned = isScanned;
    this.#updateProgress();
    if (!state.isDead) state.part.taken();
  }

  #updateProgress(): void {
    const sum = (of: (progress: PartProgress) => number): number =>
      this.#parts.reduce((total, { progress }) => total + of(progress), 0);
    const { isComplete: wasComplete } = this.catalogue.progress;
    const isComplete = wasComplete || this.#parts.every(isThrough);
    const counts = {
      folders: sum(({ folders }) => folders),
      movies: sum(({ movies }) => movies),
      frames: sum(({ frames }) => frames),
    };
    this.catalogue.progress = { isComplete, ...counts };
    if (wasComplete || !isComplete) return;
    const ms = Math.round(this.#options.clock.now() - this.#started);
    events.libraryScanned.publish({ ...counts, ms });
    this.#settle?.resolve();
    for (const { part } of this.#parts) part.unref();
    const { watching } = this.#options;
    // Nothing more will be looked at.
    if (watching === "off" || watching === "once") void this.close();
  }

  /**
   * What was found stays; what changes there is no longer seen. A thread that began anew would only die
   * again.
   */
  #died(state: PartState, error: Error): void {
    assert(!state.isDead, "a thread of the library died twice");
    state.isDead = true;
    events.workerDied.publish({ detail: `the library is no longer watched: ${error.message}` });
    this.#settle?.reject(error);
  }
}

function wait(duration: Ms): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration).unref());
}

/**
 * Whether a thread has looked through everything that it was told of: it may not have heard of the last yet.
 */
function isThrough({ isScanned, progress, branches }: PartState): boolean {
  return isScanned && progress.branches === branches;
}
