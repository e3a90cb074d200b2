export interface DisplayOwner {
  /** The display is about to be painted. @returns whether to tell of the next time */
  turn(now: number): boolean;
  /** It is so wide now, in the display's pixels. */
  resized(width: number, height: number): void;
  hidden(now: number): void;
  revealed(now: number): void;
}

/** How long a size has to stay before it counts, in milliseconds: a window that is dragged has many. */
const SETTLING = 150;

/** When the display is painted, how large a place on it is, and whether anybody sees it. */
export class Display {
  readonly #owner: DisplayOwner;
  readonly #place: HTMLElement;
  readonly #observer: ResizeObserver;
  #turn: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isMeasured = false;
  #pixels: MediaQueryList | undefined;

  constructor(owner: DisplayOwner, place: HTMLElement) {
    this.#owner = owner;
    this.#place = place;
    this.#observer = new ResizeObserver(() => this.#resized());
  }

  open(): void {
    this.#observer.observe(this.#place);
    document.addEventListener("visibilitychange", this.#looked);
    this.#looked();
    this.#awaitOtherPixels();
  }

  close(): void {
    this.#observer.disconnect();
    this.#pixels?.removeEventListener("change", this.#turned);
    this.#pixels = undefined;
    document.removeEventListener("visibilitychange", this.#looked);
    clearTimeout(this.#timer);
    if (this.#turn !== undefined) cancelAnimationFrame(this.#turn);
    this.#turn = undefined;
    this.#isMeasured = false;
  }

  /** Tells of turns from the next one on. */
  wake(): void {
    this.#turn ??= requestAnimationFrame((now) => {
      this.#turn = undefined;
      if (this.#owner.turn(now)) this.wake();
    });
  }

  /** Measures at once. */
  look(): void {
    const { width, height } = this.#place.getBoundingClientRect();
    this.#owner.resized(width * devicePixelRatio, height * devicePixelRatio);
  }

  #resized(): void {
    clearTimeout(this.#timer);
    if (this.#isMeasured) this.#timer = setTimeout(() => this.look(), SETTLING);
    else this.look();
    this.#isMeasured = true;
  }

  /** A window that is moved to another display, or zoomed, has pixels of another size. */
  #awaitOtherPixels(): void {
    this.#pixels = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    this.#pixels.addEventListener("change", this.#turned, { once: true });
  }

  readonly #turned = (): void => {
    this.look();
    this.#awaitOtherPixels();
  };

  readonly #looked = (): void => {
    const now = performance.now();
    if (document.hidden) this.#owner.hidden(now);
    else this.#owner.revealed(now);
  };
}
