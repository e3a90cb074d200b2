import { type TemplateResult, html, nothing } from "lit";
import { measure } from "./figure.ts";
import { type Moments, numberView } from "./number.ts";
import { REASONS, type Reason, type Waits } from "./playback.ts";
import { type Format, NOTHING, count, percent } from "./units.ts";
import { REASON_WORDS, WORTH_TELLING, parts } from "./waiting.ts";

const PLAYBACKS = "mutoscope_playbacks";
const SENT = "mutoscope_messages_sent_total";
const WAITED = "mutoscope_message_wait_seconds_total";

const oneDigit: Format = (value) => value.toFixed(value < 10 ? 2 : 1);

/** Where the time of messages went, by priority, from one moment to the other. */
export function timeView(moments: Moments): TemplateResult {
  const { now } = moments;
  const rows = now
    .labelValues(WAITED, "priority")
    .map((priority) => ({ priority, waits: waitsOf(priority, moments) }))
    .filter(({ waits }) => parts(waits).length > 0);
  const starving = starvingOf(moments);
  if (rows.length === 0 && starving.length === 0)
    return html`<p class="quiet">Nobody has waited for anything in the last minute.</p>`;
  return html`
    <table class="time">
      <caption class="hidden">
        Where the time of messages went in the last minute, by priority
      </caption>
      <thead>
        <tr>
          <th scope="col">Priority</th>
          <th scope="col" class="figure" title="How many playbacks waited at each moment, on average">
            Waiting
          </th>
          <th scope="col">For what</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(({ priority, waits }) => timeLine(priority, waits, moments))}
        ${starving.map((priority) => starvingLine(priority, moments))}
      </tbody>
    </table>
  `;
}

function timeLine(priority: string, waits: Waits, moments: Moments): TemplateResult {
  const bySize = parts(waits).toSorted((one, other) => other.amount - one.amount);
  const told = bySize.filter(({ share }, index) => index === 0 || share >= WORTH_TELLING);
  return html`<tr>
    <th scope="row">${priority}</th>
    <td class="figure">
      ${numberView({ how: "rate", of: { name: WAITED, labels: { priority } } }, oneDigit, moments)}
    </td>
    <td>
      <span class="bar" aria-hidden="true">
        ${parts(waits).map(
          ({ reason, share }) =>
            html`<span class=${`wait-${reason}`} .style=${`width: ${share * 100}%`}></span>`,
        )}
      </span>
      <span class="told">
        ${told.map(
          ({ reason }, index) =>
            html`${index === 0 ? nothing : html`; `}<span
                class=${`key wait-${reason}`}
                aria-hidden="true"
              ></span
              >${shareView(priority, reason, moments)} ${REASON_WORDS[reason].long}`,
        )}.
      </span>
    </td>
  </tr>`;
}

/** Priorities that have playbacks and were sent nothing: a wait is counted when it ends, and theirs lasts. */
function starvingOf({ now, before }: Moments): string[] {
  if (before === undefined) return [];
  return now.labelValues(PLAYBACKS, "priority").filter((priority) => {
    const playbacks = now.sum({ name: PLAYBACKS, labels: { priority } }) ?? 0;
    const of = { name: SENT, labels: { priority } };
    return playbacks > 0 && measure({ how: "increase", of }, now, before) === 0;
  });
}

function starvingLine(priority: string, moments: Moments): TemplateResult {
  const playbacks = { how: "now", of: { name: PLAYBACKS, labels: { priority } } } as const;
  return html`<tr>
    <th scope="row">${priority}</th>
    <td class="figure">${NOTHING}</td>
    <td>
      Its playbacks, ${numberView(playbacks, count, moments)} of them, were sent nothing. How long they wait
      is counted when it is over: better priorities take everything, their clients do not read, or a live
      movie has nothing new.
    </td>
  </tr>`;
}

function shareView(priority: string, reason: Reason, moments: Moments): TemplateResult {
  const others = REASONS.filter((each) => each !== reason);
  const of = { name: WAITED, labels: { priority, reason } };
  const beside = { name: WAITED, labels: { priority, reason: others } };
  return numberView({ how: "share", of, beside }, percent, moments);
}

function waitsOf(priority: string, { now, before }: Moments): Waits {
  const entries = REASONS.map((reason) => {
    const of = { name: WAITED, labels: { priority, reason } };
    return [reason, measure({ how: "increase", of }, now, before) ?? 0] as const;
  });
  return Object.fromEntries(entries) as Waits;
}
