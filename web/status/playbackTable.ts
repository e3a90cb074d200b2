import { VirtualizerController } from "@tanstack/lit-virtual";
import { LitElement, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { basics } from "../look/shared.ts";
import { repeat } from "lit/directives/repeat.js";
import { COLUMNS, type Column } from "./columns.ts";
import { type SortKey, type Sorting, chosen, held, sorted } from "./order.ts";
import type { Playback } from "./playback.ts";
import "./priorityStepper.ts";
import { waitBars } from "./styles.ts";
import { tableStyle } from "./tableStyle.ts";

/** What an operator wishes: an event `operate` of the table. */
export type Wish =
  | { readonly kind: "prioritize"; readonly playback: Playback; readonly priority: number }
  | { readonly kind: "end"; readonly playback: Playback };

/** In pixels; with fingers rows are higher. */
const ROW = 44;
const COARSE_ROW = 56;
const BEYOND = 8;
const COLUMN_COUNT = COLUMNS.length + 3;

/** Who watches what: a table of which only the rows in sight exist. */
export class PlaybackTable extends LitElement {
  static override properties = {
    playbacks: { attribute: false },
    /** Those of which a wish is under way, by id. */
    pending: { attribute: false },
    sorting: { state: true },
    asking: { state: true },
  };
  declare playbacks: readonly Playback[];
  declare pending: ReadonlySet<string>;
  declare sorting: Sorting;
  /** The one that is to be ended, if that is meant. */
  declare asking: string | undefined;
  #order: Playback[] = [];
  /** Rows do not move while somebody points at them, or has the focus in one. */
  #isPointed = false;
  #isFocused = false;
  readonly #row = matchMedia("(pointer: coarse)").matches ? COARSE_ROW : ROW;
  readonly #rows = new VirtualizerController<HTMLElement, HTMLTableRowElement>(this, {
    count: 0,
    getScrollElement: () => this.renderRoot.querySelector<HTMLElement>(".scroll"),
    estimateSize: () => this.#row,
    overscan: BEYOND,
  });

  static override styles = [basics, waitBars, tableStyle];

  constructor() {
    super();
    this.playbacks = [];
    this.pending = new Set();
    this.sorting = { by: "priority", falls: false };
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isHeld = (this.#isPointed || this.#isFocused) && !changed.has("sorting");
    this.#order = isHeld
      ? held(
          this.playbacks,
          this.#order.map(({ id }) => id),
        )
      : sorted(this.playbacks, this.sorting);
    const virtual = this.#rows.getVirtualizer();
    if (virtual.options.count !== this.#order.length)
      virtual.setOptions({ ...virtual.options, count: this.#order.length });
  }

  override render(): TemplateResult {
    const virtual = this.#rows.getVirtualizer();
    const items = virtual.getVirtualItems();
    const above = items[0]?.start ?? 0;
    const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Table of playbacks">
        <table aria-rowcount=${this.#order.length + 1} aria-colcount=${COLUMN_COUNT}>
          <caption class="hidden">
            Playbacks that run, sorted by ${this.sorting.by}
          </caption>
          <colgroup>
            <col class="client" />
            <col class="priority" />
            ${COLUMNS.map((column) => html`<col .style=${width(column.width)} />`)}
            <col class="act" />
          </colgroup>
          <thead>
            <tr aria-rowindex="1">
              ${this.#head("client", "Client", "What the client calls itself, and its address")}
              ${this.#head("priority", "Priority", "0 to 255: smaller goes first")}
              ${COLUMNS.map(({ key, head, title, isNumber }) => this.#head(key, head, title, isNumber))}
              <th scope="col"><span class="hidden">End</span></th>
            </tr>
          </thead>
          <tbody
            .style=${`--row: ${this.#row}px`}
            @pointerenter=${() => (this.#isPointed = true)}
            @pointerleave=${() => (this.#isPointed = false)}
            @focusin=${() => (this.#isFocused = true)}
            @focusout=${() => (this.#isFocused = false)}
          >
            ${space(above)}
            ${repeat(
              items.flatMap(({ index }) => {
                const playback = this.#order[index];
                return playback === undefined ? [] : [{ playback, index }];
              }),
              ({ playback }) => playback.id,
              ({ playback, index }) => this.#line(playback, index),
            )}
            ${space(below)}
          </tbody>
        </table>
      </div>
    `;
  }

  #head(key: SortKey, head: string, title: string, isNumber = false): TemplateResult {
    const { by, falls } = this.sorting;
    const direction = falls ? "descending" : "ascending";
    return html`<th
      scope="col"
      class=${isNumber ? "figure" : ""}
      aria-sort=${by === key ? direction : "none"}
    >
      <button title=${`${title}. Click to sort`} @click=${() => (this.sorting = chosen(key, this.sorting))}>
        ${head}<span aria-hidden="true" class="arrow">${by !== key ? "" : falls ? " ▾" : " ▴"}</span>
      </button>
    </th>`;
  }

  #line(playback: Playback, index: number): TemplateResult {
    const { id, client, address, movie, priority, wished } = playback;
    const who = client === "" ? (address ?? id) : client;
    return html`<tr aria-rowindex=${index + 2} data-playback=${id}>
      <th scope="row" title=${`${client} ${address ?? ""} ${id}`}>
        <span class="name">${who}</span><small class="quiet">${address ?? "address unknown"}</small>
      </th>
      <td>
        <mutoscope-priority-stepper
          .value=${priority}
          .label=${`${who}, ${movie}`}
          ?busy=${this.pending.has(id)}
          title=${wished === null ? nothing : `It wished for ${wished}`}
          @prioritize=${(event: CustomEvent<number>) =>
            this.#operate({ kind: "prioritize", playback, priority: event.detail })}
        ></mutoscope-priority-stepper>
      </td>
      ${COLUMNS.map((column) => cell(column, playback))}
      <td class="act">${this.#ending(playback, who)}</td>
    </tr>`;
  }

  #ending(playback: Playback, who: string): TemplateResult {
    const { id, movie } = playback;
    if (this.asking !== id)
      return html`<button
        ?disabled=${this.pending.has(id)}
        aria-label=${`End ${movie} of ${who}`}
        title="End this playback; its client is told"
        @click=${() => (this.asking = id)}
      >
        End…
      </button>`;
    return html`<button
        class="end"
        aria-label=${`Yes, end ${movie} of ${who}`}
        @click=${() => {
          this.asking = undefined;
          this.#operate({ kind: "end", playback });
        }}
      >
        End</button
      ><button aria-label="No, let it play" title="No, let it play" @click=${() => (this.asking = undefined)}>
        No
      </button>`;
  }

  #operate(wish: Wish): void {
    this.dispatchEvent(new CustomEvent("operate", { detail: wish }));
  }
}

function cell({ cell: content, isNumber }: Column, playback: Playback): TemplateResult {
  return html`<td class=${isNumber === true ? "figure" : ""}>${content(playback)}</td>`;
}

/** Set as a property: the page's policy has no room for styles in attributes. */
function width(pixels: number): string {
  return `width: ${pixels}px`;
}

/** In the place of rows that are not in sight. */
function space(pixels: number): TemplateResult | typeof nothing {
  if (pixels <= 0) return nothing;
  return html`<tr class="space" aria-hidden="true">
    <td colspan=${COLUMN_COUNT} .style=${`height: ${pixels}px`}></td>
  </tr>`;
}

customElements.define("mutoscope-playback-table", PlaybackTable);
