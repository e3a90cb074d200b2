import type { Clock } from "../base/clock.ts";
import { Channel, type Unsubscribe } from "../base/diagnostics.ts";
import { after, Ms } from "../base/units.ts";
import type { Catalogue, FrameLog, LogChange } from "../library/log.ts";

/** Consecutive frame numbers, both ends inclusive. */
export type Span = { readonly first: number; readonly last: number };

/** What became of the frames of one movie in a short time; or of it. */
export type NewsItem =
  | { readonly kind: "added" | "gone" | "ended"; readonly log: FrameLog }
  | {
      readonly kind: "frames";
      readonly log: FrameLog;
      /** By number, each frame at most once, with what happened to it last. */
      readonly landed: readonly Span[];
      readonly revised: readonly Span[];
      readonly removed: readonly Span[];
      /** There were too many to name: look at the movie anew. */
      readonly isPartial: boolean;
    };

type FrameKind = "landed" | "revised" | "removed";

/** Changes of a folder that is being filled are told together: nobody reads faster. */
const TOGETHER = Ms(100);

/** Frames of one movie that one item names. A burst of more is one to look at anew. */
const NAMED_FRAMES = 10_000;

/**
 * What happens in the library, in items that are few however many frames come and go, and a revision for each
 * movie: a text that becomes another one with each change, and that no other run of a server gives.
 */
export class News {
  readonly #clock: Clock;
  readonly #run: string;
  readonly #items = new Channel<NewsItem>();
  readonly #movies = new Map<FrameLog, { revision: number; readonly stop: Unsubscribe }>();
  readonly #pending = new Map<FrameLog, Map<number, FrameKind>>();
  readonly #stop: Unsubscribe;
  #count = 0;
  #isTurnAsked = false;

  /** @param run names this run of the server: small letters and digits */
  constructor(catalogue: Catalogue, clock: Clock, run: string) {
    this.#clock = clock;
    this.#run = run;
    this.#stop = catalogue.watch(({ kind, movie }) => {
      if (kind === "added") this.#enter(movie);
      else this.#leave(movie);
      this.#items.publish({ kind, log: movie });
    });
    for (const log of catalogue.movies) this.#enter(log);
  }

  /** What has been told until now, as one text: the same as long as nothing happens. */
  get position(): string {
    return this.text(this.#count);
  }

  /** How a revision of anything is called as long as this server runs. */
  text(revision: number): string {
    return `${this.#run}-${revision}`;
  }

  /** A text that changes with each change of the movie. */
  revisionOf(log: FrameLog): string {
    return this.text(this.#movies.get(log)?.revision ?? 0);
  }

  /** Tells of what happens, some of it together and a little later. */
  watch(listener: (item: NewsItem) => void): Unsubscribe {
    return this.#items.subscribe(listener);
  }

  /** Listens to nothing any more. May be called twice. */
  close(): void {
    this.#stop();
    for (const { stop } of this.#movies.values()) stop();
    this.#movies.clear();
    this.#pending.clear();
  }

  #enter(log: FrameLog): void {
    this.#leave(log);
    const stop = log.watch((change) => this.#changed(log, change));
    this.#movies.set(log, { revision: ++this.#count, stop });
  }

  #leave(log: FrameLog): void {
    this.#movies.get(log)?.stop();
    this.#movies.delete(log);
    this.#pending.delete(log);
    this.#count += 1;
  }

  #changed(log: FrameLog, change: LogChange): void {
    const movie = this.#movies.get(log);
    if (movie === undefined || change.kind === "gone") return;
    movie.revision = ++this.#count;
    if (change.kind === "ended") return this.#items.publish({ kind: "ended", log });
    // Nobody listens while a library is looked through: then nothing is kept.
    if (!this.#items.hasListeners) return;
    const frames = this.#pending.get(log) ?? new Map<number, FrameKind>();
    if (frames.size <= NAMED_FRAMES) frames.set(change.number, change.kind);
    this.#pending.set(log, frames);
    this.#tellLater();
  }

  #tellLater(): void {
    if (this.#isTurnAsked) return;
    this.#isTurnAsked = true;
    this.#clock.at(after(this.#clock.now(), TOGETHER), () => {
      this.#isTurnAsked = false;
      const pending = [...this.#pending];
      this.#pending.clear();
      for (const [log, frames] of pending) this.#items.publish(itemOf(log, frames));
    });
  }
}

function itemOf(log: FrameLog, frames: ReadonlyMap<number, FrameKind>): NewsItem {
  const sorted = [...frames].toSorted(([a], [b]) => a - b);
  const of = (kind: FrameKind): readonly Span[] =>
    spansOf(sorted.filter(([, each]) => each === kind).map(([number]) => number));
  return {
    kind: "frames",
    log,
    landed: of("landed"),
    revised: of("revised"),
    removed: of("removed"),
    isPartial: frames.size > NAMED_FRAMES,
  };
}

function spansOf(numbers: readonly number[]): Span[] {
  const spans: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const span = spans.at(-1);
    if (span !== undefined && span.last + 1 === number) span.last = number;
    else spans.push({ first: number, last: number });
  }
  return spans;
}

/**
 * Spans as people write them: `1-3,7`. Under a step, the numbers between first and last are those it gives.
 */
export function spansText(spans: readonly Span[]): string {
  return spans.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}
