import { LitElement, type TemplateResult, html, nothing } from "lit";
import { type FrameChange, MutoscopePlayer } from "../element/define.ts";
import { basics } from "../look/shared.ts";
import "../look/topBar.ts";
import { Address } from "./address.ts";
import { Closeness } from "./closeness.ts";
import type { Comparison } from "./compare/comparePanel.ts";
import "./compare/compareView.ts";
import "./controls.ts";
import type { Shown } from "./controls.ts";
import type { Keys } from "./keysDialog.ts";
import "./keysDialog.ts";
import { isOfControl } from "./keyTargets.ts";
import { type Action, type Panel, actionOf } from "./keys.ts";
import { type Place, placeQuery, readPlace } from "./link.ts";
import { HeldFrames, marksOf } from "./marks.ts";
import { panelView } from "./panelView.ts";
import { Pilot } from "./pilot.ts";
import { type PixelValue, PixelReader } from "./pixel/pixelReader.ts";
import "./pixel/readOut.ts";
import "./refused.ts";
import type { Stage } from "./stage/stage.ts";
import "./stage/stage.ts";
import "./timelineBar.ts";
import { News } from "./news.ts";
import { placeOf, reopen } from "./reopened.ts";
import { type Happened, sentenceOf } from "./words.ts";
import { watchStyle } from "./watchStyle.ts";
import { FIT, type Point, type View } from "./stage/zoom.ts";

/** `<mutoscope-watch-page>`: one movie, frame by frame. */
export class WatchPage extends LitElement {
  static override properties = {
    view: { state: true },
    panel: { state: true },
    pixel: { state: true },
    value: { state: true },
    comparison: { state: true },
    refusal: { state: true },
  };
  declare view: View;
  declare panel: Panel | undefined;
  /** Under the pointer, in the movie's own pixels. */
  declare pixel: Point | undefined;
  /** What the file has there. */
  declare value: PixelValue | undefined;
  declare comparison: Comparison;
  /** Why there is nothing to be watched. */
  declare refusal: string | undefined;
  readonly #player = new MutoscopePlayer();
  readonly #pilot: Pilot;
  readonly #held = new HeldFrames();
  readonly #movie = movieOf(location.pathname);
  readonly #reader = new PixelReader();
  #place: Place;
  #isHeld = false;
  #isScrubbing = false;
  /** Whether it goes on playing behind a scrub. */
  #wasPlaying = false;
  readonly #addressed = new Address();
  readonly #closeness = new Closeness();
  readonly #news = new News(() => this.requestUpdate());
  readonly #pressed = (event: KeyboardEvent): void => this.#press(event);

  static override styles = [basics, watchStyle];

  constructor() {
    super();
    this.#place = readPlace(location.search);
    this.panel = this.#place.panel;
    this.view = FIT;
    const { compare: movie, mode = "side", offset = 0, gain = 1, edge = 0.5 } = this.#place;
    this.comparison = { movie, mode, offset, gain, edge };
    this.#pilot = new Pilot(this.#player, this.#place.repeat ?? "loop");
    this.#open();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.#pressed);
    document.title = `${this.#movie} · Mutoscope`;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#pressed);
  }

  override firstUpdated(): void {
    const { zoom, x = 0, y = 0 } = this.#place;
    if (zoom === undefined || this.#stage === null) return;
    const { width, height } = this.#stage.size;
    this.#look({ scale: Math.max(1, zoom), x: x * width, y: y * height });
  }

  override render(): TemplateResult {
    return html`
      <mutoscope-top-bar
        ><span class="title"><h1>${this.#movie}</h1></span></mutoscope-top-bar
      >
      ${this.refusal === undefined ? this.#watch() : this.#refused(this.refusal)}
    `;
  }

  /** The player waits beside: the movie may come. */
  #refused(reason: string): TemplateResult {
    return html`<main><mutoscope-refused .movie=${this.#movie} .reason=${reason}></mutoscope-refused></main>
      <div class="waiting">${this.#player}</div>`;
  }

  #watch(): TemplateResult {
    const { videoWidth: width, videoHeight: height, firstFrame: first, lastFrame: last } = this.#player;
    return html`
      <main>
        <div class="row">
          <mutoscope-stage
            .view=${this.view}
            .picture=${{ width, height }}
            @viewchange=${(event: CustomEvent<View>) => this.#look(event.detail)}
            @pixelchange=${(event: CustomEvent<Point | null>) => this.#point(event.detail)}
            @stageclick=${() => this.#act({ do: "toggle" })}
            @dblclick=${() => this.#act({ do: "fullScreen" })}
          >
            ${this.#player} ${this.#compared()}
          </mutoscope-stage>
          ${this.panel === undefined ? nothing : this.#aside()}
        </div>
        <div class="below">
          <span class="said" data-tone=${this.#isHeld ? "held" : "plain"} role="status">${this.#said()}</span>
          <mutoscope-read-out .place=${this.pixel} .value=${this.value}></mutoscope-read-out>
        </div>
        <div class="line">
          <mutoscope-timeline
            .movie=${this.#movie}
            .first=${Number.isNaN(first) ? 0 : first}
            .last=${Number.isNaN(last) ? 0 : last}
            .marked=${marksOf(this.#player, this.#held, this.#isHeld)}
            @scrub=${(event: CustomEvent<number>) => this.#scrub(event.detail)}
            @scrubend=${(event: CustomEvent<number>) => this.#leaveScrub(event.detail)}
          ></mutoscope-timeline>
        </div>
        <mutoscope-controls
          .shown=${this.#shown()}
          @act=${(event: CustomEvent<Action>) => this.#act(event.detail)}
        ></mutoscope-controls>
      </main>
      <mutoscope-keys></mutoscope-keys>
    `;
  }

  #compared(): TemplateResult | typeof nothing {
    const { movie, mode, offset, gain, edge } = this.comparison;
    if (movie === undefined) return nothing;
    return html`<mutoscope-compare
      .player=${this.#player}
      .movie=${movie}
      .mode=${mode}
      .offset=${offset}
      .gain=${gain}
      .edge=${edge}
      .view=${this.view}
      @edgechange=${(event: CustomEvent<number>) => this.#compare({ ...this.comparison, edge: event.detail })}
    ></mutoscope-compare>`;
  }

  #aside(): TemplateResult {
    const { comparison } = this;
    return html`<aside
      @viewchange=${() => this.#address()}
      @comparechange=${(event: CustomEvent<Comparison>) => this.#compare(event.detail)}
    >
      ${panelView(this.panel, { player: this.#player, movie: this.#movie, comparison })}
    </aside>`;
  }

  get #stage(): Stage | null {
    return this.renderRoot.querySelector<Stage>("mutoscope-stage");
  }

  #open(): void {
    const player = this.#player;
    player.src = `/movies/${encodeURIComponent(this.#movie)}`;
    reopen(player, this.#place);
    player.addEventListener("framechange", (event) =>
      this.#changed((event as CustomEvent<FrameChange>).detail),
    );
    for (const name of [
      "play",
      "pause",
      "ratechange",
      "loadedmetadata",
      "durationchange",
      "progress",
      "resize",
    ])
      player.addEventListener(name, () => this.requestUpdate());
    player.addEventListener("statechange", () => this.requestUpdate());
    player.addEventListener("moviechange", (event) =>
      this.#news.happened((event as CustomEvent<Happened>).detail),
    );
    player.addEventListener("loadedmetadata", () => (this.refusal = undefined));
    player.addEventListener("error", () => this.#failed());
  }

  #changed(change: FrameChange): void {
    this.#held.note(change);
    this.#isHeld = change.substitute;
    this.requestUpdate();
    this.#address();
    void this.#read();
  }

  #compare(comparison: Comparison): void {
    this.comparison = comparison;
    this.#address();
  }

  #point(pixel: Point | null): void {
    // Beside each other neither picture lies where one alone would.
    const isSplit = this.comparison.movie !== undefined && this.comparison.mode === "side";
    this.pixel = isSplit ? undefined : (pixel ?? undefined);
    void this.#read();
  }

  /** While it plays nobody could read what changes with each frame. */
  async #read(): Promise<void> {
    const { pixel } = this;
    const source = this.#player.pictureSource;
    if (pixel === undefined || source === null || !this.#player.paused) {
      this.value = undefined;
      return;
    }
    const value = await this.#reader.read(this.#movie, source.frame, pixel.x, pixel.y, source.revision);
    if (value !== undefined) this.value = value;
  }

  // What is wrong is said over the last picture; where there was never one, in its place.
  #failed(): void {
    const { error, frame } = this.#player;
    if (error !== null && Number.isNaN(frame) && error.code === 4) this.refusal = error.message;
    this.requestUpdate();
  }

  #said(): string {
    const { frame, newestFrame: newest, holes, state, stats } = this.#player;
    const isMissing = frame > newest || holes.some(([first, last]) => first <= frame && frame <= last);
    const { skipped } = stats;
    return sentenceOf({
      frame,
      isHeld: this.#isHeld,
      isMissing,
      newest,
      state,
      skipped,
      news: this.#news.text,
    });
  }

  #shown(): Shown {
    const player = this.#player;
    const { numerator, denominator } = player.fps;
    return {
      frame: player.frame,
      first: player.firstFrame,
      last: player.lastFrame,
      typed: this.#pilot.typed,
      isPlaying: !player.paused,
      rate: player.playbackRate,
      fps: denominator === 1 ? String(numerator) : (numerator / denominator).toFixed(3),
      repeat: this.#pilot.repeat,
      part: player.range ?? undefined,
      isHeld: this.#isHeld,
      scale: this.view.scale,
      panel: this.panel,
    };
  }

  #press(event: KeyboardEvent): void {
    if (this.refusal !== undefined) return;
    const action = actionOf(event);
    if (action === undefined || isOfControl(event, action) || this.#isHelpOpen) return;
    if (this.#act(action)) event.preventDefault();
  }

  get #isHelpOpen(): boolean {
    return this.renderRoot.querySelector<Keys>("mutoscope-keys")?.isOpen ?? false;
  }

  /** @returns whether something was done */
  #act(action: Action): boolean {
    const isDone = this.#pilot.act(action) || this.#lookBy(action);
    if (isDone) {
      this.requestUpdate();
      this.#address();
    }
    return isDone;
  }

  #lookBy(action: Action): boolean {
    switch (action.do) {
      case "zoom":
        this.#stage?.zoom(action.factor);
        return true;
      case "fit":
        this.#stage?.fit();
        return true;
      case "oneToOne":
        this.#stage?.oneToOne();
        return true;
      case "fullScreen":
        void (document.fullscreenElement === null ? this.requestFullscreen() : document.exitFullscreen());
        return true;
      case "panel":
        this.panel = this.panel === action.panel ? undefined : action.panel;
        return true;
      case "help":
        this.renderRoot.querySelector<Keys>("mutoscope-keys")?.show();
        return true;
      case "cancel":
        if (this.panel === undefined) return false;
        this.panel = undefined;
        return true;
      default:
        return false;
    }
  }

  #look(view: View): void {
    this.view = view;
    const { canvas } = this.#player;
    canvas.style.transformOrigin = "0 0";
    canvas.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    const isSharp = this.#stage?.isSharp ?? false;
    canvas.style.imageRendering = isSharp ? "pixelated" : "";
    // Whoever looks closely sees the file's pixels, and not those that were made of them.
    const { rendition } = this.#player;
    const closer = this.#closeness.applied(rendition, view.scale > 1, isSharp);
    if (closer !== rendition) this.#player.rendition = closer;
    this.#address();
  }

  #scrub(frame: number): void {
    if (!this.#isScrubbing) this.#wasPlaying = !this.#player.paused;
    this.#isScrubbing = true;
    this.#player.pause();
    this.#player.seekToFrame(frame, { preview: true });
  }

  #leaveScrub(frame: number): void {
    this.#isScrubbing = false;
    this.#player.seekToFrame(frame);
    if (this.#wasPlaying) this.#player.play().catch(() => undefined);
    this.#address();
  }

  #address(): void {
    this.#addressed.follow(() => placeQuery(this.#seen()));
  }

  /** What a link reopens. */
  #seen(): Place {
    const { width, height } = this.#stage?.size ?? { width: 1, height: 1 };
    const { scale, x, y } = this.view;
    const { movie: compare, ...comparison } = this.comparison;
    return {
      ...this.#place,
      ...placeOf(this.#player, this.#closeness.chosen(this.#player.rendition)),
      ...comparison,
      repeat: this.#pilot.repeat,
      zoom: scale,
      x: x / width,
      y: y / height,
      compare,
      panel: this.panel,
    };
  }
}

/** `/watch/sh010%2Fbeauty` → `sh010/beauty` */
function movieOf(path: string): string {
  return decodeURIComponent(path.replace(/^\/watch\//, ""));
}

customElements.define("mutoscope-watch-page", WatchPage);
