import { LitElement, type TemplateResult, css, html } from "lit";
import { basics } from "../look/shared.ts";

export const WORST_PRIORITY = 255;

/** After the last press: whoever goes three steps means one change. In milliseconds. */
const QUIET = 600;

/**
 * A priority that can be stepped or typed. It tells a wish (`prioritize`, with the number), and shows what is
 * wished until `value` says what is.
 */
export class PriorityStepper extends LitElement {
  static override properties = {
    value: { type: Number },
    /** Whose: read out with the number. */
    label: {},
    busy: { type: Boolean },
    draft: { state: true },
  };
  declare value: number;
  declare label: string;
  declare busy: boolean;
  declare draft: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.busy = false;
  }

  static override styles = [
    basics,
    css`
      :host {
        display: inline-flex;
        align-items: stretch;
        gap: 1px;
      }
      button,
      input {
        padding: 0;
        width: 28px;
        min-height: 28px;
        text-align: center;
        border-radius: 0;
      }
      button:first-of-type {
        border-radius: var(--radius) 0 0 var(--radius);
      }
      button:last-of-type {
        border-radius: 0 var(--radius) var(--radius) 0;
      }
      input {
        width: 38px;
        appearance: textfield;
        background: var(--panel);
      }
      input::-webkit-inner-spin-button {
        display: none;
      }
      :host([wished]) input {
        border-color: var(--accent);
        border-style: dashed;
      }
      @media (pointer: coarse) {
        button,
        input {
          min-height: 44px;
          width: 44px;
        }
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forget();
  }

  override render(): TemplateResult {
    const shown = this.draft ?? this.value;
    this.toggleAttribute("wished", this.draft !== undefined || this.busy);
    return html`
      <button
        aria-label=${`A better priority for ${this.label}`}
        title="Better: one less"
        ?disabled=${shown <= 0}
        @click=${() => this.#step(-1)}
      >
        −
      </button>
      <input
        type="number"
        min="0"
        max=${WORST_PRIORITY}
        step="1"
        aria-label=${`Priority of ${this.label}, 0 to ${WORST_PRIORITY}, smaller goes first`}
        title="Priority, 0 to 255: smaller goes first. Enter changes it, Escape leaves it"
        aria-busy=${this.busy}
        .value=${String(shown)}
        @input=${(event: InputEvent) => this.#type(event)}
        @change=${() => this.#wish()}
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
      />
      <button
        aria-label=${`A worse priority for ${this.label}`}
        title="Worse: one more"
        ?disabled=${shown >= WORST_PRIORITY}
        @click=${() => this.#step(1)}
      >
        +
      </button>
    `;
  }

  #step(by: number): void {
    this.draft = within((this.draft ?? this.value) + by);
    this.#wishLater();
  }

  #type(event: InputEvent): void {
    const { valueAsNumber } = event.target as HTMLInputElement;
    clearTimeout(this.#timer);
    this.draft = Number.isInteger(valueAsNumber) ? within(valueAsNumber) : undefined;
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Enter") this.#wish();
    else if (event.key === "Escape") this.#forget();
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      this.#step(event.key === "ArrowUp" ? 1 : -1);
    }
  }

  #wishLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#wish(), QUIET);
  }

  #wish(): void {
    const { draft } = this;
    this.#forget();
    if (draft === undefined || draft === this.value) return;
    this.dispatchEvent(new CustomEvent("prioritize", { detail: draft }));
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.draft = undefined;
    const input = this.renderRoot.querySelector("input");
    if (input !== null) input.value = String(this.value);
  }
}

function within(priority: number): number {
  return Math.min(Math.max(priority, 0), WORST_PRIORITY);
}

customElements.define("mutoscope-priority-stepper", PriorityStepper);
