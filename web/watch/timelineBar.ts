import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { basics } from "../look/shared.ts";
import { styled } from "../look/styled.ts";
import { type Outcome, fetchPicture, thumbnailUrl } from "../look/thumbnail.ts";
import { type Drawn, drawTimeline } from "./timelineDrawing.ts";
import { type Scale, frameAtPlace } from "./timelineScale.ts";

/** A pointer that passes over does not ask for pictures, in milliseconds. */
const REST = 40;
const THUMBNAIL = 160;

/** What the timeline shows besides the pointer. */
export type Marked = Omit<Drawn, "scale" | "hover" | "colours">;

/**
 * `<mutoscope-timeline>`: all frames of a movie on a line. `scrub` while it is dragged, `scrubend` where it
 * is left; both with the frame.
 */
export class Timeline extends LitElement {
  static override properties = {
    first: { type: Number },
    last: { type: Number },
    movie: {},
    marked: { attribute: false },
    hover: { state: true },
    outcome: { state: true },
    width: { state: true },
  };
  declare first: number;
  declare last: number;
  declare movie: string;
  declare marked: Marked;
  /** The frame under the pointer. */
  declare hover: number | undefined;
  declare outcome: Outcome | undefined;
  declare width: number;
  #isDragged = false;
  #loading: AbortController | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #thumbnailOf: number | undefined;
  readonly #sized = new ResizeObserver(([entry]) => (this.width = entry?.contentRect.width ?? 0));

  static override styles = [
    basics,
    css`
      :host {
        display: block;
        position: relative;
      }
      .line {
        position: relative;
        height: 48px;
        cursor: pointer;
        touch-action: none;
        user-select: none;
      }
      canvas {
        display: block;
        width: 100%;
        height: 48px;
      }
      .thumbnail {
        position: absolute;
        bottom: calc(100% + 4px);
        width: 160px;
        padding: 4px;
        background: var(--panel);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        pointer-events: none;
        text-align: center;
        z-index: 1;
      }
      .thumbnail img {
        display: block;
        width: 100%;
        background: var(--surround);
      }
      .thumbnail .blank {
        height: 84px;
        background: var(--surround);
      }
    `,
  ];

  constructor() {
    super();
    this.first = 1;
    this.last = 1;
    this.movie = "";
    this.width = 0;
    this.marked = {
      frame: NaN,
      isHeld: false,
      holes: [],
      cached: [],
      held: [],
      newest: NaN,
      part: undefined,
    };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sized.disconnect();
    this.#leave();
  }

  override render(): TemplateResult {
    const { frame } = this.marked;
    const said = Number.isNaN(frame) ? "nothing yet" : `frame ${frame} of ${this.first} to ${this.last}`;
    return html`<div
        class="line"
        role="slider"
        tabindex="0"
        aria-label="Timeline"
        aria-valuemin=${this.first}
        aria-valuemax=${this.last}
        aria-valuenow=${Number.isNaN(frame) ? this.first : frame}
        aria-valuetext=${said}
        @pointerdown=${this.#press}
        @pointermove=${this.#move}
        @pointerup=${this.#release}
        @pointercancel=${this.#release}
        @pointerleave=${this.#leave}
      >
        <canvas></canvas>
      </div>
      ${this.#thumbnail()}`;
  }

  override updated(changed: PropertyValues<this>): void {
    this.#draw();
    if (changed.has("hover")) this.#wish();
  }

  get #scale(): Scale {
    return { first: this.first, last: this.last, width: this.width };
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector("canvas");
    const context = canvas?.getContext("2d");
    if (canvas === null || context === null || context === undefined || this.width === 0) return;
    const [width, height] = [Math.round(this.width * devicePixelRatio), Math.round(48 * devicePixelRatio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const style = getComputedStyle(this);
    const colours = (name: string): string => style.getPropertyValue(`--${name}`);
    drawTimeline(context, { ...this.marked, scale: this.#scale, hover: this.hover, colours });
  }

  #thumbnail(): TemplateResult | typeof nothing {
    const { hover, outcome } = this;
    if (hover === undefined) return nothing;
    const place = ((hover - this.first + 0.5) / (this.last - this.first + 1)) * this.width;
    const left = Math.min(Math.max(place - THUMBNAIL / 2, 0), Math.max(0, this.width - THUMBNAIL));
    const picture =
      outcome?.kind === "picture" ? html`<img src=${outcome.url} alt="" />` : html`<div class="blank"></div>`;
    return html`<div class="thumbnail number" ${styled({ left: `${left}px` })}>${picture}${hover}</div>`;
  }

  #wish(): void {
    clearTimeout(this.#resting);
    if (this.hover === undefined || this.hover === this.#thumbnailOf) return;
    this.#resting = setTimeout(() => void this.#load(), REST);
  }

  async #load(): Promise<void> {
    const { hover, movie } = this;
    if (hover === undefined) return;
    this.#loading?.abort();
    this.#loading = new AbortController();
    const url = `${thumbnailUrl(movie, hover, THUMBNAIL)}&missing=hold`;
    const outcome = await fetchPicture(url, this.#loading.signal);
    if (outcome === undefined) return;
    this.#forget();
    this.#thumbnailOf = hover;
    this.outcome = outcome;
  }

  #forget(): void {
    if (this.outcome?.kind === "picture") URL.revokeObjectURL(this.outcome.url);
    this.outcome = undefined;
    this.#thumbnailOf = undefined;
  }

  #frameAt({ clientX, currentTarget }: PointerEvent): number {
    const { left } = (currentTarget as HTMLElement).getBoundingClientRect();
    return frameAtPlace(clientX - left, this.#scale);
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#isDragged = true;
    this.#tell("scrub", this.#frameAt(event));
  }

  #move(event: PointerEvent): void {
    const frame = this.#frameAt(event);
    // Fingers cover what is above them only while they drag.
    this.hover = event.pointerType === "touch" && !this.#isDragged ? undefined : frame;
    if (this.#isDragged) this.#tell("scrub", frame);
  }

  #release(event: PointerEvent): void {
    if (!this.#isDragged) return;
    this.#isDragged = false;
    this.#tell("scrubend", this.#frameAt(event));
    if (event.pointerType === "touch") this.#leave();
  }

  #leave(): void {
    if (this.#isDragged) return;
    clearTimeout(this.#resting);
    this.#loading?.abort();
    this.hover = undefined;
    this.#forget();
  }

  #tell(name: "scrub" | "scrubend", frame: number): void {
    this.dispatchEvent(new CustomEvent(name, { detail: frame }));
  }
}

customElements.define("mutoscope-timeline", Timeline);
