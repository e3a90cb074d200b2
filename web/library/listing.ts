import type { ListedMovie } from "../../client/index.ts";

/** A movie of the list, as the server tells it. */
export type Movie = ListedMovie & {
  readonly url: string;
  /** The movie's revision when frames of it were last other ones than before; landed ones are no others. */
  readonly drawn?: string;
};

/** What is listed, and how. */
export type Choice = { readonly search: string; readonly sort: string };

/** One answer of the server. */
export type Page = {
  readonly total: number;
  readonly scanning: boolean;
  readonly movies: readonly Movie[];
};

/** Asks for movies from `offset` on. @throws when there is no answer, or the signal says so */
export type Ask = (choice: Choice, offset: number, limit: number, signal: AbortSignal) => Promise<Page>;

/** Movies asked for at once: a screen or two. */
export const PAGE = 100;

/** Where the last question had no answer, the next one waits so long, in milliseconds. */
const AGAIN = 2_000;

/** Pages that are kept: whoever scrolls back is shown at once what was there. */
const KEPT = 40;

/**
 * The movies of one choice, of which only those are asked for that are looked at. What is not known yet is
 * undefined.
 */
export class Listing {
  readonly choice: Choice;
  readonly #ask: Ask;
  readonly #changed: () => void;
  readonly #pages = new Map<number, readonly Movie[]>();
  readonly #asked = new Map<number, AbortController>();
  /** Pages that have to be asked for anew; what is known of them is shown meanwhile. */
  readonly #stale = new Set<number>();
  #total: number | undefined;
  #scanning = false;
  #failed = false;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(choice: Choice, ask: Ask, changed: () => void) {
    this.choice = choice;
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Undefined before the first answer. */
  get total(): number | undefined {
    return this.#total;
  }

  get isScanning(): boolean {
    return this.#scanning;
  }

  /** Whether the last question had no answer. */
  get isFailed(): boolean {
    return this.#failed;
  }

  at(index: number): Movie | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Asks for what is not known of these, and gives up what nobody looks at any more. */
  look(first: number, last: number): void {
    if (this.#waiting !== undefined) return;
    const wanted = new Set<number>();
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) wanted.add(page);
    for (const [page, controller] of this.#asked) if (!wanted.has(page)) controller.abort();
    for (const page of wanted) {
      if (!this.#pages.has(page) || this.#stale.has(page)) void this.#load(page);
    }
    this.#forget(wanted);
  }

  /** Something has changed: what is looked at is asked for anew. */
  refresh(): void {
    for (const page of this.#pages.keys()) this.#stale.add(page);
  }

  /** A movie's numbers are others now. @returns it as it is here; undefined where it is not known */
  patch(name: string, change: Partial<Movie>): Movie | undefined {
    for (const [page, movies] of this.#pages) {
      const index = movies.findIndex((movie) => movie.name === name);
      const movie = movies[index];
      if (movie === undefined) continue;
      const patched = { ...movie, ...change };
      this.#pages.set(page, movies.with(index, patched));
      this.#changed();
      return patched;
    }
    return undefined;
  }

  close(): void {
    clearTimeout(this.#waiting);
    for (const controller of this.#asked.values()) controller.abort();
  }

  async #load(page: number): Promise<void> {
    if (this.#asked.has(page)) return;
    const controller = new AbortController();
    this.#asked.set(page, controller);
    try {
      const { total, scanning, movies } = await this.#ask(this.choice, page * PAGE, PAGE, controller.signal);
      this.#total = total;
      this.#scanning = scanning;
      this.#failed = false;
      this.#pages.set(
        page,
        movies.map((movie) => this.#withDrawn(movie)),
      );
      this.#stale.delete(page);
    } catch {
      this.#failed = !controller.signal.aborted;
      if (this.#failed) this.#waitAWhile();
    } finally {
      this.#asked.delete(page);
    }
    if (!controller.signal.aborted) this.#changed();
  }

  // A server that is gone refuses at once, and would be asked as fast as it does.
  #waitAWhile(): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      this.#waiting = undefined;
      this.#changed();
    }, AGAIN);
  }

  // What has not changed since it was last told of has the pictures that it had.
  #withDrawn(movie: Movie): Movie {
    for (const movies of this.#pages.values()) {
      const known = movies.find(({ name }) => name === movie.name);
      const isSame = known !== undefined && known.revision === movie.revision;
      if (isSame) return { ...movie, drawn: known.drawn ?? movie.revision };
    }
    return { ...movie, drawn: movie.revision };
  }

  // Those that were asked for first go first.
  #forget(wanted: ReadonlySet<number>): void {
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= KEPT) return;
      if (!wanted.has(page)) this.#pages.delete(page);
    }
  }
}
