import { type Playback, REASONS, askedRate } from "./playback.ts";

type Key = (playback: Playback) => number | string;

/** What the table can be sorted by; the names are those of its columns. */
const KEYS = {
  client: ({ client, address }) => `${client} ${address ?? ""}`.toLowerCase(),
  transport: ({ transport }) => transport,
  movie: ({ movie }) => movie.toLowerCase(),
  frame: ({ frame }) => frame ?? -Infinity,
  priority: ({ priority }) => priority,
  contract: ({ contract }) => contract,
  asked: (playback) => askedRate(playback) ?? Infinity,
  delivered: ({ delivered }) => delivered,
  sent: ({ sent }) => sent,
  skipped: ({ skipped }) => skipped,
  missing: ({ missing }) => missing,
  substituted: ({ substituted }) => substituted,
  median: ({ lateness }) => lateness?.median ?? -Infinity,
  worst: ({ lateness }) => lateness?.worst ?? -Infinity,
  waits: ({ waits }) => REASONS.reduce((sum, reason) => sum + waits[reason], 0),
  since: ({ seconds }) => seconds,
} satisfies { readonly [column: string]: Key };

export type SortKey = keyof typeof KEYS;

/** What one looks at first: who is served worst is at the top of these, the first name at that of others. */
const FALLING: ReadonlySet<SortKey> = new Set([
  "sent",
  "skipped",
  "missing",
  "substituted",
  "median",
  "worst",
  "waits",
]);

export type Sorting = { readonly by: SortKey; readonly falls: boolean };

/** The order when a column is chosen: its own first, and turned round when it is chosen again. */
export function chosen(by: SortKey, before: Sorting): Sorting {
  return { by, falls: before.by === by ? !before.falls : FALLING.has(by) };
}

/** Sorts; equals by id, so that they stand still. */
export function sorted(playbacks: readonly Playback[], { by, falls }: Sorting): Playback[] {
  const key: Key = KEYS[by];
  const sign = falls ? -1 : 1;
  return playbacks.toSorted(
    (one, other) => sign * compare(key(one), key(other)) || compare(one.id, other.id),
  );
}

/** What is to be shown; `priority` is a number, or empty for all. */
export type Filter = { readonly text: string; readonly priority: string };

/** Those whose client, address, movie or id has the text in it, whatever its case. */
export function filtered(playbacks: readonly Playback[], { text, priority }: Filter): readonly Playback[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "" && priority === "") return playbacks;
  return playbacks.filter(
    ({ id, client, address, movie, priority: own }) =>
      (priority === "" || String(own) === priority) &&
      [client, address ?? "", movie, id].some((each) => each.toLowerCase().includes(wanted)),
  );
}

/** The order that was shown, with what is new at its end: rows stand still under a pointer. */
export function held(playbacks: readonly Playback[], order: readonly string[]): Playback[] {
  const known = new Map(playbacks.map((each) => [each.id, each]));
  const kept = order.flatMap((id) => known.get(id) ?? []);
  const before = new Set(order);
  return [...kept, ...playbacks.filter(({ id }) => !before.has(id))];
}

function compare(one: number | string, other: number | string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
