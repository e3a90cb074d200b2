import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { basics } from "../look/shared.ts";

/** Names that are offered. */
const OFFERED = 5;

/** `<mutoscope-refused>`: what is shown where there is no movie to be watched: why, and where to go. */
export class Refused extends LitElement {
  static override properties = { movie: {}, reason: {}, near: { state: true } };
  declare movie: string;
  declare reason: string;
  /** Movies that may have been meant. */
  declare near: readonly string[];

  static override styles = [
    basics,
    css`
      section {
        max-width: 560px;
        margin: 48px auto;
        padding: 16px 24px;
        background: var(--panel);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        overflow-wrap: anywhere;
      }
      h2 {
        margin: 0 0 8px;
        font-size: 20px;
      }
      ul {
        padding-left: 20px;
      }
    `,
  ];

  constructor() {
    super();
    this.movie = "";
    this.reason = "";
    this.near = [];
  }

  override firstUpdated(): void {
    void this.#look();
  }

  override render(): TemplateResult {
    return html`<section role="alert">
      <h2>${this.reason}</h2>
      ${
        this.near.length === 0
          ? nothing
          : html`<p>Did you mean one of these?</p>
              <ul>
                ${this.near.map((name) => linkTo(name))}
              </ul>`
      }
      <p>It may not be there yet: this page shows it as soon as it comes. <a href="/">All movies</a></p>
    </section>`;
  }

  // The beginning of a name, or of its last part, is mostly right.
  async #look(): Promise<void> {
    const last = this.movie.split("/").at(-1) ?? this.movie;
    for (const text of [last, last.slice(0, Math.ceil((last.length * 2) / 3))]) {
      this.near = await moviesLike(text);
      if (this.near.length > 0) return;
    }
  }
}

function linkTo(movie: string): TemplateResult {
  return html`<li><a href=${`/watch/${encodeURIComponent(movie)}`}>${movie}</a></li>`;
}

async function moviesLike(search: string): Promise<readonly string[]> {
  try {
    const response = await fetch(`/movies?${new URLSearchParams({ search, limit: String(OFFERED) })}`);
    const { movies = [] } = (await response.json()) as { movies?: readonly { name: string }[] };
    return movies.map(({ name }) => name);
  } catch {
    // Without a server nothing can be offered.
    return [];
  }
}

customElements.define("mutoscope-refused", Refused);
