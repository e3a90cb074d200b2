import { type Client, type LibraryChange, MutoscopeError, type Watch } from "../../client/index.ts";

/** Movies that one connection watches by themselves: the server has room for 16 watches. */
const NAMED_WATCHES = 12;

/** Told of one movie. A change that names none may be about any. */
export type Tell = (change: LibraryChange) => void;

/** Something may have happened: look at the movie anew. */
const MISSED: LibraryChange = {
  kind: "missed",
  movie: undefined,
  landed: "",
  revised: "",
  removed: "",
  partial: false,
  revision: undefined,
};

/** One watch of a connection: of a movie, or of all of them. */
type Entry = { readonly tells: Map<Tell, string>; watch: Watch | undefined };

/**
 * What several players want to be told of their movies, with as few watches of one client as that takes: one
 * for each
 * movie, and where there are too many of these, one of the whole library.
 */
export class Watchers {
  readonly #client: Client;
  readonly #failed: (error: MutoscopeError) => void;
  readonly #entries = new Map<string | undefined, Entry>();

  /** @param failed called when the client has given up */
  constructor(client: Client, failed: (error: MutoscopeError) => void) {
    this.#client = client;
    this.#failed = failed;
  }

  /** What is asked behind this call, is answered behind the first change that is told. */
  add(movie: string, tell: Tell): void {
    const isNamed = this.#entries.has(movie) || this.#entries.size < NAMED_WATCHES;
    this.#enter(isNamed ? movie : undefined, new Map([[tell, movie]]));
  }

  remove(tell: Tell): void {
    for (const [name, entry] of this.#entries) {
      if (!entry.tells.delete(tell) || entry.tells.size > 0) continue;
      this.#entries.delete(name);
      entry.watch?.close();
    }
  }

  #enter(name: string | undefined, tells: ReadonlyMap<Tell, string>): void {
    const known = this.#entries.get(name);
    if (known !== undefined) {
      for (const [tell, movie] of tells) known.tells.set(tell, movie);
      return;
    }
    const entry: Entry = { tells: new Map(tells), watch: undefined };
    this.#entries.set(name, entry);
    void this.#run(name, entry);
  }

  async #run(name: string | undefined, entry: Entry): Promise<void> {
    try {
      entry.watch = await this.#client.watch(name);
      if (entry.tells.size === 0) entry.watch.close();
      for await (const change of entry.watch) this.#tell(entry, change);
    } catch (error) {
      if (!(error instanceof MutoscopeError)) throw error;
      if (this.#entries.get(name) === entry) this.#entries.delete(name);
      if (!this.#client.isOpen) this.#failed(error);
      else if (name !== undefined) this.#watchAll(entry);
    }
  }

  /** A movie that is not there cannot be watched by its name: that it comes is told to who watches all. */
  #watchAll(entry: Entry): void {
    this.#enter(undefined, entry.tells);
    this.#tell(entry, MISSED);
  }

  #tell({ tells }: Entry, change: LibraryChange): void {
    for (const [tell, movie] of tells) if ((change.movie ?? movie) === movie) tell(change);
  }
}
