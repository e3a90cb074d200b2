import type { Deck } from "./deck.ts";
import { NETWORK, type PlayerError, READY, Times, timesOf } from "./mediaValues.ts";
import { rangesOf } from "./ranges.ts";
import type { Wishes } from "./wishes.ts";

/** What media elements have, by the names that they have: controls written for `<video>` use nothing else. */
export abstract class MediaInterface extends HTMLElement {
  static readonly HAVE_NOTHING = READY.nothing;
  static readonly HAVE_METADATA = READY.metadata;
  static readonly HAVE_CURRENT_DATA = READY.current;
  static readonly HAVE_FUTURE_DATA = READY.future;
  static readonly HAVE_ENOUGH_DATA = READY.enough;
  /** Set together with the event `error`. */
  abstract readonly error: PlayerError | null;
  /** How fast it plays after the movie is opened. */
  defaultPlaybackRate = 1;
  readonly preservesPitch = true;

  protected abstract readonly deck: Deck;
  protected abstract readonly wishes: Wishes;
  protected abstract wish(wishes: Partial<Wishes>): void;

  get src(): string {
    return this.getAttribute("src") ?? "";
  }

  set src(address: string) {
    this.setAttribute("src", address);
  }

  get currentSrc(): string {
    return this.src === "" ? "" : new URL(this.src, this.baseURI).href;
  }

  get loop(): boolean {
    return this.hasAttribute("loop");
  }

  set loop(loop: boolean) {
    this.toggleAttribute("loop", loop);
  }

  get autoplay(): boolean {
    return this.hasAttribute("autoplay");
  }

  set autoplay(autoplay: boolean) {
    this.toggleAttribute("autoplay", autoplay);
  }

  /** There is no sound: it is taken so that the same page may be written as for `<video>`. */
  get muted(): boolean {
    return this.hasAttribute("muted");
  }

  set muted(muted: boolean) {
    this.toggleAttribute("muted", muted);
  }

  get paused(): boolean {
    return this.deck.isPaused;
  }

  get ended(): boolean {
    return this.deck.isEnded;
  }

  get seeking(): boolean {
    return this.deck.isSeeking;
  }

  /** In seconds from the movie's first frame; while it seeks, where it goes. Setting it seeks. */
  get currentTime(): number {
    const { timeline, wanted, isEnded } = this.deck;
    if (timeline === undefined || wanted === undefined) return 0;
    // Whoever looks whether all has been seen compares with the duration.
    const isLast = isEnded && wanted === timeline.last;
    return isLast ? timeline.duration : timeline.timeOf(wanted);
  }

  set currentTime(seconds: number) {
    const { timeline } = this.deck;
    if (timeline !== undefined && Number.isFinite(seconds)) this.deck.seek(timeline.frameAt(seconds));
  }

  fastSeek(seconds: number): void {
    this.currentTime = seconds;
  }

  /** In seconds. */
  get duration(): number {
    return this.deck.timeline?.duration ?? Number.NaN;
  }

  get playbackRate(): number {
    return this.wishes.rate;
  }

  /** Below 0 backwards. @throws NotSupportedError for 0 and what is no number */
  set playbackRate(rate: number) {
    if (!Number.isFinite(rate) || rate === 0)
      throw new DOMException(`found ${rate}, expected a number other than 0`, "NotSupportedError");
    if (rate === this.wishes.rate) return;
    this.wish({ rate });
    this.dispatchEvent(new Event("ratechange"));
  }

  /** The frames that are at hand. */
  get buffered(): Times {
    const { timeline, stills } = this.deck;
    if (timeline === undefined) return new Times([]);
    return timesOf(rangesOf(stills.numbers(), timeline.step), timeline);
  }

  /** All of it: every frame is one request away. */
  get seekable(): Times {
    const { duration } = this;
    return new Times(Number.isNaN(duration) ? [] : [[0, duration]]);
  }

  get readyState(): number {
    const { timeline, stills, isSeeking, isRunning, isStarving } = this.deck;
    if (timeline === undefined) return READY.nothing;
    if (stills.shown === undefined || isSeeking) return READY.metadata;
    return isRunning && isStarving ? READY.current : READY.enough;
  }

  get networkState(): number {
    if (this.src === "") return NETWORK.empty;
    if (this.error !== null) return NETWORK.noSource;
    return this.deck.isRunning || this.deck.isSeeking ? NETWORK.loading : NETWORK.idle;
  }

  /** In pixels, of the movie's own frames. */
  get videoWidth(): number {
    return this.deck.movie?.width ?? this.deck.stills.shown?.picture?.facts.width ?? 0;
  }

  get videoHeight(): number {
    return this.deck.movie?.height ?? this.deck.stills.shown?.picture?.facts.height ?? 0;
  }

  canPlayType(): "" | "maybe" {
    return "";
  }
}
