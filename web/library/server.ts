import type { Ask, Movie, Page } from "./listing.ts";

/** The server has as long for an answer, in milliseconds. */
const PATIENCE = 10_000;

/** How long after a connection that was refused it is tried anew, in milliseconds. */
const AGAIN = 3_000;

/** Movies of the server, by search and sort. */
export const askMovies: Ask = async ({ search, sort }, offset, limit, signal) => {
  const query = new URLSearchParams({ sort, offset: String(offset), limit: String(limit) });
  if (search !== "") query.set("search", search);
  const response = await fetch(`/movies?${query}`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
  });
  if (!response.ok) throw new Error(`/movies: ${response.status}`);
  return (await response.json()) as Page;
};

/** The port of the classic protocol, when the server tells it. */
export async function askClassicPort(): Promise<number | undefined> {
  try {
    const response = await fetch("/", { headers: { Accept: "application/json" } });
    return ((await response.json()) as { classic: number | null }).classic ?? undefined;
  } catch {
    // Its command is left out, and everything else is there.
    return undefined;
  }
}

/** What is told of the library while it happens. */
export type News = {
  /** Frames of a movie came, changed or went: so are its numbers now. */
  frames(movie: string, change: Partial<Movie>): void;
  /** There are other movies than before, or it is not known what there is. */
  changed(): void;
  connected(isConnected: boolean): void;
};

type Told = {
  readonly movie: string;
  readonly revision: string;
  /** Frames that were rendered anew, and that went. */
  readonly revised: string;
  readonly removed: string;
  /** Whether there were more than can be named. */
  readonly isPartial: boolean;
} & Pick<Movie, "frames" | "first" | "last" | "newest" | "live">;

/** Listens for ever; connections that break are opened again. */
export function listen(news: News): void {
  const source = new EventSource("/events");
  source.addEventListener("open", () => news.connected(true));
  source.addEventListener("error", () => {
    news.connected(false);
    // By itself it comes back after a connection that broke, and not after an answer it did not expect.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(news), AGAIN);
  });
  for (const kind of ["added", "gone", "ended", "resync"])
    source.addEventListener(kind, () => news.changed());
  source.addEventListener("frames", ({ data }: MessageEvent<string>) => {
    const { movie, revised, removed, isPartial, ...told } = JSON.parse(data) as Told;
    const { revision, frames, first, last, newest, live } = told;
    const change = { revision, frames, first, last, newest, live };
    const isOther = revised !== "" || removed !== "" || isPartial;
    news.frames(movie, isOther ? { ...change, drawn: revision } : change);
  });
}
