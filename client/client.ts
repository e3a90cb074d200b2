import type { ListedMovie } from "../src/wire/websocket/movieFields.ts";
import { DEFAULT_LISTED } from "../src/wire/websocket/protocol.ts";
import { MutoscopeError } from "./error.ts";
import { type FrameOptions, type PlayOptions, frameScript, playScript, readAhead } from "./options.ts";
import { Playback } from "./playback.ts";
import type { Frame } from "./shelf.ts";
import type { Switchboard } from "./switchboard.ts";
import type { Watch } from "./watch.ts";

export type ListOptions = {
  /** Part of a name or title, in whichever case. */
  readonly search?: string;
  /** How many are left out at the beginning. Default: 0. */
  readonly offset?: number;
  /** How many are listed, up to 1000. Default: 100. */
  readonly limit?: number;
};

export type MovieList = {
  readonly movies: readonly ListedMovie[];
  /** How many fit the search. */
  readonly total: number;
  readonly offset: number;
  /** The library is still being looked through: there may be more. */
  readonly scanning: boolean;
};

/**
 * One connection to Mutoscope, with as many playbacks as are wanted. When it breaks another one is made, and
 * everything goes on where it was. Made by `connect`.
 */
export class Client {
  readonly #switchboard: Switchboard;
  readonly #priority: number;

  /** @param priority of playbacks that say nothing */
  constructor(switchboard: Switchboard, priority: number) {
    this.#switchboard = switchboard;
    this.#priority = priority;
  }

  /** Whether there is a connection now; without one, what is asked waits for the next. */
  get isOpen(): boolean {
    return this.#switchboard.isOpen;
  }

  /** What the server calls itself: its name and version. */
  get server(): string {
    return this.#switchboard.welcome?.server ?? "";
  }

  /** Plays a movie. @throws MutoscopeError for options that cannot be */
  play(movie: string, options: PlayOptions = {}): Playback {
    const script = playScript(movie, options, this.#priority);
    return new Playback(this.#open(), script, readAhead(options));
  }

  /** One exact frame, or the newest there is. @throws MutoscopeError */
  async frame(movie: string, frame: number | "last", options: FrameOptions = {}): Promise<Frame> {
    const script = frameScript(movie, frame, options, this.#priority);
    const playback = new Playback(this.#open(), script, 1);
    const result = await playback.next();
    if (result.done === true) {
      const detail = `found nothing for frame ${frame} of ${movie}, expected a picture`;
      throw new MutoscopeError({ code: "FRAME_MISSING", detail });
    }
    // What may fail behind it is of no use to anybody: the frame is whole.
    playback.next().catch(() => undefined);
    return result.value;
  }

  async movies({ search, offset = 0, limit = DEFAULT_LISTED }: ListOptions = {}): Promise<MovieList> {
    const { questions } = this.#open();
    const answer = await questions.ask<"movies">((request) => ({
      type: "movies",
      request,
      search,
      offset,
      limit,
    }));
    const { movies, total, scanning } = answer;
    return { movies, total, offset, scanning };
  }

  /** @throws MOVIE_NOT_FOUND */
  async movie(name: string): Promise<ListedMovie> {
    const { questions } = this.#open();
    const answer = await questions.ask<"movie">((request) => ({ type: "movie", request, movie: name }));
    return answer.movie;
  }

  /**
   * Tells what happens in the library, or to one movie, from when this has resolved. After a new
   * connection it
   * says `missed`.
   */
  async watch(movie?: string): Promise<Watch> {
    return this.#open().watches.add(movie);
  }

  /** Ends everything: loops over frames that still run throw `CLIENT_CLOSED`. May be called twice. */
  close(): void {
    this.#switchboard.close();
  }

  #open(): Switchboard {
    const { error } = this.#switchboard;
    if (error === undefined) return this.#switchboard;
    throw new MutoscopeError({ code: error.code, detail: error.message, cause: error });
  }
}
