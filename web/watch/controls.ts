import { LitElement, type TemplateResult, css, html } from "lit";
import {
  backwardsIcon,
  firstIcon,
  forwardsIcon,
  fullScreenIcon,
  lastIcon,
  pauseIcon,
  playIcon,
  stepBackIcon,
  stepOnIcon,
} from "../look/icons.ts";
import { basics } from "../look/shared.ts";
import type { Action, Panel } from "./keys.ts";
import type { Repeat } from "./link.ts";

/** What the controls show. */
export type Shown = {
  /** The frame that is shown; NaN before there is one. */
  readonly frame: number;
  readonly first: number;
  readonly last: number;
  /** A frame number that is being typed. */
  readonly typed: string;
  readonly isPlaying: boolean;
  readonly rate: number;
  readonly fps: string;
  readonly repeat: Repeat;
  readonly part: readonly [number, number] | undefined;
  readonly isHeld: boolean;
  readonly scale: number;
  readonly panel: Panel | undefined;
};

const REPEAT_WORDS: Readonly<Record<Repeat, string>> = { once: "Once", loop: "Loop", bounce: "Ping-pong" };

const AT_END = "At the end: once, loop or ping-pong (R)";
const BACKWARDS: Action = { do: "shuttle", direction: -1 };
const FORWARDS: Action = { do: "shuttle", direction: 1 };

const PANEL_WORDS: readonly (readonly [Panel, words: string, title: string])[] = [
  ["info", "Info", "Information about the movie and the picture (N)"],
  ["histogram", "Levels", "Histogram, levels and exposure (H)"],
  ["compare", "Compare", "Compare with another movie (C)"],
  ["settings", "Settings", "Contract, quality and priority (S)"],
  ["late", "Why late", "Where the time goes (W)"],
];

/** `<mutoscope-controls>`: one row of what can be done; tells it by `act`. */
export class Controls extends LitElement {
  static override properties = { shown: { attribute: false } };
  declare shown: Shown;

  static override styles = [
    basics,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
        padding: 8px 16px;
      }
      .group {
        display: flex;
        align-items: center;
        gap: 4px;
      }
      .frame {
        min-width: 4ch;
        font-size: 28px;
        line-height: 1;
        text-align: right;
        font-weight: 600;
      }
      .frame[data-tone="held"] {
        color: var(--late);
      }
      .typed {
        color: var(--accent-text);
      }
      .rest {
        flex: 1;
      }
      .more {
        flex: 1;
        display: flex;
        gap: 8px 16px;
      }
      button {
        min-width: var(--target);
      }
      .rate {
        min-width: 11ch;
      }
      @media (max-width: 700px) {
        :host {
          gap: 4px;
          padding: 4px 8px 8px;
          justify-content: space-between;
        }
        .rest,
        .optional,
        button.icon.optional {
          display: none;
        }
        .frame {
          flex: 1;
          text-align: left;
        }
        .more {
          flex: none;
          width: 100%;
          gap: 4px;
          overflow-x: auto;
        }
        .more button {
          flex: none;
        }
        .play {
          min-width: 64px;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const { isPlaying, rate, repeat, fps, scale } = this.shown;
    const isRound = repeat !== "once";
    const isPart = this.shown.part !== undefined;
    const speed = rate === 1 || !isPlaying ? "" : ` ×${String(rate).replace("-", "−")}`;
    return html`
      ${this.#frame()}
      <div class="group" role="group" aria-label="Play">
        ${this.#button("The first frame (Home)", firstIcon, { do: "first" }, "optional")}
        ${this.#button("Play backwards; again: faster (J)", backwardsIcon, BACKWARDS, "optional")}
        ${this.#button("One frame back (, or ←; Shift: ten)", stepBackIcon, { do: "step", frames: -1 })}
        ${this.#button(
          isPlaying ? "Pause (Space or K)" : "Play (Space or L)",
          isPlaying ? pauseIcon : playIcon,
          { do: "toggle" },
          "play",
        )}
        ${this.#button("One frame on (. or →; Shift: ten)", stepOnIcon, { do: "step", frames: 1 })}
        ${this.#button("Play; again: faster (L)", forwardsIcon, FORWARDS, "optional")}
        ${this.#button("The last frame (End)", lastIcon, { do: "last" }, "optional")}
      </div>
      <span class="rate number quiet optional">${fps} fps${speed}</span>
      <div class="more">
        <div class="group" role="group" aria-label="The part that is played">
          ${this.#word("In", "The part that is played begins here (I)", { do: "markIn" }, isPart)}
          ${this.#word("Out", "The part that is played ends here (O)", { do: "markOut" }, isPart)}
          ${this.#word(REPEAT_WORDS[repeat], AT_END, { do: "repeat" }, isRound)}
        </div>
        <span class="rest"></span>
        <div class="group" role="group" aria-label="View">
          ${this.#word("Fit", "All of the picture (Z)", { do: "fit" }, scale === 1)}
          ${this.#word("1:1", "One pixel on one of the display's (A)", { do: "oneToOne" })}
          ${this.#button("Full screen (F)", fullScreenIcon, { do: "fullScreen" })}
        </div>
        <div class="group panels" role="group" aria-label="Panels">
          ${PANEL_WORDS.map(([panel, words, title]) =>
            this.#word(words, title, { do: "panel", panel }, this.shown.panel === panel),
          )}
          ${this.#word("?", "All keys (?)", { do: "help" })}
        </div>
      </div>
    `;
  }

  #frame(): TemplateResult {
    const { frame, typed, isHeld, first, last } = this.shown;
    if (typed !== "")
      return html`<span class="frame number typed" title="Enter goes there, Esc does not">${typed}▏</span>`;
    const words = Number.isNaN(frame) ? "–" : String(frame);
    return html`<span
      class="frame number"
      data-tone=${isHeld ? "held" : "plain"}
      title=${`Frame ${words} of ${first} to ${last}; type a number and Enter to go there`}
      >${words}</span
    >`;
  }

  #button(title: string, icon: TemplateResult, action: Action, kind = ""): TemplateResult {
    return html`<button
      class="icon ${kind}"
      title=${title}
      aria-label=${title}
      @click=${() => this.#act(action)}
    >
      ${icon}
    </button>`;
  }

  #word(words: string, title: string, action: Action, isOn?: boolean): TemplateResult {
    const pressed = isOn === undefined ? undefined : String(isOn);
    return pressed === undefined
      ? html`<button title=${title} @click=${() => this.#act(action)}>${words}</button>`
      : html`<button title=${title} aria-pressed=${pressed} @click=${() => this.#act(action)}>
          ${words}
        </button>`;
  }

  #act(action: Action): void {
    this.dispatchEvent(new CustomEvent("act", { detail: action }));
  }
}

customElements.define("mutoscope-controls", Controls);
