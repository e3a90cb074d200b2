import {
  type Client,
  type Frame,
  type ListedMovie,
  MutoscopeError,
  type PlayOptions,
  type Playback,
  readRaster,
} from "../../../client/index.ts";
import { FASTEST_RATE } from "../../base/rate.ts";
import { type Colours, drawHalfBlocks, fitted } from "./halfBlocks.ts";
import { type Action, KEYS_HELP } from "./keys.ts";
import { shallow } from "./raster.ts";
import type { Screen } from "./screen.ts";
import { statusLine } from "./statusLine.ts";
import { type Move, PAUSED, type Transport, turn } from "./transport.ts";

export type PlayerOptions = {
  readonly client: Pick<Client, "play" | "frame">;
  readonly movie: ListedMovie;
  readonly screen: Screen;
  readonly colours: Colours;
  /** Where it begins; the first frame, when undefined. */
  readonly from: number | "last" | undefined;
  /** Frames per second; the movie's, when undefined. */
  readonly fps: string | undefined;
  readonly loop: boolean;
  readonly priority: number | undefined;
};

/** Frames on their way: enough for a second's hiccup of the terminal to be seen as skips, and not as lag. */
const AHEAD = 2;

/** Where to go on: at a frame, or behind the one that is shown. */
type Place = { readonly start: number | "last" } | { readonly after: number } | undefined;

/**
 * A movie in a terminal. Each key that changes how it moves begins a playback of its own, or shows one exact
 * frame: what is on the screen is always the last of what was asked for last.
 */
export class Player {
  readonly #options: PlayerOptions;
  #transport: Transport = { ...PAUSED, speed: 1 };
  #frame: Frame | undefined;
  #picture: string[] = [];
  #playback: Playback | undefined;
  /** Counts what was begun: whatever comes of an older one is not shown. */
  #turns = 0;
  #skipped = 0;
  #priority: number | undefined;
  #notice: string | undefined;
  #quit: () => void = () => undefined;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#priority = options.priority;
  }

  /** Plays until `q`; where nobody can press it (`isWatched` false), until the movie is over. */
  async run({ isWatched }: { readonly isWatched: boolean }): Promise<void> {
    const quit = new Promise<void>((resolve) => (this.#quit = resolve));
    const { from } = this.#options;
    const played = this.#begin(from === undefined ? undefined : { start: from });
    await (isWatched ? quit : Promise.race([quit, played]));
    this.#turns += 1;
    // Who leaves does not wait for a server that may be gone.
    this.#playback?.stop().catch(() => undefined);
    if (!isWatched && this.#notice !== undefined)
      throw new MutoscopeError({ code: "PLAYBACK_ENDED", detail: this.#notice });
  }

  /** A key was pressed. */
  act(action: Action): void {
    const before = this.#transport;
    const { transport, move } = turn(before, action);
    this.#transport = transport;
    this.#notice = undefined;
    if (move?.kind === "quit") return this.#quit();
    if (move !== undefined) void this.#begin(this.#placeOf(move));
    else if (transport.speed !== before.speed) void this.#begin(this.#behind());
    else this.#show();
  }

  /** The terminal has another size. */
  resized(): void {
    const number = this.#frame?.number;
    if (this.#transport.speed !== 0) void this.#begin(this.#behind());
    else if (number !== undefined) void this.#begin({ start: number });
  }

  async #begin(place: Place): Promise<void> {
    this.#turns += 1;
    const isCurrent = (
      (mine) => (): boolean =>
        mine === this.#turns
    )(this.#turns);
    const old = this.#playback;
    this.#playback = undefined;
    // Its receipt is nobody's concern, nor why it could not end well.
    old?.stop().catch(() => undefined);
    try {
      if (this.#transport.speed !== 0) await this.#play(place, isCurrent);
      else await this.#still(place, isCurrent);
    } catch (error) {
      if (!(error instanceof MutoscopeError)) throw error;
      if (isCurrent()) this.#stopped(error.message);
    }
  }

  async #play(place: Place, isCurrent: () => boolean): Promise<void> {
    const { client, movie, loop, priority, screen } = this.#options;
    const { speed } = this.#transport;
    const options: PlayOptions = {
      contract: "paced",
      missing: "hold",
      fps: this.#fps(speed),
      direction: speed < 0 ? -1 : 1,
      loop,
      priority,
      ahead: AHEAD,
      ...this.#rendition(),
      ...place,
    };
    const playback = client.play(movie.name, options);
    this.#playback = playback;
    let last: number | undefined;
    for await (const frame of playback) {
      if (!isCurrent()) return;
      this.#count(frame, last, speed);
      last = frame.number;
      this.#take(frame);
      await screen.ready();
    }
    if (isCurrent()) this.#stopped(undefined);
  }

  async #still(place: Place, isCurrent: () => boolean): Promise<void> {
    if (place === undefined || "after" in place) return this.#show();
    const { client, movie, priority } = this.#options;
    const options = { missing: "hold", priority, ...this.#rendition() } as const;
    const frame = await client.frame(movie.name, place.start, options);
    if (isCurrent()) this.#take(frame);
  }

  #stopped(notice: string | undefined): void {
    this.#transport = { ...this.#transport, speed: 0 };
    this.#notice = notice;
    this.#show();
  }

  #placeOf(move: Exclude<Move, { readonly kind: "quit" }>): Place {
    const { first, last, newest, step } = this.#options.movie;
    const [lowest, highest] = [first ?? 0, newest ?? last ?? 0];
    if (move.kind === "end") return { start: move.which === "first" ? lowest : "last" };
    const wanted = move.kind === "go" ? move.frame : (this.#frame?.number ?? lowest) + move.frames * step;
    return { start: Math.min(Math.max(wanted, lowest), Math.max(highest, this.#frame?.number ?? highest)) };
  }

  /** At the end of a movie there is nothing behind: then it begins anew. */
  #behind(): Place {
    const { movie } = this.#options;
    const number = this.#frame?.number;
    if (number === undefined) return undefined;
    const { speed } = this.#transport;
    const isAtEnd = speed < 0 ? number === movie.first : number === movie.last;
    return isAtEnd && speed !== 0 ? undefined : { after: number };
  }

  #count(frame: Frame, last: number | undefined, speed: number): void {
    const passed = last === undefined ? 0 : (frame.number - last) * Math.sign(speed);
    this.#skipped += Math.max(Math.round(passed / this.#options.movie.step) - 1, 0);
  }

  #take(frame: Frame): void {
    const { screen, colours } = this.#options;
    this.#frame = frame;
    this.#picture = drawHalfBlocks(shallow(readRaster(frame)), screen.room, colours);
    this.#show();
  }

  #fps(speed: number): string | number {
    const { movie, fps } = this.#options;
    return Math.abs(speed) === 1 ? (fps ?? movie.fps) : this.#rate(speed);
  }

  /** Frames per second, as far as a server plays them. */
  #rate(speed: number): number {
    const [above = Number.NaN, below = 1] = (this.#options.fps ?? this.#options.movie.fps)
      .split("/")
      .map(Number);
    return Math.min((above / below) * Math.abs(speed), FASTEST_RATE);
  }

  /** As wide as it is shown: what cannot be seen is neither made nor sent. */
  #rendition(): { readonly rendition: { readonly format: "ppm"; readonly width?: number } } {
    const { movie, screen } = this.#options;
    const { width, height } = movie;
    if (width === null || height === null) return { rendition: { format: "ppm" } };
    return { rendition: { format: "ppm", width: fitted({ width, height }, screen.room).width } };
  }

  #show(): void {
    const { screen, movie } = this.#options;
    const { speed, typed, isHelpShown } = this.#transport;
    const frame = this.#frame;
    const status = statusLine(
      {
        movie: movie.title ?? movie.name,
        frame: frame?.number,
        first: movie.first,
        last: movie.last,
        fps: this.#rate(speed),
        speed,
        priority: this.#priority,
        skipped: this.#skipped,
        isSubstitute: frame?.substitute === true,
        typed,
        notice: this.#notice,
      },
      screen.room.columns,
    );
    screen.show(this.#picture, isHelpShown ? KEYS_HELP.join("  ").slice(0, screen.room.columns) : status);
  }
}
