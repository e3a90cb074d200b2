import { statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { type Ms, after } from "../../base/units.ts";
import { systemCode } from "../place.ts";
import { Agenda } from "./agenda.ts";
import { describeMovies, isDescribedAnew } from "./description.ts";
import { PageCounting } from "./counting.ts";
import { type FolderIdentity, type FolderState, newFolder } from "./folderState.ts";
import { type FolderPlace, type LeftOut, type Listing, listFolder } from "./listing.ts";
import type { Verdicts } from "./looks.ts";
import { type Mount, mountOf } from "./mounts.ts";
import { fingerprintOf } from "./polling.ts";
import type { Branch, MovieNews, PartProgress } from "./protocol.ts";
import { refreshMovies } from "./refresh.ts";
import { applyVerdicts } from "./verdicts.ts";
import { NOT_OURS, type WatchOptions, Watches } from "./watches.ts";

/** What reading folders depends on. */
export type FolderOptions = WatchOptions & {
  readonly clock: Clock;
  /** The time of files, in ms since 1970. */
  readonly wallTime: () => number;
  /** How often polled folders are looked at, at most. */
  readonly pollInterval: Ms;
  /** How many pages a TIFF file has. */
  readonly countPages: (path: string) => Promise<number>;
  /** Pages were counted: something is to do. */
  readonly counted: () => void;
  /** Movies are numbered from here on. */
  readonly firstId: number;
};

/** How long two looks at a file that may be being written lie apart, in milliseconds. */
export const LOOKS_APART = 150;

/** Events of one change come in swarms: a folder is read, or a file looked at, this long after the first. */
export const QUIET = 20;

/**
 * A folder's reading may take this share of the thread's time: one that took 1 s is read every 4 s at most.
 */
export const SHARE = 1 / 4;

/** Links between a few folders can make endlessly many names for them; no tree of movies is as wide. */
const MOST_FOLDERS = 100_000;

/** The folders that one thread looks through: reads them, and tells what became of their movies. */
export class Folders {
  readonly agenda = new Agenda();
  readonly counting: PageCounting;
  readonly #options: FolderOptions;
  readonly #roots = new Set<FolderState>();
  /** Not read yet; the last comes next. */
  readonly #unread: FolderState[] = [];
  readonly #watches: Watches;
  #mounts: readonly Mount[] = [];
  #nextId: number;
  #progress = { branches: 0, folders: 0, movies: 0, frames: 0 };
  #known = 0;
  #isFull = false;

  constructor(options: FolderOptions) {
    this.#options = options;
    this.#nextId = options.firstId;
    this.#watches = new Watches(options);
    this.counting = new PageCounting({
      count: options.countPages,
      counted: (state, isNew) => {
        // What was found is held back until then: it is not kept waiting.
        state.readableAt = options.clock.now();
        if (isNew) this.readSoon(state, 0);
      },
      idle: options.counted,
    });
  }

  get progress(): PartProgress {
    return { ...this.#progress };
  }

  /** How many folders the system watches for us. */
  get watches(): number {
    return this.#watches.count;
  }

  get unread(): number {
    return this.#unread.length;
  }

  get polled(): ReadonlySet<FolderState> {
    return this.#watches.polled;
  }

  /** Whether there is anything to notice once everything has been read. */
  get isWatching(): boolean {
    return this.#options.watching === "auto" || this.#options.watching === "poll";
  }

  add(branch: Branch): void {
    const root = newFolder(branch, branch.place);
    this.#roots.add(root);
    this.#progress.branches++;
    this.#unread.push(root);
  }

  /** Forgets a branch, which is no longer there. */
  prune(path: string): void {
    for (const root of this.#roots) {
      if (root.place.path !== path) continue;
      this.#roots.delete(root);
      this.#drop(root);
    }
  }

  close(): void {
    for (const root of this.#roots) this.#drop(root, { quietly: true });
    this.#roots.clear();
    this.#unread.length = 0;
  }

  /** The mounts have changed: folders in which one came or went are read again. */
  set mounts(mounts: readonly Mount[]) {
    const points = new Set(this.#mounts.map(({ point, type }) => `${point} ${type}`));
    const changed = mounts
      .filter(({ point, type }) => !points.delete(`${point} ${type}`))
      .map(({ point }) => point);
    const all = [...changed, ...Array.from(points, (point) => point.slice(0, point.lastIndexOf(" ")))];
    this.#mounts = mounts;
    if (all.length === 0) return;
    const parents = new Set(all.map((point) => join(point, "..")));
    for (const state of this.each()) {
      if (parents.has(state.place.chain.at(-1) ?? "")) this.readSoon(state, 0);
    }
  }

  /** How far apart two looks at a file lie: a file server's answers may be some seconds old. */
  looksApart({ branch }: FolderState): number {
    return branch.polled === undefined ? LOOKS_APART : Math.max(LOOKS_APART, this.#options.pollInterval);
  }

  /** The time that files of a folder are compared with; undefined where the clock is not ours. */
  fileTime({ branch }: FolderState): number | undefined {
    return branch.polled === undefined ? this.#options.wallTime() : undefined;
  }

  /** Has a folder read again after `delay`, but not so often that this is all that is done. */
  readSoon(state: FolderState, delay: number): void {
    if (state.isClosed) return;
    const now = this.#options.clock.now();
    const time = after(now, delay);
    this.agenda.read(state, time < state.readableAt ? state.readableAt : time);
  }

  /** Reads the next folder that was not read yet. */
  readNext(): void {
    const state = this.#unread.pop();
    if (state !== undefined) state.isQueued = false;
    if (state !== undefined && !state.isClosed) this.read(state);
  }

  /** Reads a folder, and tells what is not as it was. */
  read(state: FolderState): void {
    const { clock } = this.#options;
    const started = clock.now();
    this.#try(state, () => {
      this.#replace(state);
      // Before it is read, so that nothing is missed in between.
      if (this.isWatching) this.#watches.begin(state);
      const { mtimeMs } = statSync(state.place.path);
      this.#take(state, this.#list(state), mtimeMs);
    });
    const ended = clock.now();
    state.cost = ended - started;
    state.readableAt = after(ended, state.cost * (1 / SHARE - 1));
  }

  /**
   * Reads a folder if it holds other names than when it was read last. What became of its files is another's.
   */
  poll(state: FolderState): void {
    if (!state.isRead) return this.read(state);
    this.#try(state, () => {
      const listing = this.#list(state);
      const isSame = fingerprintOf(listing) === state.fingerprint;
      if (!isSame || isDescribedAnew(state, listing.isDescribed)) this.#take(state, listing, Infinity);
    });
  }

  #list({ place, branch }: FolderState): Listing {
    const mayWait = (path: string): boolean =>
      branch.polled === undefined && this.#pollingAt(path) !== undefined;
    return listFolder(place, mayWait);
  }

  /** Whoever lists a folder meets the world: what it says is told of the folder. */
  #try(state: FolderState, reading: () => void): void {
    try {
      reading();
    } catch (error) {
      if (!(error instanceof Error) || !("syscall" in error)) throw error;
      this.#unreadable(state, systemCode(error));
    }
  }

  /** Another folder may have taken its place: its frames are others, whatever their names. */
  #replace(state: FolderState): void {
    const { dev, ino } = statSync(state.place.path);
    const isOther = state.identity !== undefined && !isSame(state.identity, { dev, ino });
    // On other machines' disks folders may be numbered anew at any time.
    if (isOther && state.branch.polled === undefined) {
      this.#empty(state);
      this.#watches.end(state);
    }
    state.identity = { dev, ino };
  }

  /** What a folder holds is compared with what was known of it. */
  #take(state: FolderState, listing: Listing, mtimeMs: number): void {
    const time = this.fileTime(state);
    const apart = this.looksApart(state);
    const publish = (news: MovieNews): void => this.#publish(news);
    const described = describeMovies(state, listing.isDescribed, publish);
    const before = sizeOf(state);
    const { leftOut, uncounted } = refreshMovies(state, listing.files, {
      now: time,
      apart,
      isPatient: this.isWatching,
      changed: Number.isFinite(mtimeMs) ? mtimeMs : undefined,
      isSettled: time === undefined || mtimeMs <= time - 2 * apart,
      newId: () => this.#nextId++,
      publish,
    });
    this.#count(before, sizeOf(state));
    this.#leaveOut(state, [...listing.leftOut, ...described, ...leftOut]);
    this.counting.ask(state, uncounted);
    this.#below(state, state.branch.pattern === undefined ? listing.folders : []);
    if (!state.isRead) this.#progress.folders++;
    if (!state.isRead) state.readSince = time === undefined ? undefined : time - 2 * apart;
    state.isRead = true;
    state.fingerprint = state.isPolled ? fingerprintOf(listing) : 0;
    if (state.looks !== undefined) this.agenda.look(state, after(this.#options.clock.now(), QUIET));
  }

  /** Files of a folder were looked at. */
  judge(state: FolderState, verdicts: Verdicts): void {
    const before = sizeOf(state);
    const settled = Array.from(verdicts.settled, ([file, { size }]) => ({ file, size }));
    // What was counted of a file that has been written anew since.
    this.counting.ask(
      state,
      settled.filter(({ file }) => state.pages.has(file)),
    );
    if (applyVerdicts(state, verdicts, (news) => this.#publish(news))) this.readSoon(state, 0);
    this.#count(before, sizeOf(state));
  }

  #publish(news: MovieNews): void {
    this.#options.outbox.add(news);
  }

  /** Told once each, and again after it was right for a while. */
  #leaveOut(state: FolderState, entries: readonly LeftOut[]): void {
    const told = new Set(entries.map(({ path, code }) => `${path} ${code}`));
    const isNew = ({ path, code }: LeftOut): boolean => !state.leftOut.has(`${path} ${code}`);
    this.#options.outbox.leaveOut(entries.filter(isNew));
    state.leftOut = told;
  }

  #unreadable(state: FolderState, code: string): void {
    const detail = `the folder could not be read: ${code}`;
    this.#leaveOut(state, [{ path: state.place.path, code: "LIBRARY_UNREADABLE", detail }]);
    const isOurs = !NOT_OURS.has(code);
    if (!isOurs) this.#empty(state);
    // Of a folder below, the one above it is told; what lies above a root is not ours to watch.
    if (!this.isWatching || (state.above !== undefined && !isOurs)) return;
    this.#watches.end(state);
    this.readSoon(state, this.#options.pollInterval);
  }

  #empty(state: FolderState): void {
    const before = sizeOf(state);
    for (const { id } of state.movies.values()) this.#publish({ kind: "gone", id });
    state.movies.clear();
    state.pages.clear();
    this.#count(before, sizeOf(state));
    for (const below of state.below.values()) this.#drop(below);
    state.below.clear();
    for (const path of state.elsewhere) this.#options.outbox.prune(path);
    state.elsewhere = new Set();
    if (state.isRead) this.#progress.folders--;
    state.isRead = false;
  }

  /**
   * Brings the folders below up to date: new ones are read later, those that went are dropped with all
   * theirs.
   */
  #below(state: FolderState, folders: Listing["folders"]): void {
    const names = new Set(folders.map(({ name }) => name));
    for (const [name, below] of state.below) {
      if (names.has(name) && isStill(below)) continue;
      state.below.delete(name);
      this.#drop(below);
    }
    const elsewhere = new Set<string>();
    for (const { name, ...place } of folders.toReversed()) {
      const polled =
        state.branch.polled === undefined ? this.#pollingAt(place.chain.at(-1) ?? "") : undefined;
      if (polled !== undefined) {
        elsewhere.add(place.path);
        if (!state.elsewhere.has(place.path)) this.#options.outbox.branch({ ...state.branch, place, polled });
      } else this.#enter(state, name, place);
    }
    for (const path of state.elsewhere) if (!elsewhere.has(path)) this.#options.outbox.prune(path);
    state.elsewhere = elsewhere;
  }

  #enter(above: FolderState, name: string, place: FolderPlace): void {
    const known = above.below.get(name);
    if (known !== undefined) {
      if (!known.isRead && !known.isQueued) this.readSoon(known, 0);
      return;
    }
    if (this.#known >= MOST_FOLDERS) return this.#tooMany(place);
    this.#known++;
    const below = newFolder(above.branch, place, above);
    above.below.set(name, below);
    this.#unread.push(below);
  }

  #tooMany({ path }: FolderPlace): void {
    if (this.#isFull) return;
    this.#isFull = true;
    const detail = `found more than ${MOST_FOLDERS} folders: the rest is not looked at`;
    this.#options.outbox.leaveOut([{ path, code: "LIBRARY_UNREADABLE", detail }]);
  }

  /** Why a path is polled, whatever the system says of it. */
  #pollingAt(path: string): string | undefined {
    return mountOf(this.#mounts, path)?.polled;
  }

  #drop(state: FolderState, { quietly = false } = {}): void {
    this.#watches.end(state);
    state.isClosed = true;
    state.looks = undefined;
    this.agenda.remove(state);
    this.#known--;
    if (state.isRead) this.#progress.folders--;
    this.#count(sizeOf(state), { movies: 0, frames: 0 });
    if (!quietly) {
      for (const { id } of state.movies.values()) this.#publish({ kind: "gone", id });
      for (const path of state.elsewhere) this.#options.outbox.prune(path);
    }
    for (const below of state.below.values()) this.#drop(below, { quietly });
  }

  #count(before: Size, now: Size): void {
    this.#progress.movies += now.movies - before.movies;
    this.#progress.frames += now.frames - before.frames;
  }

  /** All folders, those above first. */
  *each(): Generator<FolderState> {
    const waiting = [...this.#roots];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      yield state;
      waiting.push(...state.below.values());
    }
  }
}

type Size = { readonly movies: number; readonly frames: number };

function sizeOf({ movies }: FolderState): Size {
  let frames = 0;
  for (const { table } of movies.values()) frames += table.count;
  return { movies: movies.size, frames };
}

/** Whether a path still leads to the folder that was read: another one may have taken its place. */
function isStill({ place, identity }: FolderState): boolean {
  if (identity === undefined) return true;
  return isSame(identity, statSync(place.path, { throwIfNoEntry: false }));
}

function isSame(identity: FolderIdentity, found: FolderIdentity | undefined): boolean {
  return found !== undefined && found.dev === identity.dev && found.ino === identity.ino;
}
