import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { basics } from "../../look/shared.ts";
import { GAINS, MODES, type Mode } from "./mode.ts";

/** How long somebody types before it is asked, in milliseconds. */
const TYPING = 150;
const LISTED = 50;

const WORDS: Readonly<Record<Mode, string>> = {
  side: "Side by side",
  wipe: "Wipe",
  difference: "Difference",
};

/** What is compared with, and how. */
export type Comparison = {
  readonly movie: string | undefined;
  readonly mode: Mode;
  readonly offset: number;
  readonly gain: number;
  /** Of a wipe: where one picture ends and the other begins, in parts of the stage. */
  readonly edge: number;
};

/** `<mutoscope-compare-panel>`: which movie to compare with, and how; tells it by `comparechange`. */
export class ComparePanel extends LitElement {
  static override properties = { comparison: { attribute: false }, own: {}, found: { state: true } };
  declare comparison: Comparison;
  /** The movie that is watched: it is compared with others. */
  declare own: string;
  declare found: readonly string[];
  #typing: ReturnType<typeof setTimeout> | undefined;
  #asking = new AbortController();

  static override styles = [
    basics,
    css`
      :host {
        display: block;
        padding: 8px 16px 16px;
      }
      h2 {
        margin: 8px 0;
        font-size: 15px;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px;
        margin: 8px 0;
      }
      input[type="search"] {
        width: 100%;
      }
      input[type="number"] {
        width: 96px;
      }
      ul {
        margin: 8px 0;
        padding: 0;
        list-style: none;
      }
      li button {
        width: 100%;
        overflow: hidden;
        text-align: left;
        text-overflow: ellipsis;
        white-space: nowrap;
        background: none;
        border-color: transparent;
      }
      li button:hover {
        background: var(--raised);
      }
      li button[aria-pressed="true"] {
        background: var(--accent);
      }
    `,
  ];

  constructor() {
    super();
    this.comparison = { movie: undefined, mode: "side", offset: 0, gain: 1, edge: 0.5 };
    this.own = "";
    this.found = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#search("");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#typing);
    this.#asking.abort();
  }

  override render(): TemplateResult {
    const { movie } = this.comparison;
    return html`
      <h2>Compare</h2>
      ${movie === undefined ? nothing : this.#how()}
      <label>
        <span class="hidden">Search for the movie to compare with</span>
        <input type="search" placeholder="Movie to compare with" @input=${this.#type} />
      </label>
      <ul aria-label="Movies">
        ${this.found.map(
          (name) =>
            html`<li>
              <button
                title=${name}
                aria-pressed=${name === movie}
                @click=${() => this.#change({ movie: name })}
              >
                ${name}
              </button>
            </li>`,
        )}
      </ul>
      ${this.found.length === 0 ? html`<p class="quiet">There is no other movie of this name.</p>` : nothing}
    `;
  }

  #how(): TemplateResult {
    const { mode, offset, gain } = this.comparison;
    return html`
      <div class="row" role="group" aria-label="How">
        ${MODES.map(
          (each) =>
            html`<button aria-pressed=${each === mode} @click=${() => this.#change({ mode: each })}>
              ${WORDS[each]}
            </button>`,
        )}
      </div>
      ${mode === "difference" ? this.#gains(gain) : nothing}
      <label class="row">
        Frames later
        <input type="number" step="1" .value=${String(offset)} @change=${this.#shift} />
      </label>
      <div class="row">
        <button @click=${() => this.#change({ movie: undefined })}>Stop comparing</button>
      </div>
    `;
  }

  #gains(gain: number): TemplateResult {
    return html`<div class="row" role="group" aria-label="Brightness of differences">
      ${GAINS.map(
        (each) =>
          html`<button aria-pressed=${each === gain} @click=${() => this.#change({ gain: each })}>
            ×${each}
          </button>`,
      )}
    </div>`;
  }

  #change(change: Partial<Comparison>): void {
    const detail = { ...this.comparison, ...change };
    this.dispatchEvent(new CustomEvent("comparechange", { detail, bubbles: true, composed: true }));
  }

  #shift(event: Event): void {
    const offset = Math.round((event.target as HTMLInputElement).valueAsNumber);
    if (Number.isSafeInteger(offset)) this.#change({ offset });
  }

  #type(event: InputEvent): void {
    const { value } = event.target as HTMLInputElement;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#search(value.trim()), TYPING);
  }

  async #search(text: string): Promise<void> {
    this.#asking.abort();
    this.#asking = new AbortController();
    const query = new URLSearchParams({ limit: String(LISTED), ...(text === "" ? {} : { search: text }) });
    try {
      const response = await fetch(`/movies?${query}`, { signal: this.#asking.signal });
      if (!response.ok) return;
      const { movies } = (await response.json()) as { movies: readonly { name: string }[] };
      this.found = movies.map(({ name }) => name).filter((name) => name !== this.own);
    } catch {
      // A newer search took its place, or there is no server: the page says that below the picture.
      return;
    }
  }
}

customElements.define("mutoscope-compare-panel", ComparePanel);
