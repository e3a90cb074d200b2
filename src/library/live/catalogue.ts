import { assert, assertNever, present } from "../../base/assert.ts";
import type { Unsubscribe } from "../../base/diagnostics.ts";
import { formatOf } from "../formats.ts";
import type { Catalogue, CatalogueChange, FrameLog, LogChange, ScanProgress } from "../log.ts";
import { type MovieDescription, overlay } from "../movieDescription.ts";
import { SequenceLog } from "../sequence.ts";
import { fileNameAt } from "../fileNames.ts";
import type { FrameChanges } from "../frameTable.ts";
import { type Named, Naming } from "./naming.ts";
import type { FoundMovie, MovieId, MovieNews } from "./protocol.ts";

/** What a catalogue depends on. */
export type LiveCatalogueOptions = {
  /** What was said of movies by their names, beside what lies beside their frames. */
  readonly settings: ReadonlyMap<string, MovieDescription>;
  /** Whether frames that are declared are waited for. */
  readonly canGrow: boolean;
};

/** A movie of the tree, and its log when it has a name. */
type Movie = Named & {
  readonly found: Omit<FoundMovie, "numbers" | "names">;
  /** What lies beside its frames. */
  description: MovieDescription;
  log: SequenceLog;
  /** Under which name the log is in the catalogue; undefined while it is in none. */
  name: string | undefined;
};

/** Movies that come and go while they are served. */
export class LiveCatalogue implements Catalogue {
  progress: ScanProgress = { isComplete: false, folders: 0, movies: 0, frames: 0 };
  readonly #canGrow: boolean;
  #settings: LiveCatalogueOptions["settings"];
  readonly #movies = new Map<MovieId, Movie>();
  readonly #naming = new Naming<Movie>();
  readonly #byName = new Map<string, SequenceLog>();
  /** In order. */
  readonly #sorted: SequenceLog[] = [];
  #snapshot: readonly SequenceLog[] | undefined;
  readonly #listeners = new Set<(change: CatalogueChange) => void>();
  /**
   * The revision of the frames of a movie that comes: above those of all that went, because one of them may
   * have had its name.
   */
  #revision = 1;

  constructor(options: LiveCatalogueOptions) {
    this.#canGrow = options.canGrow;
    this.#settings = options.settings;
  }

  get movies(): readonly FrameLog[] {
    return (this.#snapshot ??= this.#sorted.slice());
  }

  find(name: string): FrameLog | undefined {
    return this.#byName.get(name);
  }

  /** Under which name a movie of the tree is known; undefined when it is gone. */
  nameOf(id: MovieId): string | undefined {
    return this.#movies.get(id)?.name;
  }

  watch(listener: (change: CatalogueChange) => void): Unsubscribe {
    const own = (change: CatalogueChange): void => listener(change);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Other things are said of movies by their names from now on. */
  describeByName(settings: LiveCatalogueOptions["settings"]): void {
    const before = this.#settings;
    this.#settings = settings;
    for (const movie of this.#movies.values()) {
      const { name } = movie;
      if (name !== undefined && (before.has(name) || settings.has(name))) this.#describe(movie, name);
    }
  }

  /**
   * Brings the movies up to date. Who watches a movie is told frame by frame, through the calls that are
   * yielded: there may be very many.
   */
  *take(news: readonly MovieNews[]): Generator<() => void> {
    for (const each of news) yield* this.#takeOne(each);
    this.#settleNames();
  }

  *#takeOne(news: MovieNews): Generator<() => void> {
    switch (news.kind) {
      case "found":
        return this.#found(news);
      case "gone":
        return this.#gone(news.id);
      case "described":
        return this.#described(news.id, news.description);
      case "changed": {
        const { log } = this.#movieOf(news.id);
        const before = log.state;
        log.applyChange(news.changes, news.names);
        if (log.isWatched) yield* tellings(log, news.changes);
        return tellState(log, before);
      }
      default:
        return assertNever(news);
    }
  }

  #found({ numbers, names, ...found }: FoundMovie): void {
    const { id, extension, root, folder, stamped } = found;
    const file = fileNameAt(names, 0, numbers[0] ?? 0);
    const place = {
      name: found.name,
      format: present(formatOf(file), `a movie's files have no format: ${extension}`),
      root,
      folder,
      stamped,
      changed: found.changed,
      canGrow: this.#canGrow,
    };
    const log = new SequenceLog(place, { numbers, names, revision: this.#revision });
    const { target, inside } = found;
    const only = names.kind === "pages" ? file : "";
    const named: Named = { target, inside, wanted: found.name, extension, stamped, file: only };
    const movie: Movie = { ...named, found, description: found.description, log, name: undefined };
    assert(!this.#movies.has(id), "a movie was found twice");
    this.#movies.set(id, movie);
    this.#naming.add(movie);
  }

  #gone(id: MovieId): void {
    const movie = this.#movieOf(id);
    this.#movies.delete(id);
    this.#naming.remove(movie);
    if (movie.name !== undefined) this.#leave(movie);
  }

  #described(id: MovieId, description: MovieDescription): void {
    const movie = this.#movieOf(id);
    movie.description = description;
    if (movie.name !== undefined) this.#describe(movie, movie.name);
  }

  #describe(movie: Movie, name: string): void {
    const before = movie.log.state;
    movie.log.describe(this.#descriptionOf(movie, name));
    tellState(movie.log, before);
  }

  /** Gives the names that follow from what is there now. First go those that lose theirs. */
  #settleNames(): void {
    const renamed = this.#naming.settle().filter(({ item, name }) => item.name !== name);
    for (const { item } of renamed) if (item.name !== undefined) this.#leave(item);
    for (const { item, name } of renamed) this.#enter(item, name);
  }

  #enter(movie: Movie, name: string): void {
    const { found, log } = movie;
    const isFresh = log.name === name && log.highestRevision === this.#revision;
    if (!isFresh) movie.log = log.renamed(name, this.#revision);
    movie.name = name;
    movie.log.describe(this.#descriptionOf(movie, name));
    assert(!this.#byName.has(name), `two movies of the library are named ${found.name}`);
    this.#byName.set(name, movie.log);
    this.#sorted.splice(this.#place(name), 0, movie.log);
    this.#snapshot = undefined;
    this.#tell({ kind: "added", movie: movie.log });
  }

  #leave(movie: Movie): void {
    const name = present(movie.name, "a movie without a name leaves the catalogue");
    const { log } = movie;
    movie.name = undefined;
    this.#revision = Math.max(this.#revision, log.highestRevision + 1);
    this.#byName.delete(name);
    this.#sorted.splice(this.#place(name), 1);
    this.#snapshot = undefined;
    log.tell({ kind: "gone" });
    this.#tell({ kind: "gone", movie: log });
  }

  #tell(change: CatalogueChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** A pattern's range goes before the settings, these before what lies beside the frames. */
  #descriptionOf({ description, found }: Movie, name: string): MovieDescription {
    return overlay(overlay(description, this.#settings.get(name)), found.declared);
  }

  /** Where a name stands or would stand, by code units: the same order whatever the system's language. */
  #place(name: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle]?.name ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #movieOf(id: MovieId): Movie {
    return present(this.#movies.get(id), "news of a movie that was not found");
  }
}

/** A log that is as long as it was declared to be, or no longer is, tells so once. */
function tellState(log: SequenceLog, before: FrameLog["state"]): void {
  if (before === "live" && log.state === "recorded") log.tell({ kind: "ended" });
}

/** Changes told in one call: each goes to everyone who watches the movie. */
const TOLD_AT_ONCE = 256;

function* tellings(log: SequenceLog, { removed, landed, revised }: FrameChanges): Generator<() => void> {
  const lists = [
    ["removed", removed],
    ["landed", landed],
    ["revised", revised],
  ] as const;
  for (const [kind, numbers] of lists) {
    for (let start = 0; start < numbers.length; start += TOLD_AT_ONCE) {
      const some = numbers.subarray(start, start + TOLD_AT_ONCE);
      yield () => {
        for (const number of some) log.tell({ kind, number } as LogChange);
      };
    }
  }
}
