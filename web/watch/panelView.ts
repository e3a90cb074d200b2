import { type TemplateResult, html, nothing } from "lit";
import type { MutoscopePlayer } from "../element/define.ts";
import "./compare/comparePanel.ts";
import type { Comparison } from "./compare/comparePanel.ts";
import type { Panel } from "./keys.ts";
import "./panels/histogramPanel.ts";
import "./panels/infoPanel.ts";
import "./panels/latePanel.ts";
import "./panels/settingsPanel.ts";

/** Whose panel is opened. */
export type Watched = {
  readonly player: MutoscopePlayer;
  readonly movie: string;
  readonly comparison: Comparison;
};

/** What stands beside the picture. */
export function panelView(panel: Panel | undefined, watched: Watched): TemplateResult | typeof nothing {
  const { player, movie, comparison } = watched;
  switch (panel) {
    case "info":
      return html`<mutoscope-info-panel .player=${player} .movie=${movie}></mutoscope-info-panel>`;
    case "histogram":
      return html`<mutoscope-histogram-panel .player=${player} .movie=${movie}></mutoscope-histogram-panel>`;
    case "settings":
      return html`<mutoscope-settings-panel .player=${player} .movie=${movie}></mutoscope-settings-panel>`;
    case "late":
      return html`<mutoscope-late-panel .player=${player} .movie=${movie}></mutoscope-late-panel>`;
    case "compare":
      return html`<mutoscope-compare-panel
        .comparison=${comparison}
        .own=${movie}
      ></mutoscope-compare-panel>`;
    default:
      return nothing;
  }
}
