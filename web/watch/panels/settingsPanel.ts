import { type TemplateResult, css, html } from "lit";
import { live } from "lit/directives/live.js";
import type { MutoscopePlayer } from "../../element/define.ts";
import { CLIENT_NAME } from "../../element/line.ts";
import { basics } from "../../look/shared.ts";
import { unlessTyped } from "../../look/unlessTyped.ts";
import { Panel, every } from "./panel.ts";
import { panelStyle } from "./panelStyle.ts";
import { PlaybackWatch } from "./playbackWatch.ts";
import type { PlaybackFacts } from "./server.ts";
import { CONTRACT_WORDS, QUALITIES, grantedText, qualityOf, readPriority } from "./settings.ts";
import { tellView } from "./view.ts";

/** How often it is asked what was granted, in milliseconds. */
const LOOK = 1000;

/** `<mutoscope-settings-panel>`: how a movie is to be sent. */
export class SettingsPanel extends Panel {
  static override properties = { ...Panel.properties, granted: { state: true } };
  /** What the server says of what plays; undefined while nothing does. */
  declare granted: PlaybackFacts | undefined;

  static override styles = [
    basics,
    panelStyle,
    css`
      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend,
      .title {
        display: block;
        padding: 0;
        margin: 16px 0 4px;
        font-size: 13px;
        color: var(--quiet);
      }
      fieldset:first-of-type legend {
        margin-top: 0;
      }
      .contract {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0 8px;
        padding: 4px 0;
        cursor: pointer;
      }
      .contract input {
        min-height: 20px;
        margin: 0;
        accent-color: var(--accent);
      }
      .contract .means {
        grid-column: 2;
      }
      select {
        width: 100%;
      }
      .priority {
        width: 96px;
        font-variant-numeric: tabular-nums;
      }
      @media (pointer: coarse) {
        .contract {
          min-height: var(--target);
        }
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<h2>How it is sent</h2>
      ${this.#contracts()} ${this.#quality()} ${this.#priority()}
      <h3>Missing frames</h3>
      <p class="small">The last frame before the hole stays, and the label says so.</p>`;
  }

  protected override follow(player: MutoscopePlayer, signal: AbortSignal): void {
    const watch = new PlaybackWatch(this.movie, CLIENT_NAME);
    const look = async (): Promise<void> => {
      // Of a playback that is over nothing is granted.
      const granted = player.paused ? undefined : await watch.look(signal).catch(() => this.granted);
      if (signal.aborted) return;
      this.granted = granted;
      // Others change the player as well.
      this.requestUpdate();
    };
    every(LOOK, signal, () => void look());
  }

  #contracts(): TemplateResult {
    const chosen = this.player?.contract ?? "paced";
    return html`<fieldset>
      <legend>When time is short</legend>
      ${CONTRACT_WORDS.map(
        ({ contract, name, means }) =>
          html`<label class="contract">
            <input
              type="radio"
              name="contract"
              value=${contract}
              .checked=${live(contract === chosen)}
              @change=${() => this.#promise(contract)}
            />
            <span>${name} <code class="quiet">${contract}</code></span>
            <span class="means small quiet">${means}</span>
          </label>`,
      )}
    </fieldset>`;
  }

  #quality(): TemplateResult {
    const chosen = qualityOf(this.player?.rendition ?? {});
    return html`<label class="title" for="quality">Picture quality</label>
      <select id="quality" title="How pictures are encoded on their way" @change=${this.#encode}>
        ${chosen === undefined ? html`<option value="" selected>Another one</option>` : ""}
        ${QUALITIES.map(
          ({ key, name }) => html`<option value=${key} .selected=${live(key === chosen)}>${name}</option>`,
        )}
      </select>`;
  }

  #priority(): TemplateResult {
    const wished = this.player?.priority ?? 0;
    const isLess = this.granted !== undefined && this.granted.priority > wished;
    return html`<label class="title" for="priority">Priority</label>
      <input
        id="priority"
        class="priority"
        type="number"
        min="0"
        max="255"
        step="1"
        aria-describedby="granted"
        title="0 goes first, 255 last"
        .value=${unlessTyped(String(wished))}
        @change=${this.#prioritize}
      />
      <p id="granted" class=${isLess ? "small late" : "small quiet"} role="status">
        ${grantedText(wished, this.granted)}
      </p>`;
  }

  #promise(contract: MutoscopePlayer["contract"]): void {
    if (this.player === undefined) return;
    this.player.contract = contract;
    this.#tell();
  }

  #encode(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    const quality = QUALITIES.find(({ key }) => key === value);
    if (this.player === undefined || quality === undefined) return;
    this.player.rendition = { ...this.player.rendition, ...quality.wish };
    this.#tell();
  }

  #prioritize(event: Event): void {
    const priority = readPriority((event.target as HTMLInputElement).value);
    // What is no priority is what it was.
    this.requestUpdate();
    if (this.player === undefined || priority === undefined) return;
    this.player.priority = priority;
    this.granted = undefined;
    this.#tell();
  }

  #tell(): void {
    const { player } = this;
    if (player === undefined) return;
    const { contract, priority, rendition } = player;
    tellView(this, { contract, priority, format: rendition.format, quality: rendition.quality });
    this.requestUpdate();
  }
}

customElements.define("mutoscope-settings-panel", SettingsPanel);
