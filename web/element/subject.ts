import { type Client, type LibraryChange, type ListedMovie, MutoscopeError } from "../../client/index.ts";
import { type Line, type LineListener, lineTo } from "./line.ts";
import type { Source } from "./source.ts";

/** Told of one movie. */
export interface SubjectListener {
  /** There is a connection: perhaps another server than before, on which nothing is as it was. */
  connected(client: Client): void;
  lost(): void;
  /** What is known of the movie, and again whenever something of it has changed. */
  known(movie: ListedMovie): void;
  /** The movie has left the library. */
  gone(): void;
  refused(error: MutoscopeError): void;
  /** Before what is known then. */
  changed(change: LibraryChange): void;
}

/** Between two looks, in milliseconds: a movie that is being made changes all the time. */
const PAUSE = 200;

/** Keeps what is known of one movie, as long as it is looked at. */
export class Subject implements LineListener {
  readonly movie: string;
  readonly #line: Line;
  readonly #listener: SubjectListener;
  #client: Client | undefined;
  #isLooking = false;
  #isStale = false;
  #isClosed = false;

  constructor({ server, movie }: Source, listener: SubjectListener) {
    this.movie = movie;
    this.#listener = listener;
    this.#line = lineTo(server);
  }

  get client(): Client | undefined {
    return this.#client;
  }

  open(): void {
    this.#line.join(this);
  }

  /** Nothing is told any more. */
  close(): void {
    this.#isClosed = true;
    this.#line.leave(this);
  }

  opened(client: Client): void {
    if (this.#isClosed) return;
    this.#client = client;
    this.#listener.connected(client);
    this.look();
  }

  lost(): void {
    if (!this.#isClosed) this.#listener.lost();
  }

  changed(change: LibraryChange): void {
    if (this.#isClosed) return;
    if (change.kind === "gone") this.#listener.gone();
    else this.#listener.changed(change);
    this.look();
  }

  /** Asks what is known of the movie now. */
  look(): void {
    this.#isStale = true;
    if (!this.#isLooking) void this.#look();
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#isStale && !this.#isClosed && this.#client !== undefined) {
      this.#isStale = false;
      await this.#ask(this.#client);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    this.#isLooking = false;
  }

  async #ask(client: Client): Promise<void> {
    try {
      const movie = await client.movie(this.movie);
      if (!this.#isClosed) this.#listener.known(movie);
    } catch (error) {
      if (!(error instanceof MutoscopeError)) throw error;
      if (this.#isClosed || this.#client !== client) return;
      if (error.retry) this.#isStale = true;
      // Without a connection there is no answer: the line looks for another one.
      else if (error.code === "MOVIE_NOT_FOUND") this.#listener.refused(error);
    }
  }
}
