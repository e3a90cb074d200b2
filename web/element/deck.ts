import type { Client, LibraryChange, ListedMovie, MutoscopeError } from "../../client/index.ts";
import type { DeckListener, DeckState } from "./deckEvents.ts";
import type { Arrival } from "./feed.ts";
import { type Route, advance, beginning, lengthOf } from "./route.ts";
import { Runner } from "./runner.ts";
import type { Source } from "./source.ts";
import { Stats } from "./stats.ts";
import { type Shown, type Sight, Stills } from "./stills.ts";
import { Subject } from "./subject.ts";
import { Timeline } from "./timeline.ts";
import { type Wishes, askingOf, directionOf, frameAfter, isPlayedAlike, routeOf, startOf } from "./wishes.ts";
import { isOfFrame } from "./words.ts";

/** Plays one movie: knows which frame is wanted, and when the next is due. */
export class Deck {
  readonly stats = new Stats();
  readonly stills: Stills;
  readonly #runner: Runner;
  readonly #listener: DeckListener;
  #wishes: Wishes;
  #subject: Subject | undefined;
  #client: Client | undefined;
  #movie: ListedMovie | undefined;
  #timeline: Timeline | undefined;
  #wanted: number | undefined;
  #state: DeckState = "connecting";
  #isPaused = true;
  #isEnded = false;
  #isSeeking = false;
  #isPreview = false;
  #isAimed = false;
  /** What is shown is to be looked at anew, when it is known what there is. */
  #isStale = false;
  #hiddenSince: number | undefined;

  constructor(listener: DeckListener, wishes: Wishes) {
    this.#listener = listener;
    this.#wishes = wishes;
    this.stills = new Stills({
      sight: (options) => this.#sight(options),
      isSeeking: () => this.#isSeeking,
      isIdle: () => !this.#runner.isRunning && this.#hiddenSince === undefined && this.#state !== "removed",
      show: (shown) => this.#show(shown),
      arrived: () => this.#arrived(),
      failed: (error) => this.#failed(error),
      progressed: () => this.#listener.tell("progress"),
    });
    this.#runner = new Runner(
      {
        played: (arrival, lateness) => this.#played(arrival, lateness),
        recovered: () => this.#recovered(),
        starved: () => this.#starved(),
        ended: () => this.#ended(),
        failed: (error, next) => this.#runFailed(error, next),
        received: (receipt) => this.stats.received(receipt),
        skipped: (frames) => this.stats.skipped(frames),
        wake: () => this.#listener.wake(),
      },
      this.stills.kept,
    );
  }

  get movie(): ListedMovie | undefined {
    return this.#movie;
  }

  get timeline(): Timeline | undefined {
    return this.#timeline;
  }

  /** What is played, and in which order. */
  get route(): Route | undefined {
    return this.#timeline === undefined ? undefined : routeOf(this.#wishes, this.#timeline);
  }

  /** The frame that is looked for, or shown when none is. */
  get wanted(): number | undefined {
    return this.#wanted;
  }

  get state(): DeckState {
    return this.#state;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get isSeeking(): boolean {
    return this.#isSeeking;
  }

  get isStarving(): boolean {
    return this.#runner.isStarving;
  }

  /** Whether turns of the display are to be told. */
  get isRunning(): boolean {
    return this.#runner.isRunning;
  }

  /** @param start the frame to begin with; undefined is where the movie begins */
  open(source: Source, start: number | undefined): void {
    this.close();
    this.#wanted = start;
    this.#turn("connecting");
    this.#subject = new Subject(source, {
      connected: (client) => this.#connected(client),
      lost: () => this.#turn(this.#timeline === undefined ? "connecting" : "reconnecting"),
      known: (movie) => this.#known(movie),
      gone: () => this.#gone(),
      refused: (error) => this.#refused(error),
      changed: (change) => this.#changed(change),
    });
    this.#subject.open();
  }

  /** Lets go of everything. May be called twice. */
  close(): void {
    this.#subject?.close();
    this.#subject = undefined;
    this.#runner.stop();
    this.stills.close();
    this.#movie = undefined;
    this.#timeline = undefined;
    this.#client = undefined;
    this.#wanted = undefined;
    this.#isPaused = true;
    this.#isEnded = false;
    this.#isSeeking = false;
    this.#isStale = false;
    this.stats.clear();
  }

  /** Something is wanted otherwise. */
  wish(wishes: Wishes): void {
    const before = this.#wishes;
    const keyBefore = this.#sight()?.asking.key;
    this.#wishes = wishes;
    const isOtherPicture = this.#sight()?.asking.key !== keyBefore;
    if (directionOf(before) !== directionOf(wishes)) this.#runner.turnRound();
    const isOtherPolicy = wishes.missing !== before.missing;
    // What stood in for a missing frame is not what would do so now.
    if (isOtherPolicy) this.stills.forget();
    if (!this.#runner.isRunning) {
      if (isOtherPicture || isOtherPolicy) this.#aimAgain();
      else this.stills.look();
    } else if (isOtherPicture || !isPlayedAlike(before, wishes)) this.#run();
    else if (wishes.priority !== before.priority) this.#runner.prioritize(wishes.priority);
  }

  play(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#listener.tell("play");
    const { route } = this;
    if (route === undefined || this.#wanted === undefined) return;
    const direction = directionOf(this.#wishes);
    const isInside = this.#wanted >= route.first && this.#wanted <= route.last;
    const isAtEnd = advance(route, { frame: this.#wanted, direction }, 1) === undefined;
    if (!isInside || (isAtEnd && lengthOf(route) > 1)) this.seek(beginning(route, direction));
    else if (!this.#isSeeking) this.#run();
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#runner.stop();
    if (!this.#isSeeking) this.#wanted = this.stills.shown?.number ?? this.#wanted;
    this.#listener.tell("timeupdate");
    this.#listener.tell("pause");
    this.stills.look();
  }

  /** Goes to a frame. @param isPreview a small picture will do: another seek follows */
  seek(number: number, { isPreview = false } = {}): void {
    this.#isEnded = false;
    if (this.#timeline === undefined) {
      this.#wanted = number;
      return;
    }
    this.#runner.stop();
    this.#wanted = this.#timeline.clamp(number);
    this.#isPreview = isPreview;
    this.#isSeeking = true;
    this.#listener.tell("seeking");
    // What is asked for in one go is one seek; and who listens from now on hears of its end.
    if (this.#isAimed) return;
    this.#isAimed = true;
    queueMicrotask(() => {
      this.#isAimed = false;
      this.#aimAgain();
    });
  }

  /** The display's turn. @param now as `performance.now()` */
  turn(now: number): void {
    this.#runner.turn(now);
  }

  /** Nobody sees it any more. */
  hide(now: number): void {
    if (this.#hiddenSince !== undefined) return;
    this.#hiddenSince = now;
    this.#runner.stop();
    this.stills.rest();
  }

  /** It is seen again: goes on where it would be, or where it was when nothing is to be skipped. */
  reveal(now: number): void {
    const since = this.#hiddenSince;
    this.#hiddenSince = undefined;
    const { route } = this;
    const frame = this.#wanted;
    if (since === undefined || route === undefined || frame === undefined || this.#isSeeking) return;
    if (this.#isPaused) return this.stills.look();
    if (this.#wishes.contract === "all" || this.#timeline === undefined) return this.#run();
    this.#wanted = frameAfter(now - since, frame, this.#wishes, this.#timeline);
    this.#aimAgain();
  }

  #sight({ isPreview }: { readonly isPreview: boolean } = { isPreview: false }): Sight | undefined {
    const [client, movie, timeline] = [this.#client, this.#movie, this.#timeline];
    if (client === undefined || movie === undefined || timeline === undefined) return undefined;
    const { name, width, missingPolicy: policy } = movie;
    const looked = { client, movie: name, own: width ?? undefined, policy, isPreview };
    return {
      asking: askingOf(this.#wishes, looked),
      timeline,
      route: routeOf(this.#wishes, timeline),
      direction: directionOf(this.#wishes),
    };
  }

  #aimAgain(): void {
    if (this.#wanted === undefined || this.#state === "removed") return;
    this.#isStale = false;
    this.stats.asked(performance.now());
    this.stills.aim(this.#wanted, { isPreview: this.#isPreview });
  }

  #connected(client: Client): void {
    const isOther = this.#client !== undefined && this.#client !== client;
    this.#client = client;
    if (this.#timeline !== undefined && this.#state !== "removed") this.#turn("connected");
    if (!isOther) return;
    this.stills.forget();
    if (this.#runner.isRunning) this.#run();
    else this.#aimAgain();
  }

  #known(movie: ListedMovie): void {
    const [before, movieBefore] = [this.#timeline, this.#movie];
    this.#movie = movie;
    if (movie.newest === null) return this.#turn("waiting-for-frame");
    const timeline = new Timeline(movie);
    this.#timeline = timeline;
    const isNew = before === undefined || this.#state === "removed" || this.#state === "refused";
    if (this.#state !== "waiting-for-frame" || isNew) this.#turn("connected");
    const isResized = movieBefore?.width !== movie.width || movieBefore.height !== movie.height;
    if (before?.duration !== timeline.duration) this.#listener.tell("durationchange");
    if (before === undefined || isResized) this.#listener.tell("resize");
    if (before === undefined) this.#listener.tell("loadedmetadata");
    this.#wanted = timeline.clamp(this.#wanted ?? startOf(this.#wishes, timeline));
    if (isNew || this.#isStale || this.stills.shown === undefined) this.#aimAgain();
    else if (!this.#runner.isRunning && !this.#isSeeking) this.#rest();
    else this.#extend(before, timeline);
  }

  #changed(change: LibraryChange): void {
    const isOther = this.stills.revise(change);
    this.#listener.changed(change);
    if (!isOther || this.#runner.isRunning) return;
    // What has landed changes what there is: that has to be known first.
    if (change.revised === "") this.#isStale = true;
    else this.#aimAgain();
  }

  #gone(): void {
    if (this.#timeline === undefined) return;
    this.#runner.stop();
    this.stills.stop();
    this.stills.forget();
    this.#isSeeking = false;
    this.#turn("removed");
  }

  #refused(error: MutoscopeError): void {
    if (this.#timeline !== undefined) return this.#gone();
    this.#turn("refused");
    this.#listener.failed(error);
  }

  #failed(error: MutoscopeError): void {
    if (error.code === "MOVIE_GONE" || error.code === "MOVIE_NOT_FOUND") return this.#gone();
    // The line looks for another connection; what is wanted is asked for then.
    if (error.code === "SERVER_UNREACHABLE" || error.code === "CLIENT_CLOSED") return;
    this.#turn("refused");
    this.#listener.failed(error);
    this.pause();
  }

  #show(shown: Shown): void {
    this.stats.showed(shown);
    this.#listener.show(shown);
  }

  #arrived(): void {
    const timeline = this.#timeline;
    this.stats.answered(performance.now());
    this.#settle({ isAwaited: timeline?.isLive === true && (this.#wanted ?? 0) > timeline.newest });
    this.#listener.tell("loadeddata");
    if (this.#isSeeking) {
      this.#isSeeking = false;
      this.#listener.tell("timeupdate");
      this.#listener.tell("seeked");
    }
    this.#rest();
  }

  /** What follows when the wanted frame is shown. */
  #rest(): void {
    if (this.#isPaused || this.#isPreview) this.stills.look();
    else this.#run();
  }

  #run(): void {
    const sight = this.#sight();
    const isReady = !this.#isPaused && this.#hiddenSince === undefined && this.#state !== "removed";
    if (sight === undefined || this.#wanted === undefined || !isReady) return this.#runner.stop();
    this.#isPreview = false;
    this.stats.began();
    this.stills.rest();
    this.#runner.start({
      sight,
      wishes: this.#wishes,
      frame: this.#wanted,
      shown: this.stills.shown?.number,
    });
  }

  /** Frames beyond what a server was asked for are asked for when they are there. */
  #extend(before: Timeline, timeline: Timeline): void {
    const isLonger = routeOf(this.#wishes, before).last !== routeOf(this.#wishes, timeline).last;
    if (this.#runner.isRunning && this.#runner.isBound && isLonger) this.#run();
  }

  #played(arrival: Arrival, lateness: number): void {
    const sight = this.#sight();
    if (sight !== undefined) {
      this.#wanted = arrival.number;
      this.stats.played(lateness);
      this.stills.play(arrival, sight.asking.key);
    }
    arrival.picture?.release();
  }

  #recovered(): void {
    this.#settle({ isAwaited: false });
    this.#listener.tell("playing");
  }

  #starved(): void {
    const timeline = this.#timeline;
    const isAwaited = timeline?.isLive === true && (this.#wanted ?? 0) >= timeline.newest;
    if (isAwaited && this.#state === "connected") this.#turn("waiting-for-frame");
    this.#listener.tell("waiting");
  }

  #ended(): void {
    this.#isPaused = true;
    this.#isEnded = true;
    for (const event of ["timeupdate", "pause", "ended"] as const) this.#listener.tell(event);
    this.stills.look();
  }

  #runFailed(error: MutoscopeError, next: number): void {
    const sight = this.#sight();
    if (!isOfFrame(error.code) || sight === undefined) return this.#failed(error);
    this.#wanted = next;
    this.stills.playFailed(next, error.code, sight.asking.key);
    this.pause();
  }

  /** Something is shown: also what was at hand, while there is no connection. */
  #settle({ isAwaited }: { readonly isAwaited: boolean }): void {
    if (this.#client?.isOpen === true) this.#turn(isAwaited ? "waiting-for-frame" : "connected");
  }

  #turn(state: DeckState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#listener.turned(state);
  }
}
