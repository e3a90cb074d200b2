import { LitElement, type TemplateResult, html } from "lit";
import { copyIcon, doneIcon } from "./icons.ts";
import { basics } from "./shared.ts";

/** How long it says that it has copied, in milliseconds. */
const SAID = 1500;

/** `<mutoscope-copy-button text="…" what="the command">`: puts a text where it can be pasted from. */
export class CopyButton extends LitElement {
  static override properties = { text: {}, what: {}, outcome: { state: true } };
  declare text: string;
  declare what: string;
  declare outcome: "copied" | "refused" | undefined;

  static override styles = [basics];

  constructor() {
    super();
    this.text = "";
    this.what = "";
  }

  override render(): TemplateResult {
    const isCopied = this.outcome === "copied";
    return html`<button class="icon" title=${`Copy ${this.what}`} @click=${() => void this.#copy()}>
        ${isCopied ? doneIcon : copyIcon}<span class="hidden">Copy ${this.what}</span>
      </button>
      <span class="hidden" role="status">${sentenceOf(this.outcome)}</span>`;
  }

  async #copy(): Promise<void> {
    this.outcome = (await this.#copied()) ? "copied" : "refused";
    setTimeout(() => (this.outcome = undefined), SAID);
  }

  // On pages that are not secure, as those of a server in the same room, browsers have only the old way.
  async #copied(): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(this.text);
      return true;
    } catch {
      return this.#copiedFromField();
    }
  }

  // Within the button's own tree: beside an open dialog nothing can be selected.
  #copiedFromField(): boolean {
    const field = document.createElement("textarea");
    field.value = this.text;
    field.className = "hidden";
    this.renderRoot.append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    this.renderRoot.querySelector("button")?.focus();
    return isDone;
  }
}

function sentenceOf(outcome: CopyButton["outcome"]): string {
  if (outcome === undefined) return "";
  return outcome === "copied" ? "Copied." : "The browser did not let this page copy: select the text.";
}

customElements.define("mutoscope-copy-button", CopyButton);
