import type { MutoscopeError, PlaybackReceipt } from "../../client/index.ts";
import type { Kept } from "./asking.ts";
import { type Arrival, Feed } from "./feed.ts";
import { type Direction, beginning, lengthOf } from "./route.ts";
import type { Sight } from "./stills.ts";
import { type Wishes, fpsText, framesPerSecond } from "./wishes.ts";

/** How long nothing comes before people are told, in milliseconds. */
const STARVING = 300;

export interface RunnerOwner {
  /** A frame is due: it is to be painted now. The owner releases its picture. */
  played(arrival: Arrival, lateness: number): void;
  /** Frames come, after none did. */
  recovered(): void;
  starved(): void;
  ended(): void;
  failed(error: MutoscopeError, next: number): void;
  received(receipt: PlaybackReceipt): void;
  skipped(frames: number): void;
  /** From now on turns of the display are to be told. */
  wake(): void;
}

export type Start = {
  readonly sight: Sight;
  readonly wishes: Wishes;
  readonly frame: number;
  /** The one that is shown, if it is this movie's. */
  readonly shown: number | undefined;
};

/** Whether a movie runs, and which way: from one frame that is due to the next. */
export class Runner {
  readonly #owner: RunnerOwner;
  readonly #kept: Kept;
  #feed: Feed | undefined;
  /** There is one frame, and it is shown: nothing has to come. */
  #isStanding = false;
  #isStarving = false;
  #isEndless = false;
  #isBound = false;
  #heading: Direction | undefined;
  #period = 0;
  #paintedAt = 0;

  constructor(owner: RunnerOwner, kept: Kept) {
    this.#owner = owner;
    this.#kept = kept;
  }

  /** Whether turns of the display are to be told. */
  get isRunning(): boolean {
    return this.#feed !== undefined || this.#isStanding;
  }

  /** Whether nothing has come for a while, or not yet. */
  get isStarving(): boolean {
    return this.#isStarving;
  }

  /** Whether the server was told where it ends. */
  get isBound(): boolean {
    return this.#isBound;
  }

  start({ sight, wishes, frame: wanted, shown }: Start): void {
    this.stop();
    const { asking, route, timeline } = sight;
    const { range, bounce, contract } = wishes;
    // Whoever goes to and fro goes on the way that it went.
    const direction = (bounce ? this.#heading : undefined) ?? sight.direction;
    const isInside = wanted >= route.first && wanted <= route.last;
    const frame = isInside ? wanted : beginning(route, direction);
    this.#isBound = range !== undefined || bounce;
    this.#period = 1000 / framesPerSecond(wishes, timeline);
    this.#paintedAt = performance.now();
    this.#isStarving = true;
    this.#isEndless = route.atEnd !== "stop";
    this.#isStanding = lengthOf(route) === 1 && shown === frame && !timeline.isLive;
    if (!this.#isStanding) {
      const options = {
        asking,
        contract,
        route,
        place: { frame, direction },
        from: this.#isBound ? route.first : undefined,
        to: this.#isBound ? route.last : undefined,
        isShown: shown === frame,
        fps: fpsText(wishes, timeline),
        rate: framesPerSecond(wishes, timeline),
      };
      this.#feed = new Feed(options, this.#owner, this.#kept);
      this.#feed.start();
    }
    this.#owner.wake();
  }

  stop(): void {
    this.#feed?.stop();
    this.#feed = undefined;
    this.#isStanding = false;
    this.#isStarving = false;
  }

  /** The next start goes the way that is wished. */
  turnRound(): void {
    this.#heading = undefined;
  }

  prioritize(priority: number): void {
    this.#feed?.prioritize(priority);
  }

  /** @param now as `performance.now()` */
  turn(now: number): void {
    if (this.#isStanding) return this.#stand();
    const feed = this.#feed;
    if (feed === undefined) return;
    const due = feed.take(now);
    this.#owner.skipped(feed.takeSkipped());
    const since = now - this.#paintedAt;
    if (due !== undefined) this.#play(due.item, due.late, now);
    else if (feed.isOver && since >= this.#period) this.#end();
    else if (!feed.isOver && since > this.#period + STARVING && !this.#isStarving) this.#starve();
  }

  #play(arrival: Arrival, lateness: number, now: number): void {
    this.#paintedAt = now;
    this.#heading = arrival.place.direction;
    this.#owner.played(arrival, lateness);
    this.#recover();
  }

  #stand(): void {
    this.#recover();
    if (this.#isEndless) this.#isStanding = false;
    else this.#end();
  }

  #recover(): void {
    if (!this.#isStarving) return;
    this.#isStarving = false;
    this.#owner.recovered();
  }

  #end(): void {
    this.stop();
    this.#owner.ended();
  }

  #starve(): void {
    this.#isStarving = true;
    this.#owner.starved();
  }
}
