import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing, unsafeCSS } from "lit";
import uPlot from "uplot";
import plotStyle from "uplot/dist/uPlot.min.css?inline";
import type { ChartSpec } from "./charts.ts";
import { measure } from "./figure.ts";
import { type History, SHOWN, stacked } from "./history.ts";
import { type Moments, numberView } from "./number.ts";
import { topOf } from "./scale.ts";
import { tones } from "./styles.ts";

/** In pixels. */
const HEIGHT = 112;
const WIDE_HEIGHT = 176;
const AXIS_WIDTH = 74;

/** Lines with a limit are drawn below it from this share of it on; smaller ones could not be seen. */
const NEAR = 0.25;

/** One chart of the last five minutes, and a table of its last values, which says the same without it. */
export class StatusChart extends LitElement {
  static override properties = {
    spec: { attribute: false },
    history: { attribute: false },
    moments: { attribute: false },
  };
  declare spec: ChartSpec;
  declare history: History;
  declare moments: Moments;
  #plot: uPlot | undefined;
  /** What the plot was made for: with other lines it is made anew. */
  #made = "";
  readonly #resized = new ResizeObserver(() => this.#fit());

  static override styles = [
    unsafeCSS(plotStyle),
    tones,
    css`
      :host {
        display: block;
        min-width: 0;
        background: var(--panel);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        padding: 8px 12px 12px;
      }
      h3 {
        margin: 0 0 4px;
        font-size: 14px;
        font-weight: 600;
      }
      .plot {
        height: var(--height);
        overflow: hidden;
      }
      @media (min-width: 900px) {
        .beside {
          display: grid;
          grid-template-columns: minmax(0, 1fr) 224px;
          gap: 24px;
          align-items: start;
        }
      }
      .u-over {
        cursor: default;
      }
      table {
        border-collapse: collapse;
        width: 100%;
        margin-top: 4px;
      }
      caption {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      th {
        text-align: left;
        font-weight: 400;
        color: var(--quiet);
        padding: 0 8px 0 0;
      }
      td {
        text-align: right;
        padding: 0;
        white-space: nowrap;
      }
      .swatch {
        display: inline-block;
        width: 10px;
        height: 10px;
        border-radius: 2px;
        margin-right: 6px;
      }
      .limit {
        display: inline-block;
        width: 10px;
        border-top: 2px dashed var(--missing);
        margin: 0 6px 3px 0;
      }
      p {
        color: var(--quiet);
        margin: 8px 0 0;
        max-width: 80ch;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#forget();
  }

  override render(): TemplateResult {
    const { title, lines, facts, note, format } = this.spec;
    return html`
      <h3>${title}</h3>
      <div class=${this.spec.isWide === true ? "beside" : ""}>
        <div
          class="plot"
          .style=${`--height: ${this.#height}px`}
          role="img"
          aria-label=${`${title}, the last five minutes; the table has the last values`}
        ></div>
        <table>
          <caption>
            ${title}: last values
          </caption>
          <tbody>
            ${lines.map(
              (line) =>
                html`<tr>
                  <th scope="row"><span class=${`swatch tone-${line.tone}`}></span>${line.label}</th>
                  <td>${numberView(line.figure, line.format ?? format, this.moments)}</td>
                </tr>`,
            )}
            ${facts.map(
              (fact) =>
                html`<tr>
                  <th scope="row">
                    ${fact.label === "budget" ? html`<span class="limit"></span>` : nothing}${fact.label}
                  </th>
                  <td>${numberView(fact.figure, fact.format, this.moments)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${note === undefined ? nothing : html`<p>${note}</p>`}
    `;
  }

  protected override updated(_changed: PropertyValues): void {
    const keys = this.spec.lines.map(({ key }) => key);
    const made = keys.join("|");
    if (made !== this.#made) this.#forget();
    this.#made = made;
    this.#plot ??= this.#make();
    const { times, lines } = this.history.columns(keys);
    const drawn = this.spec.isStacked === true ? stacked(lines) : lines;
    const limit = this.#limit();
    // The highest is drawn first, and the others over it.
    this.#plot.setData([[...times], ...drawn.toReversed(), times.map(() => limit ?? null)]);
  }

  get #height(): number {
    return this.spec.isWide === true ? WIDE_HEIGHT : HEIGHT;
  }

  #limit(): number | undefined {
    const { limit } = this.spec;
    return limit === undefined ? undefined : measure({ how: "now", of: limit }, this.moments.now);
  }

  #forget(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #fit(): void {
    const room = this.renderRoot.querySelector(".plot");
    if (room !== null && room.clientWidth > 0)
      this.#plot?.setSize({ width: room.clientWidth, height: this.#height });
  }

  #make(): uPlot {
    const room = this.renderRoot.querySelector<HTMLElement>(".plot") ?? this;
    const style = getComputedStyle(this);
    const quiet = (): string => style.getPropertyValue("--quiet");
    const grid = { stroke: () => style.getPropertyValue("--line"), width: 0.5 };
    const axis = { stroke: quiet, grid, ticks: { show: false }, font: `11px ${style.fontFamily}` };
    const { format, isStacked = false } = this.spec;
    return new uPlot(
      {
        width: Math.max(room.clientWidth, 100),
        height: this.#height,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: () => [(this.moments.now.at - SHOWN) / 1000, this.moments.now.at / 1000] },
          y: { range: () => [0, this.#top()] },
        },
        axes: [
          {
            ...axis,
            size: 22,
            splits: (plot) => minutes(plot.scales["x"]?.max ?? 0),
            values: (_plot, at) => at.map((each) => ago(this.moments.now.at / 1000 - each)),
          },
          {
            ...axis,
            size: AXIS_WIDTH,
            splits: (_plot, _axis, low, high) => [low, (low + high) / 2, high],
            values: (_plot, splits) => splits.map((each) => format(each)),
          },
        ],
        series: [
          {},
          ...this.spec.lines.toReversed().map((line) => ({
            stroke: () => this.#colour(line.tone),
            fill: isStacked ? () => this.#colour(line.tone) : "transparent",
            width: 1.5,
            points: { show: false },
          })),
          {
            stroke: () => style.getPropertyValue("--missing"),
            width: 1,
            dash: [4, 4],
            points: { show: false },
          },
        ],
      },
      undefined,
      room,
    );
  }

  /** A limit that is far away would leave nothing to be seen of what lies below it. */
  #top(): number {
    const limit = this.#limit();
    const drawn = this.history.columns(this.spec.lines.map(({ key }) => key)).lines;
    const sums = this.spec.isStacked === true ? (stacked(drawn).at(-1) ?? []) : drawn.flat();
    const highest = sums.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
    const isNear = limit !== undefined && highest >= limit * NEAR;
    return topOf(isNear ? Math.max(limit, highest) : highest, this.spec.scale);
  }

  /** As the browser has resolved it for the theme that is shown. */
  #colour(tone: number): string {
    const swatch = this.renderRoot.querySelector(`.tone-${tone}`);
    return swatch === null ? "" : getComputedStyle(swatch).backgroundColor;
  }
}

/** A few marks, from now backwards. */
function minutes(now: number): number[] {
  return [4, 2, 0].map((each) => now - each * 60);
}

function ago(seconds: number): string {
  const whole = Math.round(seconds / 60);
  return whole === 0 ? "now" : `−${whole} min`;
}

customElements.define("mutoscope-status-chart", StatusChart);
