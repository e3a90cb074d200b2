import { present } from "../../src/base/assert.ts";
import type { ContestFigures } from "./contest.ts";

/** One run, as it is drawn. */
export type Panel = {
  readonly title: string;
  /** What came of it, in a few words. */
  readonly outcome: string;
  readonly figures: ContestFigures;
};

/** What all panels have in common. */
export type Drawing = {
  readonly panels: readonly Panel[];
  /** What the bytes of a priority are, for the legend. */
  readonly priorities: readonly { readonly priority: number; readonly label: string }[];
  /** What the best priority has to get, in Mbit/s. */
  readonly needed: number;
  /** What the link carries, in Mbit/s. */
  readonly link: number;
};

/** Of a panel's plot, in the picture's units: about one for each pixel. */
const PLOT = { width: 396, height: 216, top: 84, gap: 56, left: 46 } as const;
const BELOW = 84;
const MARGIN = 16;

/** A little more than the link, in Mbit/s, and where the axis has lines. */
const HIGHEST = 110;
const RATE_TICKS = [0, 25, 50, 75, 100];
const SECONDS_BETWEEN = 5;

/**
 * Bytes by priority over time, one panel beside the other, as an SVG that brings its own ground and follows
 * the reader's light or dark theme. Rates are stacked, the best priority at the bottom.
 */
export function drawFigure(drawing: Drawing): string {
  const { panels } = drawing;
  const width = PLOT.left + panels.length * PLOT.width + (panels.length - 1) * PLOT.gap + MARGIN;
  const height = PLOT.top + PLOT.height + BELOW;
  const summary = panels.map(({ title, outcome }) => `${title}: ${outcome}.`).join(" ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
      `height="${height}" role="img" aria-labelledby="title summary">`,
    `<title id="title">Bytes of each priority over time</title>`,
    `<desc id="summary">${escaped(summary)}</desc>`,
    STYLE,
    `<rect class="ground" width="${width}" height="${height}" rx="6"/>`,
    ...panels.map((panel, index) => drawPanel(panel, drawing, PLOT.left + index * (PLOT.width + PLOT.gap))),
    ...drawing.priorities.map(({ label }, rank) => legend(label, rank)),
    neededLegend(drawing),
    "</svg>",
    "",
  ].join("\n");
}

/** Neutral greys, one accent for what matters, and colours that follow the theme. */
const STYLE = `<style>
text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1c1c1c; }
.title { font-size: 15px; font-weight: 600; }
.small { font-size: 12px; fill: #5c5c5c; font-variant-numeric: tabular-nums; }
.ground { fill: #ffffff; }
.grid { stroke: #e2e2e2; }
.mark { stroke: #5c5c5c; stroke-dasharray: 2 4; }
.needed { stroke: #1c1c1c; stroke-width: 1.5; stroke-dasharray: 6 4; }
.link { stroke: #5c5c5c; }
.rank0 { fill: #e8a33d; }
.rank1 { fill: #b4b4b4; }
.rank2 { fill: #dadada; }
@media (prefers-color-scheme: dark) {
text { fill: #e8e8e8; }
.small { fill: #a8a8a8; }
.ground { fill: #1a1a1a; }
.grid { stroke: #333333; }
.mark { stroke: #a8a8a8; }
.needed { stroke: #e8e8e8; }
.link { stroke: #a8a8a8; }
.rank1 { fill: #5e5e5e; }
.rank2 { fill: #404040; }
}
</style>`;

function drawPanel({ title, outcome, figures }: Panel, drawing: Drawing, x: number): string {
  const seconds = (samplesOf(figures) * figures.sampleMs) / 1000;
  const across = (second: number): number => (second / seconds) * PLOT.width;
  const parts = [
    text(0, -56, title, "title"),
    text(0, -36, outcome),
    ...RATE_TICKS.map((rate) => gridLine(rate)),
    text(MARGIN - PLOT.left, -10, "Mbit/s", "small"),
    ...stack(figures, drawing.priorities).map(area),
    level(drawing.link, "link"),
    text(PLOT.width, -10, `the link carries ${drawing.link}`, "small", "end"),
    level(drawing.needed, "needed"),
    ...secondTicks(seconds).map((second) =>
      text(across(second), PLOT.height + 18, `${second} s`, "small", "middle"),
    ),
    ...[
      { at: figures.beganMs, what: "viewers come" },
      { at: figures.endedMs, what: "and go" },
    ].map(({ at, what }) => mark(across(at / 1000), what)),
  ];
  return `<g transform="translate(${x} ${PLOT.top})">\n${parts.join("\n")}\n</g>`;
}

/** One sample of a priority: where it lies across the plot, and in Mbit/s. */
type Step = { readonly from: number; readonly to: number; readonly low: number; readonly high: number };

/** For each priority its part of the stack: from the sum of those before it up to the sum with it. */
export function stack(figures: ContestFigures, priorities: Drawing["priorities"]): Step[][] {
  const count = samplesOf(figures);
  const below = Array.from({ length: count }, () => 0);
  return priorities.map(({ priority }) =>
    below.map((low, index) => {
      const high = low + rateAt(figures, priority, index);
      below[index] = high;
      const [from, to] = [index, index + 1].map((edge) => (edge / count) * PLOT.width);
      return { from: present(from, "two edges"), to: present(to, "two edges"), low, high };
    }),
  );
}

/** Mbit/s of a priority in a sample. */
function rateAt({ groups, sampleMs }: ContestFigures, priority: number, index: number): number {
  const own = groups.filter((group) => group.priority === priority);
  const bytes = own.reduce((sum, { samples }) => sum + present(samples[index], "an index inside"), 0);
  return (bytes * 8) / sampleMs / 1000;
}

function samplesOf({ groups }: ContestFigures): number {
  return Math.max(...groups.map(({ samples }) => samples.length));
}

/** How far a rate is from the top of the plot; what is above the plot stays at its edge. */
function up(rate: number): number {
  return PLOT.height * (1 - Math.min(rate, HIGHEST) / HIGHEST);
}

function area(steps: readonly Step[], rank: number): string {
  const edge = ({ from, to }: Step, rate: number): string =>
    `${round(from)},${round(up(rate))} ${round(to)},${round(up(rate))}`;
  const upper = steps.map((step) => edge(step, step.high));
  const lower = steps.toReversed().map((step) => edge({ ...step, from: step.to, to: step.from }, step.low));
  return `<polygon class="rank${rank}" points="${[...upper, ...lower].join(" ")}"/>`;
}

function gridLine(rate: number): string {
  return `${level(rate, "grid")}\n${text(-8, up(rate) + 4, String(rate), "small", "end")}`;
}

function level(rate: number, kind: string): string {
  const y = round(up(rate));
  return `<line class="${kind}" x1="0" x2="${PLOT.width}" y1="${y}" y2="${y}"/>`;
}

function mark(x: number, what: string): string {
  const at = round(x);
  const line = `<line class="mark" x1="${at}" x2="${at}" y1="0" y2="${PLOT.height}"/>`;
  return `${line}\n${text(x, PLOT.height + 34, what, "small", "middle")}`;
}

function secondTicks(seconds: number): number[] {
  const count = Math.floor(seconds / SECONDS_BETWEEN) + 1;
  return Array.from({ length: count }, (_, index) => index * SECONDS_BETWEEN);
}

const LEGEND_WIDTH = 300;
const LEGEND_TOP = PLOT.top + PLOT.height + 54;

function legend(label: string, rank: number): string {
  const x = PLOT.left + rank * LEGEND_WIDTH;
  const sample = `<rect class="rank${rank}" x="${x}" y="${LEGEND_TOP}" width="14" height="14"/>`;
  return `${sample}\n${text(x + 22, LEGEND_TOP + 12, label)}`;
}

function neededLegend({ priorities, needed }: Drawing): string {
  const x = PLOT.left + priorities.length * LEGEND_WIDTH;
  const y = LEGEND_TOP + 7;
  const sample = `<line class="needed" x1="${x}" x2="${x + 26}" y1="${y}" y2="${y}"/>`;
  return `${sample}\n${text(x + 34, LEGEND_TOP + 12, `needed: ${needed.toFixed(1)} Mbit/s`)}`;
}

type Anchor = "start" | "middle" | "end";

function text(x: number, y: number, what: string, kind = "", anchor: Anchor = "start"): string {
  const place = `x="${round(x)}" y="${round(y)}"`;
  return `<text ${place} class="${kind}" text-anchor="${anchor}">${escaped(what)}</text>`;
}

function escaped(what: string): string {
  return what.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
