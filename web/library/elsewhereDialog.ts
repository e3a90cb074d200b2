import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import "../look/copyButton.ts";
import { closeIcon } from "../look/icons.ts";
import { basics } from "../look/shared.ts";
import { type Way, waysTo } from "./elsewhere.ts";
import type { Movie } from "./listing.ts";

/** `<mutoscope-elsewhere>`: how to watch a movie with other programs. */
export class Elsewhere extends LitElement {
  static override properties = { movie: { state: true }, classic: { attribute: false } };
  declare movie: Movie | undefined;
  /** The classic protocol's port. */
  declare classic: number | undefined;

  static override styles = [
    basics,
    css`
      dialog {
        width: min(800px, calc(100vw - 32px));
        max-height: calc(100vh - 64px);
        padding: 16px;
        overflow: auto;
        color: var(--text);
        background: var(--panel);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 50%);
      }
      .head {
        display: flex;
        align-items: start;
        justify-content: space-between;
        gap: 16px;
      }
      h2 {
        margin: 0 0 8px;
        font-size: 18px;
        overflow-wrap: anywhere;
      }
      dl,
      dd {
        margin: 0;
      }
      dt {
        margin-top: 12px;
        color: var(--quiet);
        font-size: 13px;
      }
      dd {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      pre {
        flex: 1;
        margin: 0;
        padding: 8px;
        background: var(--surround);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** Shows the ways to a movie, until it is closed. */
  async show(movie: Movie): Promise<void> {
    this.movie = movie;
    await this.updateComplete;
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @click=${this.#clicked}>
      ${this.movie === undefined ? nothing : this.#ways(this.movie)}
    </dialog>`;
  }

  #ways({ name, fps }: Movie): TemplateResult {
    const { origin, hostname } = location;
    const ways = waysTo(name, fps, { origin, host: hostname, classic: this.classic });
    return html`<div class="head">
        <h2 id="title">Watch ${name} elsewhere</h2>
        <button class="icon" title="Close (Esc)" @click=${this.#close}>
          ${closeIcon}<span class="hidden">Close</span>
        </button>
      </div>
      <dl>${ways.map((way) => this.#way(way))}</dl>`;
  }

  #way({ title, command }: Way): TemplateResult {
    return html`<dt>${title}</dt>
      <dd>
        <pre tabindex="0"><code>${command}</code></pre>
        <mutoscope-copy-button .text=${command} .what=${title}></mutoscope-copy-button>
      </dd>`;
  }

  #close(): void {
    this.renderRoot.querySelector("dialog")?.close();
  }

  // Beside the dialog is its backdrop.
  #clicked(event: MouseEvent): void {
    if (event.target === this.renderRoot.querySelector("dialog") && isOutside(event)) this.#close();
  }
}

function isOutside({ target, clientX, clientY }: MouseEvent): boolean {
  const { left, right, top, bottom } = (target as HTMLElement).getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

customElements.define("mutoscope-elsewhere", Elsewhere);
