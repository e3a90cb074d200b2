import { join } from "node:path";
import { descriptionOf } from "../movieFile.ts";
import { type FileNames, fileNameAt, followsNumbers, isSameNaming } from "../fileNames.ts";
import { type FolderState, type TrackedMovie, frameOf } from "./folderState.ts";
import { type FoundSequence, findMovies, nameIn } from "./found.ts";
import { type FrameChanges, FrameTable, differenceOf } from "../frameTable.ts";
import { retable } from "./identities.ts";
import type { LeftOut } from "./listing.ts";
import { type Look, Looks, isOld, lookAt } from "./looks.ts";
import type { MovieId, MovieNews } from "./protocol.ts";
import type { Uncounted } from "./pageWalk.ts";
import { type KnownFiles, type Unreadable, stacksOf, unnumberedTiffs } from "./stacks.ts";

/** What bringing a folder's movies up to date depends on. */
export type RefreshOptions = {
  /** In ms since 1970; undefined where the disk's clock is not ours. */
  readonly now: number | undefined;
  /** How long two looks at a file lie apart, in ms. */
  readonly apart: number;
  /** Whether files that may be being written are waited for; without, every file counts. */
  readonly isPatient: boolean;
  /** Whether no file of the folder can be as new as two looks: then none is looked at. */
  readonly isSettled: boolean;
  /** When the folder last changed, in ms since 1970; undefined where nobody looked. */
  readonly changed: number | undefined;
  readonly newId: () => MovieId;
  readonly publish: (news: MovieNews) => void;
};

/**
 * Compares the files of a folder with its movies as they were told, and tells what became of them.
 * @returns files that are no frames although they could be, and files whose pages must be counted before it
 * is known what they are
 */
export function refreshMovies(
  state: FolderState,
  files: readonly string[],
  options: RefreshOptions,
): { readonly leftOut: readonly LeftOut[]; readonly uncounted: readonly Uncounted[] } {
  const held = heldBack(state);
  let still = without(files, held);
  let { found, leftOut } = findMovies(state.branch, state.place, still);
  if (options.isPatient && holdUnsettled(state, found, unnumberedTiffs(still), held, options)) {
    still = without(files, held);
    ({ found, leftOut } = findMovies(state.branch, state.place, still));
  }
  state.hasDoubles = leftOut.length > 0;
  let uncounted: readonly Uncounted[] = [];
  let keys: Iterable<string> = [];
  // Whoever writes a pattern says what the frames are.
  if (state.branch.pattern === undefined) {
    const sorted = stacksOf(still, found, knownFiles(state));
    ({ found, uncounted, unsure: keys } = sorted);
    leftOut = [...leftOut, ...sorted.unreadable.map((each) => leftOutOf(state, each))];
  }
  keepOnly(state, new Set([...keys, ...found.map(({ key }) => key)]), options);
  for (const sequence of found) {
    const movie = state.movies.get(sequence.key);
    if (movie === undefined) begin(state, sequence, options);
    else update(state, movie, sequence, options);
  }
  state.arrived.clear();
  return { leftOut, uncounted };
}

/** Movies that are not found any more are gone. */
function keepOnly(state: FolderState, keys: ReadonlySet<string>, { publish }: RefreshOptions): void {
  for (const [key, movie] of state.movies) {
    if (keys.has(key)) continue;
    state.movies.delete(key);
    publish({ kind: "gone", id: movie.id });
  }
}

function knownFiles(state: FolderState): KnownFiles {
  const { movies, looks, pages, place } = state;
  return {
    counts: pages,
    sizeOf: (file) => (looks?.has(file) === true ? undefined : lookAt(join(place.path, file))?.size),
    isMovie: (key) => movies.has(key),
    isFrame: (key, file) => movies.has(key) && frameOf(state, file)?.movie === movies.get(key),
  };
}

function leftOutOf({ place }: FolderState, { file, code, detail }: Unreadable): LeftOut {
  return { path: join(place.path, file), code, detail };
}

/** Files that lie there and are no frames yet: new ones that may be being written, and empty ones. */
function heldBack(state: FolderState): Set<string> {
  const held = new Set(state.empty);
  if (!state.isRead) return held;
  for (const file of state.looks?.files() ?? []) {
    // A frame stays what it is while it is written anew.
    if (frameOf(state, file) === undefined) held.add(file);
  }
  return held;
}

function without(files: readonly string[], held: ReadonlySet<string>): readonly string[] {
  return held.size === 0 ? files : files.filter((file) => !held.has(file));
}

/** Looks at the files that are new, and holds back those that may be being written: whether there are any. */
function holdUnsettled(
  state: FolderState,
  found: readonly FoundSequence[],
  others: readonly string[],
  held: Set<string>,
  { isSettled, now, apart }: RefreshOptions,
): boolean {
  if (!state.isRead && isSettled) return false;
  const before = held.size;
  const check = (file: string): void => {
    if (state.arrived.has(file) || state.pages.has(file)) return;
    const look = lookAt(join(state.place.path, file));
    if (look !== undefined && isOld(look, now, apart)) return keep(state, file, look);
    held.add(file);
    // What is not there any more will be told of, or seen at the next reading.
    if (look !== undefined) (state.looks ??= new Looks(state.place.path)).note(file);
  };
  for (const sequence of found) {
    for (const file of newFiles(state.movies.get(sequence.key), sequence)) check(file);
  }
  others.forEach(check);
  return held.size > before;
}

/** Only who polls needs to know again what was seen. */
function keep(state: FolderState, file: string, look: Look): void {
  if (state.isPolled) state.arrived.set(file, look);
}

function* newFiles(movie: TrackedMovie | undefined, { numbers, names }: FoundSequence): Generator<string> {
  const isKnown = movie !== undefined && isSameNaming(movie.names, names);
  let known: ReadonlySet<string> | undefined;
  for (const [index, number] of numbers.entries()) {
    const rank = movie?.table.rank(number) ?? 0;
    if (movie === undefined) yield fileNameAt(names, index, number);
    else if (movie.table.at(rank) !== number || !isKnown) {
      const file = fileNameAt(names, index, number);
      if (movie.table.at(rank) === number && fileNameAt(movie.names, rank, number) === file) continue;
      // Frames that are numbered by their order may have been others of the movie.
      known ??= filesOf(movie);
      if (!known.has(file)) yield file;
    }
  }
}

function filesOf({ table, names }: TrackedMovie): ReadonlySet<string> {
  const files = new Set<string>();
  if (followsNumbers(names)) return files;
  for (const [rank, number] of table.numbers.entries()) files.add(fileNameAt(names, rank, number));
  return files;
}

function begin(
  state: FolderState,
  sequence: FoundSequence,
  { newId, changed, publish }: RefreshOptions,
): void {
  const { key, bareName, extension, numbers, names, stamped, walk } = sequence;
  const { branch, place } = state;
  const id = newId();
  const table = new FrameTable(numbers, 0);
  const movie: TrackedMovie = { id, bareName, table, names, stamped, walk };
  if (state.isPolled) movie.identities = retable(undefined, movie, state.arrived);
  state.movies.set(key, movie);
  publish({
    kind: "found",
    id,
    target: branch.target,
    root: place.root,
    folder: place.path,
    inside: place.inside,
    name: nameIn(place, bareName, branch.ownName),
    extension,
    // The table keeps its own.
    numbers: numbers.slice(),
    names: copyOf(names),
    stamped,
    description: descriptionOf(state.description, bareName),
    changed,
    declared: branch.pattern?.range,
  });
}

function update(
  state: FolderState,
  movie: TrackedMovie,
  { numbers, names, walk }: FoundSequence,
  { publish }: RefreshOptions,
): void {
  movie.walk = walk;
  const isSame = isSameNaming(movie.names, names);
  const before = movie.table.numbers;
  const isOther = (old: number, now: number): boolean => {
    if (isSame) return false;
    const number = numbers[now] ?? 0;
    return fileNameAt(movie.names, old, number) !== fileNameAt(names, now, number);
  };
  const changes = differenceOf(before, numbers, isOther);
  if (isSame && isNothing(changes)) return;
  const identified =
    movie.identities === undefined ? undefined : { ...movie, table: new FrameTable(before.slice(), 0) };
  movie.table.change({ ...changes, revised: NONE });
  movie.names = names;
  if (state.isPolled) movie.identities = retable(identified, movie, state.arrived);
  if (isNothing(changes) && followsNumbers(names)) return;
  publish({ kind: "changed", id: movie.id, changes, names: isSame ? undefined : copyOf(names) });
}

const NONE = new Float64Array(0);

export function isNothing({ landed, revised, removed }: FrameChanges): boolean {
  return landed.length + revised.length + removed.length === 0;
}

/** What is posted to another thread is gone here. */
function copyOf(names: FileNames): FileNames {
  if (names.kind !== "bytes") return names;
  return { kind: "bytes", bytes: names.bytes.slice(), ends: names.ends.slice() };
}
