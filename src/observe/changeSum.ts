import type { Clock, Timer } from "../base/clock.ts";
import { type Ms, after } from "../base/units.ts";

/** How many frames of a movie changed in a short time. */
export type MovieChange = {
  readonly movie: string;
  readonly landed: number;
  readonly revised: number;
  readonly removed: number;
};

/** How many frames of how many movies changed in an interval. */
export type ChangedMovies = Omit<MovieChange, "movie"> & { readonly movies: number };

/** Adds up what changed in all movies, and tells it once an interval: a farm lands frames by the thousand. */
export class ChangeSum {
  readonly #clock: Clock;
  readonly #interval: Ms;
  readonly #tell: (sum: ChangedMovies) => void;
  readonly #movies = new Set<string>();
  #frames = { landed: 0, revised: 0, removed: 0 };
  #timer: Timer | undefined;

  constructor(clock: Clock, interval: Ms, tell: (sum: ChangedMovies) => void) {
    this.#clock = clock;
    this.#interval = interval;
    this.#tell = tell;
  }

  add({ movie, landed, revised, removed }: MovieChange): void {
    this.#movies.add(movie);
    this.#frames.landed += landed;
    this.#frames.revised += revised;
    this.#frames.removed += removed;
    this.#timer ??= this.#clock.at(after(this.#clock.now(), this.#interval), () => this.flush());
  }

  /** Tells what was added up, without waiting for the interval's end. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#movies.size > 0) this.#tell({ movies: this.#movies.size, ...this.#frames });
    this.#movies.clear();
    this.#frames = { landed: 0, revised: 0, removed: 0 };
  }
}
