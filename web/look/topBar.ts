import { LitElement, type TemplateResult, css, html } from "lit";
import { basics } from "./shared.ts";
import { THEMES, type Theme, chooseTheme, chosenTheme, showTheme } from "./theme.ts";

const WORDS: Readonly<Record<Theme, string>> = {
  system: "Auto",
  dark: "Dark",
  light: "Light",
};

// Before anything is painted: a page that flashes white is no place for pictures.
showTheme(chosenTheme());

/** `<mutoscope-top-bar here="movies">`: where one is and can go; what is in its slot belongs to the page. */
export class TopBar extends LitElement {
  static override properties = { here: {}, theme: { state: true }, hasSlot: { state: true } };
  declare here: string;
  declare theme: Theme;
  /** Whether the page has something to show here. */
  declare hasSlot: boolean;

  static override styles = [
    basics,
    css`
      header {
        display: flex;
        align-items: center;
        gap: 16px;
        padding: 8px 16px;
        background: var(--panel);
        border-bottom: 1px solid var(--line);
      }
      nav {
        display: flex;
        gap: 4px;
      }
      nav a {
        display: inline-flex;
        align-items: center;
        min-height: var(--target);
        padding: 0 10px;
        color: var(--text);
        text-decoration: none;
        border-bottom: 2px solid transparent;
      }
      nav a:hover {
        border-bottom-color: var(--line);
      }
      nav a[aria-current="page"] {
        border-bottom-color: var(--accent);
      }
      .rest {
        flex: 1;
        min-width: 0;
      }
      @media (max-width: 600px) {
        header {
          flex-wrap: wrap;
          justify-content: space-between;
          gap: 4px;
          padding: 4px 8px;
        }
        .rest {
          order: 1;
          flex-basis: 100%;
        }
        .rest:not([data-full]) {
          display: none;
        }
        select {
          width: 88px;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.here = "";
    this.theme = chosenTheme();
    this.hasSlot = false;
  }

  override render(): TemplateResult {
    return html`<header>
      <nav aria-label="Pages">
        ${this.#link("/", "movies", "Movies")} ${this.#link("/status", "status", "Status")}
      </nav>
      <div class="rest" ?data-full=${this.hasSlot}><slot @slotchange=${this.#filled}></slot></div>
      <label>
        <span class="hidden">Colours</span>
        <select title="Colours of this page: as the system has them, dark or light" @change=${this.#choose}>
          ${THEMES.map(
            (theme) =>
              html`<option value=${theme} ?selected=${theme === this.theme}>${WORDS[theme]}</option>`,
          )}
        </select>
      </label>
    </header>`;
  }

  #link(href: string, name: string, words: string): TemplateResult {
    return html`<a href=${href} aria-current=${this.here === name ? "page" : "false"}>${words}</a>`;
  }

  #filled({ target }: Event): void {
    this.hasSlot = (target as HTMLSlotElement).assignedElements().length > 0;
  }

  #choose(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.theme = THEMES.find((theme) => theme === value) ?? "system";
    chooseTheme(this.theme);
  }
}

customElements.define("mutoscope-top-bar", TopBar);
