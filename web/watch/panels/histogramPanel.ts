import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { MutoscopePlayer, RenditionWish } from "../../element/define.ts";
import { frameSentence } from "../../element/words.ts";
import { basics } from "../../look/shared.ts";
import { unlessTyped } from "../../look/unlessTyped.ts";
import { histogramStyle } from "./histogramStyle.ts";
import { Latest } from "./latest.ts";
import {
  type Handle,
  closer,
  closerIfLost,
  keyed,
  pushed,
  readValue,
  unitOf,
  valueAt,
  valueText,
} from "./levels.ts";
import { Panel } from "./panel.ts";
import { panelStyle } from "./panelStyle.ts";
import { type Plot, legendView, plotView } from "./plotView.ts";
import { type Histogram, type LevelPair, Refusal, askHistogram } from "./server.ts";
import { MOST_STOPS, STOP_STEP, readStops, stopsText } from "./stops.ts";
import { Throttle } from "./throttle.ts";
import { tellView } from "./view.ts";

/** Between two histograms, in milliseconds: each is a decoded frame. */
const LOOK = 500;
/** Between two changes of the picture, in milliseconds. */
const CHANGE = 100;

type Asked = { readonly movie: string; readonly frame: number; readonly range: LevelPair | undefined };

/** `<mutoscope-histogram-panel>`: which values the shown frame has, and which become black and white. */
export class HistogramPanel extends Panel {
  static override properties = {
    ...Panel.properties,
    levels: { attribute: false },
    exposure: { attribute: false },
    histogram: { state: true },
    trouble: { state: true },
    range: { state: true },
  };
  /** Undefined is what the server does by itself. */
  declare levels: RenditionWish["levels"];
  declare exposure: number | undefined;
  declare histogram: Histogram | undefined;
  declare trouble: string | undefined;
  /** Of the axis, where it is not all that there can be. */
  declare range: LevelPair | undefined;
  readonly #asking = new Latest<Asked, Histogram>(LOOK, askHistogram, {
    told: (histogram) => this.#told(histogram),
    failed: (error) => this.#failed(error),
  });
  readonly #changing = new Throttle<RenditionWish>(CHANGE, ({ levels, exposure }) => {
    if (this.player !== undefined) this.player.rendition = { ...this.player.rendition, levels, exposure };
  });
  #grabbed: Handle | undefined;
  /** Which histogram was asked for last: another picture of the same frame has the same. */
  #asked = "";
  /** Whether it is known which axis serves the movie. */
  #hasAxis = false;

  static override styles = [basics, panelStyle, histogramStyle];

  override render(): TemplateResult {
    const plot = this.#plot();
    return html`<h2>Histogram</h2>
      ${this.trouble === undefined ? nothing : html`<p role="status">${this.trouble}</p>`}
      ${plot === undefined ? html`<div class="plot"><div class="field"></div></div>` : this.#levels(plot)}
      ${this.#exposure()}`;
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (changed.has("levels") || changed.has("exposure")) this.#apply();
    if (changed.has("range") && this.#asked !== "") this.#look();
  }

  protected override follow(player: MutoscopePlayer, signal: AbortSignal): void {
    this.histogram = undefined;
    this.range = undefined;
    this.levels ??= player.rendition.levels;
    this.exposure ??= player.rendition.exposure;
    this.#asked = "";
    this.#hasAxis = false;
    const look = (): void => {
      if (player.paused || this.#asked === "") this.#look();
      // While it plays the old one stays, and says of which frame it is.
      else this.requestUpdate();
    };
    for (const event of ["pause", "seeked", "framechange", "moviechange"])
      player.addEventListener(event, look, { signal });
    signal.addEventListener("abort", () => this.#asking.drop());
    this.#look();
  }

  #look(): void {
    const { player, movie, range } = this;
    if (player === undefined || Number.isNaN(player.frame)) return;
    const { frame, pictureSource } = player;
    const key = JSON.stringify([movie, frame, pictureSource?.revision, range]);
    if (key === this.#asked) return;
    this.#asked = key;
    this.#asking.want({ movie, frame, range });
  }

  #told(histogram: Histogram): void {
    const range = this.#hasAxis ? undefined : closerIfLost(histogram.histograms, histogram);
    this.#hasAxis = true;
    // It is shown when it is known closer.
    if (range !== undefined) this.range = range;
    else this.histogram = histogram;
    this.trouble = undefined;
  }

  #failed(error: unknown): void {
    this.#asked = "";
    const isRefusal = error instanceof Refusal;
    this.trouble = isRefusal
      ? frameSentence(error.code, this.player?.frame ?? 0)
      : "The server cannot be reached.";
    if (isRefusal) this.histogram = undefined;
  }

  #apply(): void {
    const { levels, exposure, player } = this;
    if (player === undefined) return;
    const { rendition } = player;
    const isSame = JSON.stringify(rendition.levels) === JSON.stringify(levels);
    if (!isSame || rendition.exposure !== exposure) this.#changing.wish({ levels, exposure });
  }

  /** Somebody has chosen. */
  #choose(change: Pick<RenditionWish, "levels" | "exposure">): void {
    if ("levels" in change) this.levels = change.levels;
    if ("exposure" in change) this.exposure = change.exposure;
    tellView(this, { levels: this.levels, exposure: this.exposure });
  }

  #plot(): Plot | undefined {
    const { histogram, levels } = this;
    if (histogram === undefined) return undefined;
    const { low, high, sample, white, histograms } = histogram;
    const usual = histogram.levels ?? { low: 0, high: white };
    return {
      channels: histograms,
      axis: { low, high, sample, white },
      levels: typeof levels === "object" ? levels : usual,
      isOld: histogram.frame !== this.player?.frame,
    };
  }

  #levels(plot: Plot): TemplateResult {
    const { axis, channels } = plot;
    const listener = { grabbed: this.#grab, moved: this.#move, released: this.#release, keyed: this.#key };
    return html`${plotView(plot, listener)}
      <div class="ends number">
        <span>${valueText(axis.low, axis)}</span><span>${valueText(axis.high, axis)}</span>
      </div>
      ${legendView(channels, this.#words())}
      <div class="inputs">
        ${this.#input("low", "Black at", plot)} ${this.#input("high", "White at", plot)}
      </div>
      ${this.#buttons()}`;
  }

  #words(): string {
    const { histogram, player } = this;
    const frame = player?.frame ?? Number.NaN;
    if (histogram === undefined) return "";
    if (histogram.frame !== frame) return `of frame ${histogram.frame}, until it pauses`;
    const { substitute } = histogram;
    return substitute === null ? `of frame ${frame}` : `of ${substitute.frame}, shown for ${frame}`;
  }

  #input(handle: Handle, words: string, { levels, axis }: Plot): TemplateResult {
    return html`<label
      >${words}
      <input
        type="number"
        step=${axis.sample === "float32" ? "any" : unitOf(axis)}
        data-handle=${handle}
        .value=${unlessTyped(valueText(levels[handle], axis))}
        @change=${this.#typed}
    /></label>`;
  }

  #buttons(): TemplateResult {
    const { levels, histogram, range } = this;
    const isDeep = histogram?.levels !== null;
    const isAuto = levels === undefined || levels === "auto";
    return html`<div class="buttons">
      <button aria-pressed=${isAuto} title=${isDeep ? AUTO_DEEP : AUTO} @click=${this.#auto}>
        ${isDeep ? "Auto" : "As it is"}
      </button>
      <button title="From the least to the largest value of this frame" @click=${this.#fit}>
        This frame
      </button>
      <button
        aria-pressed=${range !== undefined}
        title="Show only where this frame has values"
        @click=${this.#closer}
      >
        Closer
      </button>
    </div>`;
  }

  #exposure(): TemplateResult {
    const { exposure = 0 } = this;
    return html`<h3 id="exposure">Exposure</h3>
      <div class="exposure">
        <input
          type="range"
          min=${-MOST_STOPS}
          max=${MOST_STOPS}
          step=${STOP_STEP}
          aria-labelledby="exposure"
          aria-valuetext=${stopsText(exposure)}
          title="In stops, each twice the light; double click for none"
          .value=${live(String(exposure))}
          @input=${this.#expose}
          @dblclick=${this.#unexposed}
        />
        <span class="stops">${stopsText(exposure)}</span>
        <button ?disabled=${exposure === 0} title="No exposure" @click=${this.#unexposed}>Reset</button>
      </div>`;
  }

  #auto(): void {
    this.#choose({ levels: undefined });
  }

  #fit(): void {
    const { histogram } = this;
    const values = (histogram?.histograms ?? []).flatMap(({ least, most }) => [least, most]);
    const known = values.filter((value) => value !== null);
    const low = Math.min(...known);
    const high = Math.max(...known);
    if (low < high) this.#choose({ levels: { low, high } });
  }

  #closer(): void {
    const { histogram, range } = this;
    if (histogram === undefined) return;
    this.range = range === undefined ? closer(histogram.histograms, histogram) : undefined;
  }

  #expose(event: Event): void {
    this.#choose({ exposure: readStops((event.target as HTMLInputElement).value) });
  }

  #unexposed(): void {
    this.#choose({ exposure: undefined });
  }

  #typed(event: Event): void {
    const input = event.target as HTMLInputElement;
    const plot = this.#plot();
    if (plot === undefined) return;
    const value = readValue(input.value, plot.axis);
    if (value !== undefined) this.#push(handleOf(input), value);
    // What was no value, or too much, is what it was.
    this.requestUpdate();
  }

  #push(handle: Handle, value: number): void {
    const plot = this.#plot();
    if (plot !== undefined) this.#choose({ levels: pushed(plot.levels, handle, value, plot.axis) });
  }

  readonly #grab = (event: PointerEvent): void => {
    const handle = event.currentTarget as HTMLElement;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    this.#grabbed = handleOf(handle);
  };

  readonly #move = (event: PointerEvent): void => {
    const plot = this.#plot();
    const field = this.renderRoot.querySelector(".plot")?.getBoundingClientRect();
    if (this.#grabbed === undefined || plot === undefined || field === undefined) return;
    this.#push(this.#grabbed, valueAt((event.clientX - field.left) / field.width, plot.axis));
  };

  readonly #release = (): void => {
    this.#grabbed = undefined;
  };

  readonly #key = (event: KeyboardEvent): void => {
    const plot = this.#plot();
    if (plot === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const handle = handleOf(event.currentTarget as HTMLElement);
    const value = keyed(event.key, plot.levels[handle], plot.axis, { isLarge: event.shiftKey });
    if (value === undefined) return;
    event.preventDefault();
    // Arrows mean frames everywhere else.
    event.stopPropagation();
    this.#push(handle, value);
  };
}

const AUTO = "Every value as the file has it";
const AUTO_DEEP = "Levels measured by the server, the same for the whole movie";

function handleOf({ dataset }: HTMLElement): Handle {
  return dataset["handle"] === "low" ? "low" : "high";
}

customElements.define("mutoscope-histogram-panel", HistogramPanel);
