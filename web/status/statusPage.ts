import { LitElement, type TemplateResult, html, nothing } from "lit";
import { basics } from "../look/shared.ts";
import "../look/topBar.ts";
import "./chart.ts";
import { HEADLINES, chartSpecs } from "./charts.ts";
import { endedView } from "./endedView.ts";
import { nobodyView } from "./nobodyView.ts";
import { numberView } from "./number.ts";
import { Observation } from "./observation.ts";
import { Operator, type Outcome } from "./operator.ts";
import { filtered } from "./order.ts";
import { pageStyle } from "./pageStyle.ts";
import type { Wish } from "./playbackTable.ts";
import "./playbackTable.ts";
import { tones, waitBars } from "./styles.ts";
import { timeView } from "./timeView.ts";
import type { TokenDialog } from "./tokenDialog.ts";
import "./tokenDialog.ts";
import { count } from "./units.ts";

/** `<mutoscope-status-page>`: who watches what, how well, and what the server is busy with. */
export class StatusPage extends LitElement {
  static override properties = {
    text: { state: true },
    priority: { state: true },
    pending: { state: true },
    said: { state: true },
  };
  declare text: string;
  declare priority: string;
  declare pending: ReadonlySet<string>;
  /** What became of the last wish; a refusal stays until it is put away. */
  declare said: { readonly sentence: string; readonly isRefusal: boolean } | undefined;
  readonly #seen = new Observation(() => this.requestUpdate());
  readonly #operator = new Operator(sessionStorage, (path, init) => fetch(path, init));
  /** Waits for the token. */
  #wish: Wish | undefined;
  readonly #turned = (): void => (document.hidden ? this.#seen.stop() : this.#seen.start());

  static override styles = [basics, tones, waitBars, pageStyle];

  constructor() {
    super();
    this.text = "";
    this.priority = "";
    this.pending = new Set();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#turned);
    this.#turned();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#turned);
    this.#seen.stop();
  }

  override render(): TemplateResult {
    const { isGone, history } = this.#seen;
    this.toggleAttribute("stale", isGone);
    // So that what is shown can be compared with what was answered.
    this.dataset["answer"] = String(history.latest?.number ?? 0);
    this.dataset["before"] = String(history.previous?.number ?? 0);
    return html`
      <mutoscope-top-bar here="status"></mutoscope-top-bar>
      ${this.#goneBar()}
      <main>
        <h1>Status</h1>
        ${this.#headlines()} ${this.#saidBar()}
        <section aria-labelledby="who">
          <h2 id="who">Who watches what</h2>
          ${this.#watchers()}
        </section>
        <section aria-labelledby="time">
          <h2 id="time">Where the time goes</h2>
          ${this.#time()}
        </section>
        <section aria-labelledby="load">
          <h2 id="load">The server, over the last five minutes</h2>
          ${this.#charts()}
        </section>
        <section aria-labelledby="ended">
          <h2 id="ended">Ended lately</h2>
          ${endedView(this.#seen.ledger.ended, this.#seen.ledger.singles)}
        </section>
      </main>
      <mutoscope-token-dialog @token=${(event: CustomEvent<string>) => this.#identify(event.detail)}>
      </mutoscope-token-dialog>
    `;
  }

  #goneBar(): TemplateResult {
    const { isGone, lastHeard } = this.#seen;
    const since =
      lastHeard === undefined ? "" : ` What you see is from ${lastHeard.toLocaleTimeString("en-GB")}.`;
    return html`<div class="gone-bar" role="status">
      ${isGone ? html`<p>The server does not answer.${since} Asking again every second.</p>` : nothing}
    </div>`;
  }

  #headlines(): TemplateResult | typeof nothing {
    const { latest: now, previous: before } = this.#seen.history;
    if (now === undefined) return nothing;
    return html`<dl class="headlines">
      ${HEADLINES.map(
        ({ label, figure, format }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${numberView(figure, format, { now, before })}</dd>
          </div>`,
      )}
    </dl>`;
  }

  #saidBar(): TemplateResult {
    const { said } = this;
    return html`<div class="said" role="status">
      ${
        said === undefined
          ? nothing
          : html`<p class=${said.isRefusal ? "refusal" : ""}>
              ${said.sentence}
              <button aria-label="Put this message away" @click=${() => (this.said = undefined)}>✕</button>
            </p>`
      }
    </div>`;
  }

  #watchers(): TemplateResult {
    const { ledger, total, isListed, someMovie } = this.#seen;
    const { running } = ledger;
    if (!isListed) return html`<p class="quiet">${this.#seen.isGone ? "Nothing is known yet." : "…"}</p>`;
    if (running.length === 0) return nobodyView(location.host, someMovie);
    const shown = filtered(running, this);
    const priorities = [...new Set(running.map(({ priority }) => priority))].sort(
      (one, other) => one - other,
    );
    return html`
      <div class="filters">
        <label class="grow">
          <span class="hidden">Show only those with this in their client, address, movie or id</span>
          <input
            type="search"
            placeholder="Client, address or movie"
            .value=${this.text}
            @input=${(event: InputEvent) => (this.text = (event.target as HTMLInputElement).value)}
          />
        </label>
        <select
          aria-label="Show priority"
          @change=${(event: Event) => (this.priority = (event.target as HTMLSelectElement).value)}
        >
          <option value="" ?selected=${this.priority === ""}>All priorities</option>
          ${priorities.map(
            (each) =>
              html`<option value=${each} ?selected=${this.priority === String(each)}>
                Priority ${each}
              </option>`,
          )}
        </select>
        <span class="quiet shown" role="status">${shownWords(shown.length, running.length, total)}</span>
      </div>
      <mutoscope-playback-table
        .playbacks=${shown}
        .pending=${this.pending}
        @operate=${(event: CustomEvent<Wish>) => void this.#operate(event.detail)}
      ></mutoscope-playback-table>
    `;
  }

  #time(): TemplateResult {
    const { latest: now, minuteAgo: before } = this.#seen.history;
    if (now === undefined) return this.#withoutMetrics();
    return html`<p class="quiet">
        What messages waited for in the last minute, from when they were wanted to when they left.
      </p>
      ${timeView({ now, before })}`;
  }

  #charts(): TemplateResult {
    const { history, refusal } = this.#seen;
    const { latest: now, previous: before } = history;
    if (now === undefined || refusal !== undefined) return this.#withoutMetrics();
    return html`<div class="charts">
      ${chartSpecs(now).map(
        (spec) =>
          html`<mutoscope-status-chart
            class=${spec.id}
            .spec=${spec}
            .history=${history}
            .moments=${{ now, before }}
          ></mutoscope-status-chart>`,
      )}
    </div>`;
  }

  #withoutMetrics(): TemplateResult {
    const { refusal } = this.#seen;
    if (refusal === undefined) return html`<p class="quiet">…</p>`;
    return html`<p class="quiet">
      The server's counts are not to be had (/metrics: ${refusal}). Who watches what is live all the same.
    </p>`;
  }

  async #operate(wish: Wish): Promise<void> {
    const { id, client, movie } = wish.playback;
    this.pending = new Set([...this.pending, id]);
    const outcome = await (wish.kind === "end"
      ? this.#operator.end(id)
      : this.#operator.prioritize(id, wish.priority));
    this.pending = new Set([...this.pending].filter((each) => each !== id));
    if (!outcome.done) {
      this.#refused(wish, outcome);
      return;
    }
    if (outcome.playback !== undefined) this.#seen.ledger.open(outcome.playback);
    const whose = `${movie} of ${client === "" ? id : client}`;
    const sentence =
      wish.kind === "end" ? `${whose} has been ended.` : `${whose} has priority ${wish.priority} now.`;
    this.said = { sentence, isRefusal: false };
  }

  #refused(wish: Wish, { sentence, wantsToken }: Extract<Outcome, { done: false }>): void {
    this.said = { sentence, isRefusal: true };
    if (!wantsToken) return;
    this.#wish = wish;
    this.renderRoot.querySelector<TokenDialog>("mutoscope-token-dialog")?.ask(sentence);
  }

  #identify(token: string): void {
    const wish = this.#wish;
    this.#wish = undefined;
    if (token === "" || wish === undefined) return;
    this.#operator.identify(token);
    this.said = undefined;
    void this.#operate(wish);
  }
}

function shownWords(shown: number, running: number, total: number): string {
  const all = running < total ? `the first ${count(running)} of ${count(total)}` : count(total);
  if (shown < running) return `${count(shown)} of ${all}`;
  return total === 1 ? "1 playback" : `${all} playbacks`;
}

customElements.define("mutoscope-status-page", StatusPage);
