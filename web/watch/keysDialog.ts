import { LitElement, type TemplateResult, css, html } from "lit";
import { closeIcon } from "../look/icons.ts";
import { basics } from "../look/shared.ts";
import { HELP } from "./keys.ts";

/** `<mutoscope-keys>`: all keys of the player page. */
export class Keys extends LitElement {
  static override styles = [
    basics,
    css`
      dialog {
        width: min(560px, calc(100vw - 32px));
        max-height: calc(100vh - 64px);
        overflow: auto;
        padding: 16px;
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
        justify-content: space-between;
        align-items: center;
      }
      h2 {
        margin: 0;
        font-size: 18px;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 6px 24px;
        margin: 8px 0 0;
      }
      dt {
        font-family: var(--mono);
        white-space: pre;
      }
      dd {
        margin: 0;
      }
    `,
  ];

  show(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  get isOpen(): boolean {
    return this.renderRoot.querySelector("dialog")?.open ?? false;
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title">
      <div class="head">
        <h2 id="title">Keys</h2>
        <button class="icon" title="Close (Esc)" @click=${this.#close}>
          ${closeIcon}<span class="hidden">Close</span>
        </button>
      </div>
      <dl>
        ${HELP.map(
          ([keys, does]) =>
            html`<dt>${keys}</dt>
              <dd>${does}</dd>`,
        )}
      </dl>
    </dialog>`;
  }

  #close(): void {
    this.renderRoot.querySelector("dialog")?.close();
  }
}

customElements.define("mutoscope-keys", Keys);
