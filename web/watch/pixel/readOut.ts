import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { type PixelValue, channelName, sampleText } from "./pixelText.ts";

/** `<mutoscope-read-out>`: where the pointer is in the picture, and what the file has there. */
export class ReadOut extends LitElement {
  static override properties = { value: { attribute: false }, place: { attribute: false } };
  /** Undefined while nobody knows. */
  declare value: PixelValue | undefined;
  /** Where one points, before it is known what is there; undefined where one points at nothing. */
  declare place: { readonly x: number; readonly y: number } | undefined;

  static override styles = css`
    :host {
      display: inline-block;
      min-height: 1.45em;
      font-size: 13px;
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    span {
      display: inline-block;
      min-width: 8ch;
    }
    span.short {
      min-width: 6ch;
    }
    i {
      font-style: normal;
      color: var(--quiet);
    }
  `;

  override render(): TemplateResult | typeof nothing {
    const { value, place = value } = this;
    if (place === undefined) return nothing;
    const isHere = value?.x === place.x && value.y === place.y;
    return html`${part("x", String(place.x), true)} ${part("y", String(place.y), true)}
    ${
      value === undefined || !isHere
        ? nothing
        : value.channels.map((name, index) =>
            part(channelName(name), sampleText(value.values[index] ?? "NaN", value.sample), false),
          )
    }`;
  }
}

function part(name: string, text: string, isShort: boolean): TemplateResult {
  return html`<span class=${isShort ? "short" : ""}><i>${name}</i> ${text}</span> `;
}

customElements.define("mutoscope-read-out", ReadOut);
