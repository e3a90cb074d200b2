import type { Ended, EndReceipt, Playback } from "./playback.ts";

/** The server has as long for an answer, in milliseconds. */
const PATIENCE = 5_000;

/** What is listed at once, and the most that is listed at all: more than that nobody reads. */
const PAGE = 1_000;
const MOST_LISTED = 5_000;

/** What an answer of the server was. */
export type Answer<T> =
  | { readonly kind: "value"; readonly value: T }
  /** It answers, but not with this. */
  | { readonly kind: "refused"; readonly status: number; readonly detail: string }
  | { readonly kind: "gone" };

export type Listed = { readonly total: number; readonly playbacks: readonly Playback[] };

/** What `/metrics` says, as values. */
export function askMetrics(signal: AbortSignal): Promise<Answer<unknown>> {
  return askJson<unknown>("/metrics", signal);
}

/** All that play, in as many lists as it takes. */
export async function askPlaybacks(signal: AbortSignal): Promise<Answer<Listed>> {
  const found = new Map<string, Playback>();
  let total = 0;
  for (let offset = 0; offset === 0 || offset < Math.min(total, MOST_LISTED); offset += PAGE) {
    const answer = await askJson<Listed>(`/playbacks?limit=${PAGE}&offset=${offset}`, signal);
    if (answer.kind !== "value") return answer;
    ({ total } = answer.value);
    // Between two lists one may end, and others move up: none is there twice.
    for (const playback of answer.value.playbacks) found.set(playback.id, playback);
  }
  return { kind: "value", value: { total, playbacks: [...found.values()] } };
}

/** The name of some movie, to try it with; undefined when there is none. */
export async function askSomeMovie(signal: AbortSignal): Promise<string | undefined> {
  const answer = await askJson<{ movies: readonly { name: string }[] }>("/movies?limit=1", signal);
  return answer.kind === "value" ? answer.value.movies[0]?.name : undefined;
}

/** What is told of playbacks while it happens. */
export type PlaybackEvents = {
  opened(playback: Playback): void;
  ended(ended: Ended): void;
  /** Something was missed: list them anew. */
  resync(): void;
};

/** Listens until `close` is called; connections that break are opened again. */
export class Listening {
  readonly #events: PlaybackEvents;
  #source: EventSource | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(events: PlaybackEvents) {
    this.#events = events;
  }

  open(): void {
    this.close();
    const source = new EventSource("/playbacks/events");
    this.#source = source;
    const opened = (event: MessageEvent<string>): void =>
      this.#events.opened((JSON.parse(event.data) as { playback: Playback }).playback);
    source.addEventListener("opened", opened);
    source.addEventListener("changed", opened);
    source.addEventListener("ended", (event: MessageEvent<string>) => {
      const { playback, receipt } = JSON.parse(event.data) as { playback: Playback; receipt: EndReceipt };
      this.#events.ended({ playback, receipt, at: Date.now() });
    });
    source.addEventListener("resync", () => this.#events.resync());
    source.addEventListener("error", () => {
      // By itself it comes back after a connection that broke, and not after an answer it did not expect.
      if (source.readyState === EventSource.CLOSED) this.#again = setTimeout(() => this.open(), PATIENCE);
    });
  }

  close(): void {
    clearTimeout(this.#again);
    this.#source?.close();
  }
}

async function askJson<T>(path: string, signal: AbortSignal): Promise<Answer<T>> {
  try {
    const response = await fetch(path, {
      // Whoever looks after the server sees most of it when there is not enough to go round.
      headers: { Accept: "application/json", Priority: "u=0" },
      cache: "no-store",
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    });
    const body: unknown = await response.json();
    if (response.ok) return { kind: "value", value: body as T };
    const { detail = "" } = body as { detail?: string };
    return { kind: "refused", status: response.status, detail };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: "refused", status: 0, detail: "the answer is not JSON" };
    return { kind: "gone" };
  }
}
