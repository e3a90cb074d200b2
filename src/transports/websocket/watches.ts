import type { LibraryChange, ServerMessage } from "../../wire/websocket/serverMessages.ts";
import { type News, type NewsItem, spansText } from "../news.ts";

/** What watches ask and tell the owner of their connection. */
export interface WatchesOwner {
  /** @returns false, having told nothing, when it is longer than what may be told at once */
  tell(message: ServerMessage): boolean;
  /** Whether the client has read enough for another event. */
  hasRoom(): boolean;
}

/** What one watch is told of; whether something was left out since. */
type Watch = { readonly movie: string | undefined; hasMissed: boolean };

const NOTHING: Omit<LibraryChange, "kind"> = {
  movie: undefined,
  landed: "",
  revised: "",
  removed: "",
  partial: false,
  revision: undefined,
};

/**
 * One client's watches of the library, by its own numbers. What it does not read is not kept for it: it is
 * told instead, when it has read, that it has missed something.
 */
export class Watches {
  readonly #news: News;
  readonly #owner: WatchesOwner;
  readonly #all = new Map<number, Watch>();
  #unwatch: (() => void) | undefined;

  constructor(news: News, owner: WatchesOwner) {
    this.#news = news;
    this.#owner = owner;
  }

  get count(): number {
    return this.#all.size;
  }

  has(number: number): boolean {
    return this.#all.has(number);
  }

  /** Begins a watch, or makes another one of it. @param movie all movies, when undefined */
  add(number: number, movie: string | undefined): void {
    this.#all.set(number, { movie, hasMissed: false });
    this.#unwatch ??= this.#news.watch((item) => this.#happened(item));
  }

  remove(number: number): void {
    this.#all.delete(number);
    if (this.#all.size === 0) this.close();
  }

  /** The client has read what it had: whoever missed something is told. */
  caughtUp(): void {
    for (const [number, watch] of this.#all) {
      if (!watch.hasMissed || !this.#owner.hasRoom()) continue;
      watch.hasMissed = false;
      this.#owner.tell({ type: "event", watch: number, kind: "missed", ...NOTHING });
    }
  }

  /** Listens to nothing any more. May be called twice. */
  close(): void {
    this.#all.clear();
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #happened(item: NewsItem): void {
    const { name } = item.log;
    for (const [number, watch] of this.#all) {
      if (watch.movie !== undefined && watch.movie !== name) continue;
      watch.hasMissed ||=
        !this.#owner.hasRoom() ||
        !this.#owner.tell({ type: "event", watch: number, ...this.#changeOf(item) });
    }
  }

  #changeOf(item: NewsItem): LibraryChange {
    const about = { ...NOTHING, movie: item.log.name, revision: this.#news.revisionOf(item.log) };
    if (item.kind !== "frames") return { ...about, kind: item.kind };
    const { landed, revised, removed, isPartial } = item;
    return {
      ...about,
      kind: "frames",
      landed: spansText(landed),
      revised: spansText(revised),
      removed: spansText(removed),
      partial: isPartial,
    };
  }
}
