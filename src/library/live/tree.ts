import { basename, join } from "node:path";
import { statSync } from "node:fs";
import type { Timer } from "../../base/clock.ts";
import { type MonotonicMs, after } from "../../base/units.ts";
import { formatOf } from "../formats.ts";
import { MOVIE_FILE } from "../movieFile.ts";
import { fileNameAt } from "../fileNames.ts";
import { type FolderState } from "./folderState.ts";
import { type FolderOptions, Folders, LOOKS_APART, QUIET, SHARE } from "./folders.ts";
import { Looks, lookAt } from "./looks.ts";
import type { Mount } from "./mounts.ts";
import { pollFrames } from "./polling.ts";
import type { Branch, PartProgress } from "./protocol.ts";

/** What a tree depends on. */
export type TreeOptions = Omit<FolderOptions, "happened" | "counted"> & {
  /** The mounts of the machine, as they are now; empty where they cannot be told. */
  readonly mounts: () => readonly Mount[];
};

/** Work in one turn, in milliseconds; then events and messages are seen to. */
const TURN = 20;

/** Files of one folder that are waited for. Beyond it the whole folder is looked through. */
const MOST_LOOKS = 65_536;

/** How long the first scan waits for files that it found being written: two looks, with time to spare. */
const SCAN_PATIENCE = 2 * LOOKS_APART + 10 * QUIET;

/** Events that the kernel keeps for us unless told otherwise (max_queued_events); it drops what is beyond. */
const MOST_EVENTS = 16_384;

/** How exactly a disk keeps times, at worst: FAT counts in 2 s. */
const TIME_GRAIN = 2000;

/**
 * The folders and movies of one thread, over time: reads all folders once, and then those in which something
 * happened. It blocks where the disk does, so it belongs in a thread of its own. It works in turns of some
 * milliseconds, and looks for no more news than are taken.
 */
export class LibraryTree {
  readonly #options: TreeOptions;
  readonly #folders: Folders;
  #poll: { readonly pass: Generator<void>; readonly started: MonotonicMs } | undefined;
  #pollAt: MonotonicMs;
  #scanEndsAt: MonotonicMs | undefined;
  #isScanned = false;
  #isClosed = false;
  #isTurnAsked = false;
  /**
   * Events since other things were seen to: as many as the kernel keeps may be only some of those there were.
   */
  #burst = 0;
  /** When events were last known to have been seen, in ms since 1970: at the end of a turn they wait. */
  #seenAt: number;
  #timer: Timer | undefined;

  constructor(options: TreeOptions) {
    this.#options = options;
    this.#seenAt = options.wallTime();
    this.#folders = new Folders({
      ...options,
      happened: (state, name, kind) => this.#happened(state, name, kind),
      counted: () => this.wake(),
    });
    this.#folders.mounts = options.mounts();
    this.#pollAt = after(options.clock.now(), options.pollInterval);
  }

  get progress(): PartProgress {
    return this.#folders.progress;
  }

  /** How many folders the system watches for us. */
  get watches(): number {
    return this.#folders.watches;
  }

  get isScanned(): boolean {
    return this.#isScanned;
  }

  /** Whether pages of TIFF files are being counted, which waits for the disk. */
  get isCounting(): boolean {
    return this.#folders.counting.isBusy;
  }

  add(branch: Branch): void {
    this.#folders.add(branch);
    this.#isScanned = false;
    this.#scanEndsAt = undefined;
    this.wake();
  }

  /** Forgets a branch, which is no longer there. */
  prune(path: string): void {
    this.#folders.prune(path);
    this.wake();
  }

  /** Ends all watches. May be called twice. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#folders.close();
  }

  /** Takes a turn soon: something is to do, or there is room for news. */
  wake(): void {
    if (this.#isTurnAsked || this.#isClosed) return;
    this.#isTurnAsked = true;
    this.#options.clock.defer(() => this.#turn());
  }

  #turn(): void {
    this.#isTurnAsked = false;
    if (this.#isClosed) return;
    const { clock, outbox, wallTime } = this.#options;
    this.#seenAt = wallTime();
    const end = after(clock.now(), TURN);
    // With a full outbox the next turn comes when some of it was taken.
    let isMore = true;
    do {
      if (outbox.isFull) break;
      isMore = this.#step();
    } while (isMore && clock.now() < end);
    if (!isMore) this.#endScan();
    outbox.flush(this.progress, this.#isScanned);
    if (isMore && !outbox.isFull) this.wake();
    else if (!isMore) this.#sleep();
  }

  #sleep(): void {
    const { clock } = this.#options;
    this.#timer?.cancel();
    const scanEnd = this.#isScanned ? Infinity : (this.#scanEndsAt ?? Infinity);
    const poll = this.#folders.isWatching ? this.#pollAt : Infinity;
    const next = Math.min(this.#folders.agenda.next, poll, scanEnd);
    if (next !== Infinity) this.#timer = clock.at(next as MonotonicMs, () => this.wake());
  }

  /** Does the most pressing thing there is to do. @returns whether there was any */
  #step(): boolean {
    const now = this.#options.clock.now();
    const due = this.#folders.agenda.take(now);
    if (due !== undefined) {
      if (due.what === "look") this.#look(due.state);
      else this.#read(due.state);
    } else if (this.#folders.unread > 0) this.#folders.readNext();
    else if (this.#poll !== undefined) this.#goOnPolling(this.#poll);
    else if (this.#folders.isWatching && now >= this.#pollAt) this.#startPolling(now);
    else return false;
    return true;
  }

  #read(state: FolderState): void {
    const since = state.unsureSince;
    state.unsureSince = undefined;
    this.#folders.read(state);
    if (since !== undefined && !state.isClosed) this.#lookForChanges(state, since);
  }

  /** Something happened in a folder. Events only note what is to be looked at; there may be very many. */
  #happened(state: FolderState, name: string | undefined, kind: "rename" | "change"): void {
    if (state.isClosed) return;
    this.#countEvent();
    if (name === undefined) this.#unsure(state);
    else if (formatOf(name) !== undefined && !name.startsWith(".")) this.#note(state, name);
    else if (name === MOVIE_FILE || this.#concernsFolder(state, name, kind))
      this.#folders.readSoon(state, QUIET);
    this.wake();
  }

  #countEvent(): void {
    if (this.#burst++ === 0) this.#options.clock.defer(() => (this.#burst = 0));
    if (this.#burst === MOST_EVENTS) for (const state of this.#folders.each()) this.#unsure(state);
  }

  #note(state: FolderState, file: string): void {
    const looks = (state.looks ??= new Looks(state.place.path));
    if (looks.count >= MOST_LOOKS && !looks.has(file)) return this.#unsure(state);
    looks.note(file);
    this.#folders.agenda.look(state, after(this.#options.clock.now(), QUIET));
  }

  #unsure(state: FolderState): void {
    state.unsureSince ??= this.#seenAt;
    this.#folders.readSoon(state, QUIET);
  }

  /** Programs put all sorts of files beside their frames: only folders and links are worth a reading. */
  #concernsFolder(state: FolderState, name: string, kind: "rename" | "change"): boolean {
    const below = state.below.get(name);
    if (below !== undefined) {
      if (!below.isRead) this.#folders.readSoon(below, QUIET);
      return true;
    }
    // What happens to a watched folder itself is told under its own name.
    if (name === basename(state.place.path)) {
      if (state.above !== undefined) this.#folders.readSoon(state.above, QUIET);
      return true;
    }
    if (kind === "change" || name.startsWith(".")) return false;
    return isFolder(join(state.place.path, name));
  }

  #look(state: FolderState): void {
    const { looks } = state;
    if (looks === undefined) return;
    const apart = this.#folders.looksApart(state);
    this.#folders.judge(state, looks.round(this.#folders.fileTime(state), apart));
    if (looks.count > 0) this.#folders.agenda.look(state, after(this.#options.clock.now(), apart));
    else state.looks = undefined;
  }

  /** Finds the frames whose files changed after a time, where that was not told file by file. */
  #lookForChanges(state: FolderState, since: number): void {
    for (const movie of state.movies.values()) {
      const { table, names } = movie;
      for (const [rank, number] of table.numbers.entries()) {
        const file = fileNameAt(names, rank, number);
        const look = lookAt(join(state.place.path, file));
        if (look !== undefined && look.ctimeMs >= since - TIME_GRAIN) this.#note(state, file);
      }
    }
  }

  #startPolling(now: MonotonicMs): void {
    this.#folders.mounts = this.#options.mounts();
    if (this.#folders.polled.size > 0) this.#poll = { pass: this.#pollPass(), started: now };
    else this.#pollAt = after(now, this.#options.pollInterval);
  }

  #goOnPolling({ pass, started }: { readonly pass: Generator<void>; readonly started: MonotonicMs }): void {
    if (pass.next().done !== true) return;
    this.#poll = undefined;
    const now = this.#options.clock.now();
    const pause = Math.max(this.#options.pollInterval, (now - started) * (1 / SHARE - 1));
    this.#pollAt = after(now, pause);
  }

  *#pollPass(): Generator<void> {
    for (const state of Array.from(this.#folders.polled)) {
      if (state.isClosed) continue;
      this.#folders.poll(state);
      yield;
      const changed = (file: string): void => this.#note(state, file);
      const vanished = (): void => this.#folders.readSoon(state, 0);
      yield* pollFrames(state, { changed, vanished, readSince: state.readSince });
    }
  }

  #endScan(): void {
    if (this.#isScanned || this.#folders.unread > 0 || this.#folders.counting.isBusy) return;
    const now = this.#options.clock.now();
    this.#scanEndsAt ??= after(now, SCAN_PATIENCE);
    // Files that were being written when they were found are worth a moment, and not more.
    this.#isScanned = this.#folders.agenda.next === Infinity || now >= this.#scanEndsAt;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    // A link that leads nowhere, or round.
    return false;
  }
}
