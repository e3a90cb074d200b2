import { LitElement, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { styled } from "../look/styled.ts";
import { elsewhereIcon } from "../look/icons.ts";
import { count, counted } from "../look/numbers.ts";
import { basics } from "../look/shared.ts";
import { type Outcome, fetchPicture, thumbnailUrl, thumbnailWidth } from "../look/thumbnail.ts";
import { cardStyle } from "./cardStyle.ts";
import type { Density } from "./layout.ts";
import type { Movie } from "./listing.ts";
import { type Span, frameAt, marksOf, readSpans } from "./spans.ts";

/** A pointer that passes over is not one that looks: only where it rests is a picture asked for. */
const REST = 30;

/** The strip is some 240 pixels wide: so wide a mark is two of them. */
const NARROWEST_MARK = 0.008;

/** Steps of `,` and `.` through a movie, in parts of it. */
const STEP = 1 / 24;

/** `<mutoscope-movie-card>`: one movie with its picture, which shows other parts of it under the pointer. */
export class MovieCard extends LitElement {
  static override properties = {
    movie: { attribute: false },
    density: { reflect: true },
    reached: { attribute: false },
    outcome: { state: true },
    place: { state: true },
  };
  declare movie: Movie | undefined;
  declare density: Density;
  /** Whether Tab leads here: to one of all cards. */
  declare reached: boolean;
  declare outcome: Outcome | undefined;
  /** Where the pointer is in the movie, as a part of it. */
  declare place: number | undefined;
  #loading: AbortController | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** What the picture is of: another revision is another picture. */
  #shown = "";

  static override styles = [basics, cardStyle];

  constructor() {
    super();
    this.density = "grid";
    this.reached = false;
  }

  /** The link to the player: keys move from one to the other. */
  override focus(): void {
    this.renderRoot.querySelector("a")?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#giveUp();
    this.#show(undefined);
    this.#shown = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("movie");
    if (before !== undefined && before?.name !== this.movie?.name) {
      this.#show(undefined);
      this.place = undefined;
      this.#shown = "";
    }
  }

  override updated(): void {
    const frame = this.#frame();
    const { movie } = this;
    if (movie === undefined || frame === undefined) return;
    const wanted = `${movie.name}\n${frame}\n${movie.drawn ?? movie.revision}`;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.#giveUp();
    this.#resting = setTimeout(() => void this.#load(movie, frame), this.outcome === undefined ? 0 : REST);
  }

  override render(): TemplateResult {
    const { movie } = this;
    if (movie === undefined) return html`<div class="card waiting" aria-busy="true"></div>`;
    return html`<article class="card">
      <a
        href=${`/watch/${encodeURIComponent(movie.name)}`}
        tabindex=${this.reached ? 0 : -1}
        @pointermove=${this.#move}
        @pointerleave=${this.#leave}
        @pointercancel=${this.#leave}
        @keydown=${this.#key}
        @blur=${this.#leave}
      >
        <span class="hidden">${describe(movie)}</span>
        <div class="picture">${this.#picture()} ${this.#overlay()}</div>
      </a>
      <div class="words">
        <div class="name" title=${movie.name}>${movie.live ? LIVE : nothing}${nameOf(movie)}</div>
        <div class="facts number quiet">${factsOf(movie)}</div>
        ${strip(movie)}
      </div>
      <button
        class="icon elsewhere"
        tabindex=${this.reached ? 0 : -1}
        title="Watch elsewhere: ffplay, curl, VLC …"
        @click=${this.#elsewhere}
      >
        ${elsewhereIcon}<span class="hidden">Watch ${movie.name} elsewhere</span>
      </button>
    </article>`;
  }

  #picture(): TemplateResult | typeof nothing {
    const { outcome, movie } = this;
    if (movie?.poster === null) return html`<p class="quiet">No frame yet</p>`;
    if (outcome === undefined) return nothing;
    if (outcome.kind === "picture") return html`<img src=${outcome.url} alt="" draggable="false" />`;
    if (outcome.kind === "gone") return nothing;
    return html`<p class="quiet">This frame cannot be shown<br /><code>${outcome.code}</code></p>`;
  }

  #overlay(): TemplateResult | typeof nothing {
    const frame = this.place === undefined ? undefined : this.#frame();
    if (frame === undefined || this.place === undefined) return nothing;
    return html`<span class="at number">${frame}</span>
      <span class="hand" ${styled({ left: `${100 * this.place}%` })}></span>`;
  }

  #frame(): number | undefined {
    const span = this.movie && spanOf(this.movie);
    if (this.movie === undefined || span === undefined) return undefined;
    if (this.place === undefined) return this.movie.poster ?? undefined;
    return frameAt(this.place, span, readSpans(this.movie.holes));
  }

  async #load(movie: Movie, frame: number): Promise<void> {
    this.#loading = new AbortController();
    const width = thumbnailWidth(this.clientWidth || 320, devicePixelRatio);
    const outcome = await fetchPicture(thumbnailUrl(movie.name, frame, width), this.#loading.signal);
    if (outcome === undefined) return;
    if (this.isConnected && this.movie?.name === movie.name) this.#show(outcome);
    else revoke(outcome);
  }

  #show(outcome: Outcome | undefined): void {
    revoke(this.outcome);
    this.outcome = outcome;
  }

  #giveUp(): void {
    clearTimeout(this.#resting);
    this.#loading?.abort();
  }

  #move(event: PointerEvent): void {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    this.place = Math.min(Math.max((event.clientX - left) / width, 0), 1);
  }

  #leave(): void {
    this.place = undefined;
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "," && event.key !== ".") return;
    event.preventDefault();
    const from = this.place ?? 0.5;
    this.place = Math.min(Math.max(from + (event.key === "." ? STEP : -STEP), 0), 1);
  }

  #elsewhere(): void {
    this.dispatchEvent(new CustomEvent("elsewhere", { detail: this.movie, bubbles: true, composed: true }));
  }
}

const LIVE = html`<span class="live">live</span>`;

function revoke(outcome: Outcome | undefined): void {
  if (outcome?.kind === "picture") URL.revokeObjectURL(outcome.url);
}

function spanOf({ first, last }: Movie): Span | undefined {
  return first === null || last === null ? undefined : [first, last];
}

/** The folder quietly, and the name of the movie in it. */
function nameOf({ name, title }: Movie): TemplateResult {
  if (title !== null) return html`${title} <span class="quiet">${name}</span>`;
  const cut = name.lastIndexOf("/") + 1;
  return html`<span class="quiet">${name.slice(0, cut)}</span><wbr />${name.slice(cut)}`;
}

function factsOf({ frames, first, last, missing, fps, width, height, bits }: Movie): TemplateResult {
  const size = width === null || height === null ? "" : ` · ${width}×${height}`;
  const depth = bits === null || bits === 8 ? "" : ` · ${bits}-bit`;
  const range = first === null || last === null ? "" : ` · ${first}–${last}`;
  const holes = missing === 0 ? nothing : html` · <span class="holes">${count(missing)} missing</span>`;
  return html`${counted(frames, "frame")}${range}${holes} · ${fps} fps${size}${depth}`;
}

function strip(movie: Movie): TemplateResult {
  const span = spanOf(movie);
  const marks = span === undefined ? [] : marksOf(readSpans(movie.holes), span, NARROWEST_MARK);
  return html`<div class="strip" aria-hidden="true">
    ${marks.map(
      ({ start, width }) => html`<i ${styled({ left: `${100 * start}%`, width: `${100 * width}%` })}></i>`,
    )}
  </div>`;
}

/** All that the card shows, for whoever does not see it. */
function describe({ name, title, frames, first, last, missing, live, fps }: Movie): string {
  const holes = missing === 0 ? "" : `, ${count(missing)} missing`;
  const state = live ? ", live" : "";
  const range = first === null ? "" : `, ${first} to ${last}`;
  return `${title ?? name}: ${counted(frames, "frame")}${range}${holes}, ${fps} frames per second${state}`;
}

customElements.define("mutoscope-movie-card", MovieCard);
