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

type Known = { revision: number; changed: number | undefined; readonly stop: Unsubscribe };

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
  readonly #today: () => number;
  readonly #items = new Channel<NewsItem>();
  readonly #movies = new Map<FrameLog, Known>();
  readonly #pending = new Map<FrameLog, Map<number, FrameKind>>();
  readonly #stop: Unsubscribe;
  #count = 0;
  /** Items that were told, and changes that were not because nobody listened. */
  #told = 0;
  #isTurnAsked = false;

  /**
   * @param run names this run of the server: small letters and digits
   * @param today the time of day, in ms since 1970
   */
  constructor(catalogue: Catalogue, clock: Clock, run: string, today: () => number = Date.now) {
    this.#clock = clock;
    this.#run = run;
    this.#today = today;
    this.#stop = catalogue.watch(({ kind, movie }) => {
      if (kind === "added") this.#enter(movie);
      else this.#leave(movie);
      this.#tell({ kind, log: movie });
    });
    for (const log of catalogue.movies) this.#enter(log);
  }

  /**
   * What has been told until now, as one text: another one behind each item. What is told together later is
   * not in it yet, so that whoever comes back with it in between hears of that.
   */
  get position(): string {
    return this.text(this.#told);
  }

  /** How a revision of anything is called as long as this server runs. */
  text(revision: number): string {
    return `${this.#run}-${revision}`;
  }

  /** A text that changes with each change of the movie. */
  revisionOf(log: FrameLog): string {
    return this.text(this.#movies.get(log)?.revision ?? 0);
  }

  /** When the movie last changed, in ms since 1970: while this server looked, or as it was found. */
  changedOf(log: FrameLog): number | undefined {
    return this.#movies.get(log)?.changed;
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
    this.#movies.set(log, { revision: ++this.#count, changed: log.changed, stop });
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
    movie.changed = this.#today();
    if (change.kind === "ended") return this.#tell({ kind: "ended", log });
    // Nobody listens while a library is looked through: then nothing is kept.
    if (!this.#items.hasListeners) {
      this.#told += 1;
      return;
    }
    const frames = this.#pending.get(log) ?? new Map<number, FrameKind>();
    if (frames.size <= NAMED_FRAMES) frames.set(change.number, change.kind);
    this.#pending.set(log, frames);
    this.#tellLater();
  }

  #tell(item: NewsItem): void {
    this.#told += 1;
    this.#items.publish(item);
  }

  #tellLater(): void {
    if (this.#isTurnAsked) return;
    this.#isTurnAsked = true;
    this.#clock.at(after(this.#clock.now(), TOGETHER), () => {
      this.#isTurnAsked = false;
      const pending = [...this.#pending];
      this.#pending.clear();
      for (const [log, frames] of pending) this.#tell(itemOf(log, frames));
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
