import { type TemplateResult, html } from "lit";
import type { SortKey } from "./order.ts";
import { type Playback, askedRate, renditionWords } from "./playback.ts";
import { type Format, NOTHING, count, duration, milliseconds, perSecond } from "./units.ts";
import { REASON_WORDS, largest, parts } from "./waiting.ts";

/** A column that shows one thing of a playback, and changes nothing. */
export type Column = {
  readonly key: SortKey;
  readonly head: string;
  /** What it is, in a sentence. */
  readonly title: string;
  /** In pixels. */
  readonly width: number;
  readonly isNumber?: boolean;
  readonly cell: (playback: Playback) => unknown;
};

const TRANSPORTS: { readonly [Of in Playback["transport"]]: string } = {
  classic: "classic",
  http: "HTTP",
  websocket: "WebSocket",
};

/** A number of a playback, which says which of its fields it is. */
function field(
  name: string,
  value: number | null | undefined,
  format: Format = count,
  tone = "",
): TemplateResult {
  return html`<span class=${`number ${value !== 0 ? tone : ""}`} data-field=${name}
    >${value === null || value === undefined ? NOTHING : format(value)}</span
  >`;
}

/** Between the client's own name, which stays in sight, and what can be done with it. */
export const COLUMNS: readonly Column[] = [
  {
    key: "movie",
    head: "Movie",
    title: "What is watched; the link opens it here",
    width: 108,
    cell: ({ movie, rendition }) => html`
      <a href=${`/watch/${encodeURIComponent(movie)}`} title=${movie}>${movie}</a>
      <small class="quiet" title=${renditionWords(rendition)}>${renditionWords(rendition)}</small>
    `,
  },
  {
    key: "transport",
    head: "By",
    title: "What its connection speaks",
    width: 90,
    cell: ({ transport }) => TRANSPORTS[transport],
  },
  {
    key: "frame",
    head: "Frame",
    title: "The last frame that began to leave, by its own number",
    width: 64,
    isNumber: true,
    cell: ({ frame }) => field("frame", frame, String),
  },
  {
    key: "contract",
    head: "Contract",
    title: "What happens when the client is slow: all (slows down), paced (late frames are skipped), latest",
    width: 74,
    cell: ({ contract }) => contract,
  },
  {
    key: "asked",
    head: "Asked",
    title: "Frames a second that it is to get; free: as fast as its client reads",
    width: 62,
    isNumber: true,
    cell: (playback) =>
      playback.fps === null
        ? html`<span class="quiet">free</span>`
        : field("fps", askedRate(playback), perSecond),
  },
  {
    key: "delivered",
    head: "Gets",
    title: "Frames a second that began to leave in about the last two seconds",
    width: 56,
    isNumber: true,
    cell: ({ delivered }) => field("delivered", delivered, perSecond),
  },
  {
    key: "sent",
    head: "Sent",
    title: "Frames that began to leave",
    width: 64,
    isNumber: true,
    cell: ({ sent }) => field("sent", sent),
  },
  {
    key: "skipped",
    head: "Skipped",
    title: "Frames that did not go although they were there: they were late, or a newer one took their place",
    width: 72,
    isNumber: true,
    cell: ({ skipped }) => field("skipped", skipped, count, "late"),
  },
  {
    key: "missing",
    head: "Missing",
    title: "Frames that were not there, or could not be read",
    width: 72,
    isNumber: true,
    cell: ({ missing }) => field("missing", missing, count, "gone"),
  },
  {
    key: "substituted",
    head: "Stood in",
    title: "Substitutes: frames that were sent in the place of a missing one",
    width: 74,
    isNumber: true,
    cell: ({ substituted }) => field("substituted", substituted, count, "late"),
  },
  {
    key: "median",
    head: "Late, ms",
    title: "How late its frames left, from when they were due: of half of them at most, in milliseconds",
    width: 72,
    isNumber: true,
    cell: ({ lateness }) => field("lateness.median", lateness?.median, milliseconds),
  },
  {
    key: "worst",
    head: "Worst, ms",
    title: "How late the latest of its frames left, in milliseconds",
    width: 82,
    isNumber: true,
    cell: ({ lateness }) => field("lateness.worst", lateness?.worst, milliseconds),
  },
  {
    key: "waits",
    head: "Waited for",
    title: "Where the time of its frames went before they left; sorted by how much it was",
    width: 108,
    cell: waitsCell,
  },
  {
    key: "since",
    head: "Since",
    title: "How long it has been playing",
    width: 60,
    isNumber: true,
    cell: ({ seconds }) => field("seconds", seconds, duration),
  },
];

function waitsCell({ waits }: Playback): unknown {
  const most = largest(waits);
  if (most === undefined) return html`<span class="quiet">nothing yet</span>`;
  const words = parts(waits).map(
    ({ reason, amount, share }) =>
      `${REASON_WORDS[reason].short} ${milliseconds(amount)} ms (${Math.round(share * 100)} %)`,
  );
  const told = `${REASON_WORDS[most.reason].short} ${Math.round(most.share * 100)} %`;
  return html`
    <span class="bar" aria-hidden="true" title=${words.join(", ")}>
      ${parts(waits).map(
        ({ reason, share }) =>
          html`<span class=${`wait-${reason}`} .style=${`width: ${share * 100}%`}></span>`,
      )}
    </span>
    <small>${told}<span class="hidden">: ${words.join(", ")}</span></small>
  `;
}
