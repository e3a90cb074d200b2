import { type TemplateResult, html } from "lit";
import type { Fact } from "./facts.ts";

/** A list of what is so. */
export function factsView(facts: readonly Fact[]): TemplateResult {
  return html`<dl>
    ${facts.map(
      ({ what, is, tone = "" }) =>
        html`<dt>${what}</dt>
          <dd class=${tone}>${is}</dd>`,
    )}
  </dl>`;
}
