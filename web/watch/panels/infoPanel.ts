import { type TemplateResult, html, nothing } from "lit";
import type { MutoscopePlayer } from "../../element/define.ts";
import { sentenceOf } from "../../element/words.ts";
import { basics } from "../../look/shared.ts";
import { type Fact, factsOf, shownFacts } from "./facts.ts";
import { factsView } from "./factsView.ts";
import { Panel, every } from "./panel.ts";
import { panelStyle } from "./panelStyle.ts";
import { Refusal, type MovieFacts, askMovie } from "./server.ts";
import { Throttle } from "./throttle.ts";

/** Twice a second, in milliseconds: fast enough to be believed, slow enough to be read. */
const LOOK = 500;

/** `<mutoscope-info-panel>`: what the movie is, and what is shown of it. */
export class InfoPanel extends Panel {
  static override properties = {
    ...Panel.properties,
    facts: { state: true },
    shown: { state: true },
    trouble: { state: true },
  };
  declare facts: MovieFacts | undefined;
  declare shown: readonly Fact[];
  /** Why nothing is known of the movie. */
  declare trouble: string | undefined;

  static override styles = [basics, panelStyle];

  constructor() {
    super();
    this.shown = [];
  }

  override render(): TemplateResult {
    const { facts, trouble } = this;
    return html`<section aria-labelledby="movie">
        <h2 id="movie">Movie</h2>
        ${facts === undefined ? nothing : factsView(factsOf(facts, new Date()))}
        ${trouble === undefined ? nothing : html`<p role="status">${trouble}</p>`}
      </section>
      <section aria-labelledby="shown">
        <h2 id="shown">On this screen</h2>
        ${factsView(this.shown)}
      </section>`;
  }

  protected override follow(player: MutoscopePlayer, signal: AbortSignal): void {
    this.facts = undefined;
    this.trouble = undefined;
    every(LOOK, signal, () => {
      this.shown = shownFacts({ frame: player.frame, picture: player.pictureSource, stats: player.stats });
    });
    const asking = new Throttle<void>(LOOK, () => void this.#ask(signal));
    player.addEventListener("moviechange", () => asking.wish(), { signal });
    signal.addEventListener("abort", () => asking.drop());
    asking.wish();
  }

  async #ask(signal: AbortSignal): Promise<void> {
    try {
      const facts = await askMovie(this.movie, signal);
      if (signal.aborted) return;
      this.facts = facts;
      this.trouble = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.trouble =
        error instanceof Refusal
          ? sentenceOf({ code: error.code, title: error.message }, this.movie)
          : "The server cannot be reached.";
    }
  }
}

customElements.define("mutoscope-info-panel", InfoPanel);
