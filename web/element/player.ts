import type { LibraryChange, MutoscopeError } from "../../client/index.ts";
import { Deck } from "./deck.ts";
import type { DeckEvent, DeckState } from "./deckEvents.ts";
import { readWishes } from "./attributes.ts";
import { Display } from "./display.ts";
import { FrameInterface } from "./frameInterface.ts";
import type { PlayerError } from "./mediaValues.ts";
import { Plays } from "./plays.ts";
import { share } from "./room.ts";
import { type Source, readSource } from "./source.ts";
import type { Shown } from "./stills.ts";
import { Surface } from "./surface.ts";
import { DEFAULT_WISHES, type Wishes } from "./wishes.ts";
import { SAYINGS, captionOf, frameSentence, sentenceOf, waitingFor } from "./words.ts";

/** Times of the display are told at most every so many milliseconds. */
const TOLD = 250;
/** Nothing is said of what is over so soon, in milliseconds. */
const PATIENCE = 200;

const OBSERVED = ["src", "autoplay", "loop", "bounce", "contract", "missing", "priority"] as const;

export type FrameChange = { readonly frame: number; readonly substitute: boolean; readonly revision: number };

/** `<mutoscope-player src="/movies/sw">`: a media element whose time is counted in frames. */
export class MutoscopePlayer extends FrameInterface {
  static readonly observedAttributes: readonly string[] = OBSERVED;
  protected readonly deck: Deck;
  protected wishes: Wishes = DEFAULT_WISHES;
  readonly #surface: Surface;
  readonly #display: Display;
  readonly #internals = this.attachInternals();
  readonly #plays = new Plays();
  #error: PlayerError | null = null;
  #isOpen = false;
  #isLoaded = false;
  #isAsked = false;
  #leave: () => void = () => undefined;
  #toldAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Where to go on when it comes back into a page, where it does not begin to play by itself. */
  #place: number | undefined;
  #isBack = false;
  /** The address that has set the range. */
  #bounded: string | undefined;

  constructor() {
    super();
    this.#surface = new Surface(this.attachShadow({ mode: "open" }));
    this.deck = new Deck(
      {
        tell: (event) => this.#tell(event),
        show: (shown) => this.#show(shown),
        turned: (state) => this.#turned(state),
        changed: (change) => this.#changed(change),
        failed: (error) => this.#failed(error),
        wake: () => this.#display.wake(),
      },
      this.wishes,
    );
    this.#display = new Display(
      {
        turn: (now) => {
          this.deck.turn(now);
          return this.deck.isRunning;
        },
        resized: (width, height) => this.#resized(width, height),
        hidden: (now) => this.deck.hide(now),
        revealed: (now) => this.deck.reveal(now),
      },
      this.#surface.stage,
    );
    this.#internals.role = "group";
  }

  override get error(): PlayerError | null {
    return this.#error;
  }

  /** Opens the movie anew. */
  load(): void {
    this.#place = undefined;
    this.#open();
  }

  /** @returns when it plays. @throws AbortError when it is paused before */
  play(): Promise<void> {
    if (this.#error?.code === 4)
      return Promise.reject(new DOMException(this.#error.message, "NotSupportedError"));
    this.#error = null;
    const isPlaying = !this.paused && this.deck.isRunning && !this.deck.isStarving;
    const promise = this.#plays.add();
    if (isPlaying) this.#plays.began();
    else this.deck.play();
    return promise;
  }

  pause(): void {
    this.deck.pause();
  }

  get canvas(): HTMLCanvasElement {
    return this.#surface.canvas;
  }

  connectedCallback(): void {
    if (this.#isOpen) return;
    this.#open();
  }

  disconnectedCallback(): void {
    // Who is moved is back in a moment, and has not lost its place.
    queueMicrotask(() => {
      if (this.isConnected || !this.#isOpen) return;
      this.#place = this.deck.wanted;
      this.pause();
      this.#close();
    });
  }

  attributeChangedCallback(
    name: (typeof OBSERVED)[number],
    before: string | null,
    value: string | null,
  ): void {
    if (name === "src" && before !== value) return this.#sourceChanged();
    if (name === "autoplay" || name === "src") return;
    this.wish(readWishes((attribute) => this.getAttribute(attribute)));
  }

  protected goTo(frame: number, options: { readonly isPreview: boolean }): void {
    if (this.#isOpen) this.deck.seek(frame, options);
    else this.#place = frame;
  }

  protected wish(wishes: Partial<Wishes>): void {
    this.wishes = { ...this.wishes, ...wishes };
    this.deck.wish(this.wishes);
  }

  #sourceChanged(): void {
    this.#place = undefined;
    if (!this.#isOpen || this.#isAsked) return;
    // Attributes that are set together are one wish.
    this.#isAsked = true;
    queueMicrotask(() => {
      this.#isAsked = false;
      if (this.#isOpen) this.#open();
    });
  }

  #open(): void {
    const place = this.#place;
    this.#isBack = place !== undefined;
    if (this.#isOpen) {
      this.#plays.failed("AbortError", "another movie was opened");
      this.#close();
      this.#emit("emptied");
    }
    this.#isOpen = true;
    this.#error = null;
    this.#leave = share();
    this.#display.open();
    if (this.src === "") return;
    const source = readSource(this.src, this.baseURI);
    if (source === undefined)
      return this.#refuse({ code: 4, message: SAYINGS.source, mutoscopeCode: "OPTION_INVALID" });
    this.#emit("loadstart");
    this.#bound(source);
    this.deck.open(source, place ?? source.from);
  }

  /** The part that an address names counts until another address is given. */
  #bound({ from, to }: Source): void {
    if (this.src === this.#bounded) return;
    const hasPart = from !== undefined || to !== undefined;
    if (hasPart) this.wish({ range: [from ?? -Infinity, to ?? Infinity] });
    else if (this.#bounded !== undefined) this.wish({ range: undefined });
    this.#bounded = hasPart ? this.src : undefined;
  }

  #close(): void {
    this.#isOpen = false;
    this.#isLoaded = false;
    this.#leave();
    clearTimeout(this.#timer);
    this.#display.close();
    this.#surface.close();
    this.deck.close();
    this.#surface.reset();
  }

  #tell(event: DeckEvent): void {
    if (event === "resize") this.#measure();
    if (event === "loadeddata") return this.#loaded();
    if (event === "playing" || this.ended) this.#plays.began();
    else if (event === "pause") this.#plays.failed("AbortError", "it was paused");
    this.#emit(event);
    if (event === "loadedmetadata" && this.autoplay && !this.#isBack && !wantsStillness()) void this.play();
    if (event === "seeked" || event === "pause") this.#describe();
  }

  /** The first picture is there. */
  #loaded(): void {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    // Of a movie whose files do not say how large they are, the first picture does.
    if (this.deck.movie?.width === null) this.#measure();
    this.#describe();
    for (const event of ["loadeddata", "canplay", "canplaythrough"]) this.#emit(event);
  }

  #show(shown: Shown): void {
    const { timeline } = this.deck;
    const { number, revision, isSubstitute, picture, error } = shown;
    const caption = captionOf({ number, isSubstitute, hasPicture: picture !== undefined }, timeline);
    const message = error === undefined ? undefined : frameSentence(error, number);
    this.#surface.paint({ picture, caption, message });
    const detail: FrameChange = { frame: number, substitute: isSubstitute, revision };
    this.dispatchEvent(new CustomEvent("framechange", { detail }));
    if (!this.deck.isRunning) return;
    const now = performance.now();
    if (now - this.#toldAt < TOLD) return;
    this.#toldAt = now;
    this.#emit("timeupdate");
    this.#emit("progress");
  }

  #turned(state: DeckState): void {
    const movie = this.deck.movie?.name ?? "";
    clearTimeout(this.#timer);
    const isShown = this.deck.stills.shown !== undefined;
    switch (state) {
      case "connected":
        this.#error = null;
        this.#surface.tell(undefined);
        if (!isShown) this.#surface.say(undefined);
        break;
      case "connecting":
        this.#timer = setTimeout(() => this.#surface.say(SAYINGS.connecting), PATIENCE);
        break;
      case "reconnecting":
        this.#timer = setTimeout(() => this.#notice(SAYINGS.reconnecting), PATIENCE);
        break;
      case "removed":
        this.#notice(sentenceOf({ code: "MOVIE_GONE", title: "" }, movie));
        break;
      case "waiting-for-frame":
        if (isShown) this.#notice(waitingFor(this.#awaited()));
        else this.#surface.say(SAYINGS.empty);
        break;
      case "refused":
        break;
    }
    this.dispatchEvent(new CustomEvent("statechange", { detail: { state } }));
  }

  #awaited(): number {
    const { wanted, timeline } = this.deck;
    const next = (timeline?.newest ?? 0) + (timeline?.step ?? 1);
    return Math.max(wanted ?? next, next);
  }

  #notice(text: string): void {
    this.#surface.tell(text);
    this.#surface.speak(text);
  }

  #changed({ kind, landed, revised, removed }: LibraryChange): void {
    this.dispatchEvent(new CustomEvent("moviechange", { detail: { kind, landed, revised, removed } }));
  }

  #failed(error: MutoscopeError): void {
    const message = sentenceOf(
      error,
      this.deck.movie?.name ?? readSource(this.src, this.baseURI)?.movie ?? "",
    );
    const code = error.code === "MOVIE_NOT_FOUND" ? 4 : 2;
    this.#refuse({ code, message, mutoscopeCode: error.code });
  }

  #refuse(error: PlayerError): void {
    this.#error = error;
    if (this.deck.stills.shown === undefined) this.#surface.say(error.message);
    else this.#surface.tell(error.message);
    this.#surface.speak(error.message);
    this.#plays.failed("NotSupportedError", error.message);
    this.#emit("error");
  }

  #measure(): void {
    const { videoWidth, videoHeight } = this;
    if (videoWidth > 0) this.#surface.measure(videoWidth, videoHeight);
    this.#internals.ariaLabel = this.deck.movie?.title ?? this.deck.movie?.name ?? null;
    // It was removed or unknown, and is here.
    this.#error = null;
    // The first picture is asked for in a moment, and the place has just got the movie's shape.
    this.#display.look();
  }

  #resized(width: number, height: number): void {
    const { videoWidth, videoHeight } = this;
    const fitting = videoHeight === 0 ? width : Math.min(width, (height * videoWidth) / videoHeight);
    if (fitting !== this.wishes.shownWidth) this.wish({ shownWidth: fitting });
  }

  /** For who does not see it: what is shown, when it stays. */
  #describe(): void {
    const { shown } = this.deck.stills;
    if (shown === undefined) return;
    const { number, isSubstitute, picture } = shown;
    const caption = captionOf(
      { number, isSubstitute, hasPicture: picture !== undefined },
      this.deck.timeline,
    );
    this.#surface.name(`${this.deck.movie?.title ?? this.deck.movie?.name ?? ""}, frame ${caption.text}`);
    this.#surface.speak(`Frame ${caption.text}`);
  }

  #emit(event: string): void {
    this.dispatchEvent(new Event(event));
  }
}

/** Whoever has asked for less motion begins it by hand. */
function wantsStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
