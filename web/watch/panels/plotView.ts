import { type TemplateResult, html, nothing, svg } from "lit";
import { count } from "../../look/numbers.ts";
import { styled } from "../../look/styled.ts";
import { commonOf, hill, peakOf, tops } from "./curve.ts";
import { type Axis, type Handle, placeOf, spokenValue } from "./levels.ts";
import type { ChannelHistogram, LevelPair } from "./server.ts";

const WIDTH = 256;
const HEIGHT = 100;

/** Channels as a person calls them. */
export const CHANNEL_WORDS: Readonly<Record<string, string>> = { r: "red", g: "green", b: "blue", y: "grey" };

/** What is drawn: curves, and where the levels are among them. */
export type Plot = {
  readonly channels: readonly ChannelHistogram[];
  readonly axis: Axis & { readonly white: number };
  readonly levels: LevelPair;
  /** Of another frame than the one that is shown. */
  readonly isOld: boolean;
};

export interface PlotListener {
  grabbed(event: PointerEvent): void;
  moved(event: PointerEvent): void;
  released(event: PointerEvent): void;
  keyed(event: KeyboardEvent): void;
}

const HANDLES = ["low", "high"] as const satisfies readonly Handle[];

/** Curves with both handles below them. */
export function plotView({ channels, axis, levels, isOld }: Plot, listener: PlotListener): TemplateResult {
  const low = placeOf(levels.low, axis);
  const high = placeOf(levels.high, axis);
  const ramp = `linear-gradient(to right, #000 ${100 * low}%, #fff ${100 * high}%)`;
  return html`<div class=${isOld ? "plot old" : "plot"}>
    <div class="field">${curves(channels)}</div>
    <div class="shade low" ${styled({ width: `${100 * low}%` })}></div>
    <div class="shade high" ${styled({ width: `${100 * (1 - high)}%` })}></div>
    <div class="ramp" ${styled({ background: ramp })}></div>
    ${HANDLES.map((handle) => handleView(handle, levels[handle], axis, listener))}
  </div>`;
}

function curves(channels: readonly ChannelHistogram[]): TemplateResult {
  const counts = channels.map((channel) => channel.counts);
  const peak = peakOf(counts);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path class="hill" d=${hill(commonOf(counts), peak, WIDTH, HEIGHT)}></path>`}
    ${channels.map(
      ({ name, counts: own }) =>
        svg`<path class=${`line ${name}`} d=${tops(own, peak, WIDTH, HEIGHT)}></path>`,
    )}
  </svg>`;
}

function handleView(
  handle: Handle,
  value: number,
  axis: Plot["axis"],
  listener: PlotListener,
): TemplateResult {
  const what = handle === "low" ? "Black" : "Full brightness";
  return html`<div
    class=${`handle ${handle}`}
    role="slider"
    tabindex="0"
    data-handle=${handle}
    aria-label=${what}
    aria-valuemin=${Math.min(axis.low, value)}
    aria-valuemax=${Math.max(axis.high, value)}
    aria-valuenow=${value}
    aria-valuetext=${spokenValue(handle, value, axis)}
    title=${`${what}: drag, or arrow keys; with Shift faster`}
    ${styled({ left: `${100 * placeOf(value, axis)}%` })}
    @pointerdown=${(event: PointerEvent) => listener.grabbed(event)}
    @pointermove=${(event: PointerEvent) => listener.moved(event)}
    @pointerup=${(event: PointerEvent) => listener.released(event)}
    @pointercancel=${(event: PointerEvent) => listener.released(event)}
    @keydown=${(event: KeyboardEvent) => listener.keyed(event)}
  >
    <i></i>
  </div>`;
}

function oddText(values: number): string {
  return values === 1
    ? "1 value is no number (NaN or infinite)"
    : `${count(values)} values are no numbers (NaN or infinite)`;
}

/** Names of the lines, and values that are none. */
export function legendView(channels: readonly ChannelHistogram[], words: string): TemplateResult {
  const odd = channels.reduce((sum, { nan, infinite }) => sum + nan + infinite, 0);
  return html`<div class="legend">
    <span>${channels.map(({ name }) => html`<b class=${name}>${CHANNEL_WORDS[name] ?? name}</b>`)}</span>
    <span class="quiet">${words}</span>
    ${odd === 0 ? nothing : html`<span class="late">${oddText(odd)}</span>`}
  </div>`;
}
