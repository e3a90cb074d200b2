import { LitElement, type TemplateResult, css, html } from "lit";
import { basics } from "../look/shared.ts";

/** What the server takes for a token: anything else cannot even be sent. */
const TOKEN = "[\\x21-\\x7e]{16,256}";

/** Asks for the operator's token. Tells `token`, which is empty where there is none to be had. */
export class TokenDialog extends LitElement {
  static override properties = { why: { state: true } };
  declare why: string;

  static override styles = [
    basics,
    css`
      dialog {
        background: var(--panel);
        color: var(--text);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 16px 24px 24px;
        width: min(480px, calc(100vw - 32px));
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 60%);
      }
      h2 {
        font-size: 16px;
        margin: 0 0 8px;
      }
      label,
      input {
        display: block;
        width: 100%;
      }
      label {
        margin: 16px 0 4px;
      }
      .row {
        display: flex;
        justify-content: flex-end;
        gap: 8px;
        margin-top: 16px;
      }
      .main {
        background: var(--accent);
        color: var(--on-accent);
        border-color: var(--accent);
      }
    `,
  ];

  constructor() {
    super();
    this.why = "";
  }

  /** @param why it is asked for, in a sentence */
  ask(why: string): void {
    this.why = why;
    const dialog = this.#dialog;
    if (dialog === null || dialog.open) return;
    dialog.returnValue = "";
    dialog.showModal();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${() => this.#closed()}>
      <form @submit=${(event: SubmitEvent) => this.#submit(event)}>
        <h2 id="title">For operators</h2>
        <p>${this.why}</p>
        <label for="token">The operator's token</label>
        <input id="token" type="password" autocomplete="off" required pattern=${TOKEN} autofocus />
        <p class="quiet">
          16 to 256 characters. It is kept until this tab is closed, and sent to this server only.
        </p>
        <div class="row">
          <button type="button" @click=${() => this.#dialog?.close()}>Leave it</button>
          <button type="submit" class="main">Go on</button>
        </div>
      </form>
    </dialog>`;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    this.#dialog?.close(this.#input?.value ?? "");
  }

  #closed(): void {
    const input = this.#input;
    if (input !== null) input.value = "";
    this.dispatchEvent(new CustomEvent("token", { detail: this.#dialog?.returnValue ?? "" }));
  }

  get #input(): HTMLInputElement | null {
    return this.renderRoot.querySelector("input");
  }
}

customElements.define("mutoscope-token-dialog", TokenDialog);
