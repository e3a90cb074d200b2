import { type TemplateResult, html } from "lit";
import { ifDefined } from "lit/directives/if-defined.js";
import { type Figure, measure, selectorText } from "./figure.ts";
import type { Snapshot } from "./snapshot.ts";
import { type Format, NOTHING } from "./units.ts";

/** Two moments: what a number is taken from. */
export type Moments = { readonly now: Snapshot; readonly before: Snapshot | undefined };

const HOW: { readonly [Of in Figure["how"]]: string } = {
  now: "now",
  all: "now",
  rate: "in each second",
  increase: "more than then",
  mean: "on average",
  p99: "99 of 100 at most",
  share: "of 1",
};

/**
 * A number that says where it comes from: the metric as Prometheus selects it, how it follows from that, and
 * since which of the server's answers. Whoever doubts it can ask the server.
 */
export function numberView(figure: Figure, format: Format, { now, before }: Moments): TemplateResult {
  const value = measure(figure, now, before);
  const { name } = figure.of;
  const isRate = figure.how === "rate" && before !== undefined;
  const beside = figure.how === "share" ? selectorText(figure.beside) : undefined;
  return html`<span
    class="number"
    data-metric=${selectorText(figure.of)}
    data-how=${figure.how}
    data-beside=${ifDefined(beside)}
    data-seconds=${ifDefined(isRate ? (now.at - before.at) / 1000 : undefined)}
    data-from=${ifDefined(figure.how === "now" || figure.how === "all" ? undefined : before?.number)}
    title=${`${selectorText(figure.of)}, ${HOW[figure.how]}. ${now.helpOf(name)}`}
    >${value === undefined ? NOTHING : format(value)}</span
  >`;
}
