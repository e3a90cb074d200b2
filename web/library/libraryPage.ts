import { WindowVirtualizerController } from "@tanstack/lit-virtual";
import { LitElement, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { styled } from "../look/styled.ts";
import { gridIcon, listIcon } from "../look/icons.ts";
import { counted } from "../look/numbers.ts";
import { basics } from "../look/shared.ts";
import "../look/topBar.ts";
import { SORTS, type View, readView, viewQuery } from "./choice.ts";
import type { Elsewhere } from "./elsewhereDialog.ts";
import "./elsewhereDialog.ts";
import { emptyView } from "./emptyView.ts";
import { DENSITIES, type Density, GAP, type Layout, layOut, moved } from "./layout.ts";
import { Listing, type Movie } from "./listing.ts";
import type { MovieCard } from "./movieCard.ts";
import "./movieCard.ts";
import { pageStyle } from "./pageStyle.ts";
import { askClassicPort, askMovies, listen } from "./server.ts";
import { isMissing } from "./spans.ts";

/** How long somebody types before it is asked, in milliseconds. */
const TYPING = 150;

/** How often at most a list is asked for anew because something happened, in milliseconds. */
const REFRESH = 1_000;

/** How long a card is waited for that has been gone to, in milliseconds. */
const PATIENCE = 10_000;

/** The order that frames do not change. */
const DEFAULT_SORT = "name";

/** A card of the grid and where it is. */
type Placed = {
  readonly index: number;
  readonly column: number;
  readonly top: number;
  /** Whether Tab leads to it. */
  readonly isStop: boolean;
};

/** Rows beyond the edge that are there already when they are scrolled to. */
const OVERSCAN = 2;

/** `<mutoscope-library-page>`: every movie there is. */
export class LibraryPage extends LitElement {
  static override properties = {
    view: { state: true },
    width: { state: true },
    hasServer: { state: true },
    active: { state: true },
    classic: { state: true },
  };
  declare view: View;
  /** Of the grid, in CSS pixels. */
  declare width: number;
  declare hasServer: boolean;
  /** The card that Tab leads to. */
  declare active: number;
  declare classic: number | undefined;
  #listing: Listing;
  /** What is shown until a new list has its first answer. */
  #before: Listing | undefined;
  /** What stands in the field: what is looked for has no spaces around it. */
  #typed: string;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #refreshing: ReturnType<typeof setTimeout> | undefined;
  readonly #rows: WindowVirtualizerController<Element>;
  readonly #sized = new ResizeObserver(([entry]) => (this.width = entry?.contentRect.width ?? 0));
  readonly #pressed = (event: KeyboardEvent): void => this.#toSearch(event);

  static override styles = [basics, pageStyle];

  constructor() {
    super();
    this.view = readView(location.search);
    this.#typed = this.view.search;
    this.width = 0;
    this.hasServer = true;
    this.active = 0;
    this.#listing = this.#list();
    this.#rows = new WindowVirtualizerController(this, {
      count: 0,
      estimateSize: () => this.#layout.rowHeight,
      overscan: OVERSCAN,
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.#pressed);
    void askClassicPort().then((port) => (this.classic = port));
    listen({
      frames: (movie, change) => this.#patch(movie, change),
      changed: () => this.#refreshSoon(),
      connected: (hasServer) => {
        this.hasServer = hasServer;
        if (hasServer) this.#refreshSoon();
      },
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#pressed);
    this.#sized.disconnect();
  }

  override firstUpdated(): void {
    const grid = this.renderRoot.querySelector(".grid");
    if (grid !== null) this.#sized.observe(grid);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const rows = this.#rows.getVirtualizer();
    const grid = this.renderRoot?.querySelector(".grid");
    const scrollMargin = grid === null || grid === undefined ? 0 : grid.getBoundingClientRect().top + scrollY;
    rows.setOptions({
      ...rows.options,
      count: Math.ceil((this.#shown.total ?? 0) / this.#layout.columns),
      scrollMargin,
      // What is walked to must not lie below the bar.
      scrollPaddingStart: GAP + (this.renderRoot?.querySelector("mutoscope-top-bar")?.clientHeight ?? 0),
      scrollPaddingEnd: GAP,
    });
    if (changed.has("width") || changed.has("view")) rows.measure();
  }

  override updated(): void {
    const items = this.#rows.getVirtualizer().getVirtualItems();
    const { columns } = this.#layout;
    const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
    this.#listing.look(first * columns, last * columns + columns - 1);
    // That the server has looked through everything is no news of any movie.
    if (this.#shown.isScanning) this.#refreshSoon();
  }

  override render(): TemplateResult {
    return html`
      <mutoscope-top-bar here="movies">${this.#choices()}</mutoscope-top-bar>
      <div class="bar" role="status">${this.#troubles()}</div>
      <main>
        <h1 class="hidden">Movies</h1>
        <p class="count quiet" role="status">${this.#counted()}</p>
        ${this.#nothingThere()}
        <div class="grid" role="list" aria-label="Movies" tabindex="-1" @keydown=${this.#walk}>
          ${this.#grid()}
        </div>
      </main>
      <mutoscope-elsewhere .classic=${this.classic}></mutoscope-elsewhere>
    `;
  }

  #choices(): TemplateResult {
    const { sort } = this.view;
    return html`<div class="choices">
      <label class="search">
        <span class="hidden">Search for movies by name</span>
        <input
          type="search"
          placeholder="Search  /"
          title="Search by name (/)"
          .value=${live(this.#typed)}
          @input=${this.#type}
        />
      </label>
      <label>
        <span class="hidden">Order</span>
        <select title="Order of the movies" @change=${this.#sort}>
          ${SORTS.map(
            ([value, words]) => html`<option value=${value} ?selected=${value === sort}>${words}</option>`,
          )}
        </select>
      </label>
      <div class="densities" role="group" aria-label="As">
        ${DENSITIES.map((density) => this.#densityButton(density))}
      </div>
    </div>`;
  }

  #densityButton(density: Density): TemplateResult {
    const words = density === "grid" ? "Pictures" : "List";
    return html`<button
      class="icon"
      title=${words}
      aria-pressed=${this.view.density === density}
      @click=${() => this.#choose({ density })}
    >
      ${density === "grid" ? gridIcon : listIcon}<span class="hidden">${words}</span>
    </button>`;
  }

  #troubles(): TemplateResult | typeof nothing {
    if (!this.hasServer || this.#listing.isFailed)
      return html`<p class="gone">
        The server does not answer. What you see is what it said last; asking again.
      </p>`;
    if (this.#shown.isScanning)
      return html`<p>Looking through the library: ${counted(this.#shown.total ?? 0, "movie")} so far.</p>`;
    return nothing;
  }

  #counted(): string {
    const { total } = this.#shown;
    if (total === undefined || total === 0) return "";
    return this.view.search === "" ? counted(total, "movie") : `${counted(total, "movie")} found`;
  }

  #nothingThere(): TemplateResult | typeof nothing {
    const { total, isScanning, choice } = this.#shown;
    if (total !== 0 || isScanning) return nothing;
    return emptyView(choice.search, () => {
      this.#typed = "";
      this.#choose({ search: "" });
    });
  }

  #grid(): TemplateResult {
    const rows = this.#rows.getVirtualizer();
    const { columns } = this.#layout;
    const total = this.#shown.total ?? 0;
    const margin = rows.options.scrollMargin;
    const indices = rows
      .getVirtualItems()
      .flatMap(({ index, start }) =>
        Array.from({ length: columns }, (_, column) => ({ index: index * columns + column, column, start })),
      )
      .filter(({ index }) => index < total);
    const stop = this.#stop(indices);
    return html`<div class="rows" ${styled({ height: `${rows.getTotalSize()}px` })}>
      ${repeat(
        indices,
        ({ index }) => index,
        ({ index, column, start }) =>
          this.#card({ index, column, top: start - margin, isStop: index === stop }, total),
      )}
    </div>`;
  }

  /** The card that Tab leads to: the one reached last, or the first in sight where that is not there. */
  #stop(cards: readonly { readonly index: number; readonly start: number }[]): number | undefined {
    if (cards.some(({ index }) => index === this.active)) return this.active;
    return (cards.find(({ start }) => start >= scrollY) ?? cards[0])?.index;
  }

  #card({ index, column, top, isStop }: Placed, total: number): TemplateResult {
    const { columns, rowHeight } = this.#layout;
    const width = (this.width - GAP * (columns - 1)) / columns;
    const isList = this.view.density === "list";
    const place = {
      transform: `translate(${column * (width + GAP)}px, ${top}px)`,
      width: `${width}px`,
      height: `${rowHeight - (isList ? 4 : GAP)}px`,
    };
    return html`<div role="listitem" aria-setsize=${total} aria-posinset=${index + 1} ${styled(place)}>
      <mutoscope-movie-card
        data-index=${index}
        .movie=${this.#shown.at(index)}
        .density=${this.view.density}
        .reached=${isStop}
        @focusin=${() => (this.active = index)}
        @elsewhere=${this.#elsewhere}
      ></mutoscope-movie-card>
    </div>`;
  }

  get #layout(): Layout {
    return layOut(this.width, this.view.density);
  }

  get #shown(): Listing {
    return this.#listing.total === undefined && this.#before !== undefined ? this.#before : this.#listing;
  }

  #list(): Listing {
    const { search, sort } = this.view;
    return new Listing({ search, sort }, askMovies, () => this.requestUpdate());
  }

  #choose(change: Partial<View>): void {
    this.view = { ...this.view, ...change };
    history.replaceState(null, "", `${location.pathname}${viewQuery(this.view)}`);
    this.active = 0;
    const { search, sort } = this.#listing.choice;
    if (search === this.view.search && sort === this.view.sort) return;
    this.#before = this.#shown;
    this.#listing.close();
    this.#listing = this.#list();
    scrollTo({ top: 0 });
  }

  #type(event: InputEvent): void {
    this.#typed = (event.target as HTMLInputElement).value;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#choose({ search: this.#typed.trim() }), TYPING);
  }

  #sort(event: Event): void {
    this.#choose({ sort: (event.target as HTMLSelectElement).value });
  }

  #toSearch(event: KeyboardEvent): void {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || isTyping(event)) return;
    event.preventDefault();
    this.renderRoot.querySelector<HTMLInputElement>("input[type=search]")?.focus();
  }

  #walk(event: KeyboardEvent): void {
    const target = moved(event.key, this.active, this.#layout, this.#shown.total ?? 0);
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    void this.#reach(target);
  }

  async #reach(index: number): Promise<void> {
    this.active = index;
    const rows = this.#rows.getVirtualizer();
    rows.scrollToIndex(Math.floor(index / this.#layout.columns), { align: "auto" });
    const patience = performance.now() + PATIENCE;
    // A row far away is there when it has been scrolled to, and its movie when the server has told of it.
    while (this.active === index && performance.now() < patience) {
      await this.updateComplete;
      const card = this.renderRoot.querySelector<MovieCard>(`[data-index="${index}"]`);
      if (card?.movie !== undefined) {
        await card.updateComplete;
        return card.focus();
      }
      // The card that had the focus goes when it is out of sight: the next key must find somebody.
      this.renderRoot.querySelector<HTMLElement>(".grid")?.focus({ preventScroll: true });
      await new Promise(requestAnimationFrame);
    }
  }

  #elsewhere(event: CustomEvent<Movie>): void {
    void this.renderRoot.querySelector<Elsewhere>("mutoscope-elsewhere")?.show(event.detail);
  }

  // Numbers are told with each frame; holes are not, nor where in another order the movie is now.
  #patch(name: string, change: Partial<Movie>): void {
    const movie = this.#listing.patch(name, change);
    const isKnown = movie === undefined || (movie.poster !== null && isMissing(movie.missing, movie));
    if (!isKnown || this.view.sort !== DEFAULT_SORT) this.#refreshSoon();
  }

  // Those who land in a folder land by the dozen.
  #refreshSoon(): void {
    if (this.#refreshing !== undefined) return;
    this.#refreshing = setTimeout(() => {
      this.#refreshing = undefined;
      this.#listing.refresh();
      this.requestUpdate();
    }, REFRESH);
  }
}

function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

customElements.define("mutoscope-library-page", LibraryPage);
