import { type TemplateResult, html, nothing } from "lit";
import type { Ended } from "./playback.ts";
import { type Format, NOTHING, bytes, count, duration } from "./units.ts";

/** Why an epoch ended, as one would say it. */
const ENDS: { readonly [Of in Ended["receipt"]["end"]]: string } = {
  finished: "came to its end",
  stopped: "was stopped by its client",
  replaced: "gave way to another command",
  failed: "failed, or was ended by an operator",
  closed: "its client left",
};

/** Digests are compared by eye: their beginning is enough for that. */
const DIGEST = 12;

/** Those that have ended lately, and what they were told at the end. */
export function endedView(ended: readonly Ended[], singles: number): TemplateResult {
  const others =
    singles === 0
      ? nothing
      : html`<p class="quiet">
          Besides, ${count(singles)} single ${singles === 1 ? "frame was" : "frames were"} asked for while
          this page was open.
        </p>`;
  if (ended.length === 0)
    return html`<p class="quiet">None has ended while this page was open.</p>
      ${others}`;
  return html`
    <div class="wide" tabindex="0" role="region" aria-label="Ended lately">
      <table class="ended">
        <caption class="hidden">
          Playbacks that ended lately, with their receipts
        </caption>
        <thead>
          <tr>
            <th scope="col">Client</th>
            <th scope="col">Movie</th>
            <th scope="col">When</th>
            <th scope="col">How it ended</th>
            <th scope="col" class="figure">Frames</th>
            <th scope="col" class="figure">Sent</th>
            <th scope="col" class="figure">Skipped</th>
            <th scope="col" class="figure">Missing</th>
            <th scope="col" class="figure">Stood in</th>
            <th scope="col" class="figure">Bytes</th>
            <th scope="col" class="figure">Played</th>
            <th scope="col">Digest</th>
          </tr>
        </thead>
        <tbody>
          ${ended.map(endedLine)}
        </tbody>
      </table>
    </div>
    ${others}
  `;
}

function endedLine({ playback, receipt, at }: Ended): TemplateResult {
  const { first, last, digest, end } = receipt;
  const numbers: readonly (readonly [name: string, value: number, format: Format])[] = [
    ["sent", receipt.sent, count],
    ["skipped", receipt.skipped, count],
    ["missing", receipt.missing, count],
    ["substituted", receipt.substituted, count],
    ["bytes", receipt.bytes, bytes],
  ];
  return html`<tr data-ended=${playback.id} data-epoch=${playback.epoch}>
    <th scope="row" title=${`${playback.address ?? ""} ${playback.id}`}>
      ${playback.client === "" ? (playback.address ?? playback.id) : playback.client}
    </th>
    <td><a href=${`/watch/${encodeURIComponent(playback.movie)}`}>${playback.movie}</a></td>
    <td><time datetime=${new Date(at).toISOString()}>${new Date(at).toLocaleTimeString("en-GB")}</time></td>
    <td class=${end === "failed" ? "gone" : ""}>${ENDS[end]}</td>
    <td class="figure">${first === null || last === null ? NOTHING : `${first} to ${last}`}</td>
    ${numbers.map(
      ([name, value, format]) =>
        html`<td class="figure"><span class="number" data-field=${name}>${format(value)}</span></td>`,
    )}
    <td class="figure">${duration(playback.seconds)}</td>
    <td><code title=${digest}>${digest.slice(0, DIGEST)}</code></td>
  </tr>`;
}
