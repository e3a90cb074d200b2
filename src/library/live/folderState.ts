import { MonotonicMs } from "../../base/units.ts";
import type { MovieFile } from "../movieFile.ts";
import { labelOf } from "../names.ts";
import { compareStamps } from "../digits.ts";
import { type FileNames, fileNameAt } from "../fileNames.ts";
import type { FrameTable } from "../frameTable.ts";
import type { FolderPlace, LeftOut } from "./listing.ts";
import type { Look, Looks } from "./looks.ts";
import type { PageCounts, SizeWalk } from "./pageWalk.ts";
import type { Branch, MovieId } from "./protocol.ts";
import type { FolderWatcher } from "./watcher.ts";

/** A movie as the thread that watches it knows it. */
export type TrackedMovie = {
  readonly id: MovieId;
  /** Without its folder's name. */
  readonly bareName: string;
  readonly table: FrameTable;
  names: FileNames;
  readonly stamped: boolean;
  /** What is known of the pages of its files, where these are TIFFs. */
  walk?: SizeWalk | undefined;
  /** Of each frame's file, by rank, where the folder is polled: NaN while it has not been looked at. */
  identities?: Float64Array | undefined;
};

/** Which folder it is, whatever it is called: one that takes the place of another is another. */
export type FolderIdentity = { readonly dev: number; readonly ino: number };

/** A folder as the thread that watches it knows it. */
export type FolderState = {
  readonly branch: Branch;
  readonly place: FolderPlace;
  readonly above: FolderState | undefined;
  readonly below: Map<string, FolderState>;
  /** Network mounts directly in it, which another thread looks through. */
  elsewhere: ReadonlySet<string>;
  /** By name, extension and kind of numbers. */
  readonly movies: Map<string, TrackedMovie>;
  description: MovieFile;
  /** What the description's file looked like when it was read; undefined without one. */
  descriptionIdentity: number | undefined;
  descriptionFaults: readonly LeftOut[];
  /** Whether it has been read. */
  isRead: boolean;
  /** Whether it waits to be read for the first time. */
  isQueued: boolean;
  isClosed: boolean;
  identity: FolderIdentity | undefined;
  watcher: FolderWatcher | undefined;
  isPolled: boolean;
  /**
   * Since when files that are polled may have changed without being looked at; undefined where nobody knows.
   */
  readSince: number | undefined;
  /** Files that may be being written; undefined while there are none. */
  looks: Looks | undefined;
  /** New files that have become still since the folder was last read, as they were seen then. */
  readonly arrived: Map<string, Look>;
  /** Files without a byte: no frames until something happens to them. */
  readonly empty: Set<string>;
  /** Pages of TIFF files, and whose are to be counted. */
  readonly pages: PageCounts;
  readonly uncounted: Set<string>;
  hasNewPages: boolean;
  /** Whether a file lies here that is no frame because of others, and would be one without them. */
  hasDoubles: boolean;
  /**
   * More happened than could be noted, from this time on (ms since 1970): what changed since is looked for.
   */
  unsureSince: number | undefined;
  /** What was told of as left out, so that it is told once. */
  leftOut: ReadonlySet<string>;
  /** What it held when it was polled last. */
  fingerprint: number;
  /** How long reading it took, in milliseconds, and before when it is not read again. */
  cost: number;
  readableAt: MonotonicMs;
  /** When it is read again because something changed, and when its files are looked at. */
  readAt: MonotonicMs | undefined;
  looksAt: MonotonicMs | undefined;
  /** Its place among the folders that wait for either. */
  agenda: number;
};

export function newFolder(branch: Branch, place: FolderPlace, above?: FolderState): FolderState {
  return {
    branch,
    place,
    above,
    below: new Map(),
    elsewhere: new Set(),
    movies: new Map(),
    description: {},
    descriptionIdentity: undefined,
    descriptionFaults: [],
    isRead: false,
    isQueued: true,
    isClosed: false,
    identity: undefined,
    watcher: undefined,
    isPolled: false,
    readSince: undefined,
    looks: undefined,
    arrived: new Map(),
    empty: new Set(),
    pages: new Map(),
    uncounted: new Set(),
    hasNewPages: false,
    hasDoubles: false,
    unsureSince: undefined,
    leftOut: new Set(),
    fingerprint: 0,
    cost: 0,
    readableAt: MonotonicMs(0),
    readAt: undefined,
    looksAt: undefined,
    agenda: -1,
  };
}

/** The frame that a file is: its movie, and its rank in it. */
export type FramePlace = { readonly movie: TrackedMovie; readonly rank: number };

/** Looks a file up among the frames of a folder. */
export function frameOf({ movies }: Pick<FolderState, "movies">, file: string): FramePlace | undefined {
  for (const movie of movies.values()) {
    const rank = movie.stamped ? rankOfStamp(movie, file) : rankOfNumber(movie, file);
    if (rank !== undefined) return { movie, rank };
  }
  return undefined;
}

const DIGITS = /[0-9]+/g;
const STAMP = /[0-9]{16,}/g;

/** The number is one of the runs in the name, with a sign or without. */
function rankOfNumber({ table, names }: TrackedMovie, file: string): number | undefined {
  if (names.kind === "pages") return names.file === file && table.count > 0 ? 0 : undefined;
  if (names.kind === "pattern" && names.others.size === 0 && !file.startsWith(names.before)) return undefined;
  for (const [run] of file.matchAll(DIGITS)) {
    for (const number of [Number(run), -Number(run)]) {
      const rank = table.rank(number);
      if (table.at(rank) === number && fileNameAt(names, rank, number) === file) return rank;
    }
  }
  return undefined;
}

/** The stamps are in order, although the frames' numbers say nothing of them. */
function rankOfStamp(movie: TrackedMovie, file: string): number | undefined {
  const { table, names } = movie;
  const stamp = labelOf(file);
  if (stamp === undefined) return undefined;
  // Which of several stamps the order is by cannot be seen from one name.
  if ([...file.matchAll(STAMP)].length > 1) return rankBySearch(movie, file);
  let low = 0;
  let high = table.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const name = fileNameAt(names, middle, table.at(middle) ?? 0);
    if (name === file) return middle;
    if (compareStamps(labelOf(name) ?? "", stamp) < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

function rankBySearch({ table, names }: TrackedMovie, file: string): number | undefined {
  for (let rank = 0; rank < table.count; rank++) {
    if (fileNameAt(names, rank, table.at(rank) ?? 0) === file) return rank;
  }
  return undefined;
}
