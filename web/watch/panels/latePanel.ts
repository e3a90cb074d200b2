import { type TemplateResult, css, html, nothing } from "lit";
import type { MutoscopePlayer } from "../../element/define.ts";
import { CLIENT_NAME } from "../../element/line.ts";
import { count } from "../../look/numbers.ts";
import { basics } from "../../look/shared.ts";
import { styled } from "../../look/styled.ts";
import type { Fact } from "./facts.ts";
import { factsView } from "./factsView.ts";
import {
  type Bar,
  type Kept,
  type Verdict,
  REASON_WORDS,
  barsOf,
  durationText,
  verdictOf,
  waitText,
} from "./lateness.ts";
import { Panel, every } from "./panel.ts";
import { panelStyle } from "./panelStyle.ts";
import { PlaybackWatch } from "./playbackWatch.ts";
import type { PlaybackFacts } from "./server.ts";

/** Between two looks, in milliseconds. */
const LOOK = 1000;

/** `<mutoscope-late-panel>`: why frames are late, for the curious. */
export class LatePanel extends Panel {
  static override properties = {
    ...Panel.properties,
    kept: { state: true },
    playback: { state: true },
    isAway: { state: true },
  };
  declare kept: Kept;
  declare playback: PlaybackFacts | undefined;
  /** The server does not answer: what is shown is old. */
  declare isAway: boolean;

  static override styles = [
    basics,
    panelStyle,
    css`
      .verdict {
        padding-left: 8px;
        border-left: 2px solid var(--late);
      }
      .verdict.calm {
        border-left-color: var(--line);
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        margin: 8px 0;
      }
      .what {
        display: flex;
        justify-content: space-between;
        gap: 8px;
      }
      .bar {
        height: 8px;
        margin: 2px 0;
        background: var(--raised);
        border-radius: 2px;
        overflow: hidden;
      }
      .bar i {
        display: block;
        height: 100%;
        background: var(--quiet);
      }
      .restless li:first-child .bar i {
        background: var(--late);
      }
    `,
  ];

  constructor() {
    super();
    this.kept = NOTHING;
    this.isAway = false;
  }

  override render(): TemplateResult {
    const { kept, playback } = this;
    const { where, words } = verdictOf(kept, playback);
    return html`<h2>Why late</h2>
      <p class=${where === "nowhere" ? "verdict calm" : "verdict"} role="status">${words}</p>
      ${this.isAway ? html`<p class="late">The server does not answer; these numbers are old.</p>` : nothing}
      <h3>On this screen, since it was opened</h3>
      ${factsView([
        { what: "Shown", is: count(kept.shown) },
        marked("Late", kept.late),
        marked("Left out", kept.skipped),
      ])}
      ${playback === undefined ? nothing : serverView(playback, where)}`;
  }

  protected override follow(player: MutoscopePlayer, signal: AbortSignal): void {
    this.playback = undefined;
    const watch = new PlaybackWatch(this.movie, CLIENT_NAME);
    let isLooking = false;
    const look = async (): Promise<void> => {
      const { shown, late, skipped } = player.stats;
      this.kept = { shown, late, skipped };
      if (isLooking) return;
      isLooking = true;
      try {
        const playback = await watch.look(signal);
        if (!signal.aborted) [this.playback, this.isAway] = [playback, false];
      } catch {
        if (!signal.aborted) this.isAway = true;
      } finally {
        isLooking = false;
      }
    };
    every(LOOK, signal, () => void look());
  }
}

const NOTHING: Kept = { shown: 0, late: 0, skipped: 0 };

function serverView(playback: PlaybackFacts, where: Verdict["where"]): TemplateResult {
  const { sent, late, skipped, lateness, waits } = playback;
  const bars = barsOf(waits);
  return html`<h3>At the server, since play, seek or change</h3>
    ${factsView([
      { what: "Sent", is: count(sent) },
      marked("Late", late),
      marked("Left out", skipped),
      ...(lateness === null
        ? []
        : [
            {
              what: "Lateness",
              is: `median ${durationText(lateness.median)}, worst ${durationText(lateness.worst)}`,
            },
          ]),
    ])}
    <h3>What frames waited for, in all</h3>
    ${
      bars.length === 0
        ? html`<p class="small">Nothing.</p>`
        : html`<ol class=${where === "server" ? "restless" : ""}>
            ${bars.map((bar) => barView(bar, sent))}
          </ol>`
    }`;
}

function barView({ reason, ms, share }: Bar, sent: number): TemplateResult {
  const { name, means } = REASON_WORDS[reason];
  return html`<li>
    <span class="what"><span>${name}</span> <span class="number">${waitText(ms, sent)}</span></span>
    <div class="bar" aria-hidden="true"><i ${styled({ width: `${100 * share}%` })}></i></div>
    <span class="small quiet">${means}</span>
  </li>`;
}

function marked(what: string, value: number): Fact {
  return value === 0 ? { what, is: "none" } : { what, is: count(value), tone: "late" };
}

customElements.define("mutoscope-late-panel", LatePanel);
