import { LRUCache } from "lru-cache";
import { Bytes } from "../base/units.ts";
import type { FrameEntry } from "../library/log.ts";
import type { Product } from "./order.ts";

/**
 * What an entry costs beside its image: key, digest, objects, its place in the index and the list's links.
 * Measured near 600 bytes.
 */
const ENTRY_OVERHEAD = 640;

/** What is kept, under the key that it is kept under. */
type Kept<Held> = {
  readonly key: string;
  readonly entry: FrameEntry;
  readonly what: string;
  readonly product: Held;
  /** The era in which it was used last. */
  era: number;
};

/** Of one movie, by number. */
type Frames<Held> = Map<number, Kept<Held>>;

/**
 * Names what is made of a frame: `what`, a word without `/`. The movie's name comes last, as it may hold any
 * character.
 */
export function productKey({ movie, number, revision }: FrameEntry, what: string): string {
  return `${number}/${revision}/${what}/${movie}`;
}

/** Keeps the products used last, up to a number of bytes. One that is larger than the cache is not kept. */
export class ProductCache<Held extends { readonly bytes: Uint8Array } = Product> {
  /** Undefined where nothing is to be kept: the library takes no bound of 0. */
  readonly #entries: LRUCache<string, Kept<Held>> | undefined;
  // Frames by what they are, movie and number: making a key for each message that is sent would cost more
  // than all the rest of looking it up.
  readonly #frames = new Map<string, Map<string, Frames<Held>>>();

  /** Where the last look found something: messages that follow each other are mostly of one movie. */
  #last: { readonly movie: string; readonly what: string; readonly frames: Frames<Held> } | undefined;
  /**
   * From one product that is added to the next: nothing gives way between them, so that it is enough to note
   * once in an era that something is used.
   */
  #era = 0;
  #evicted = 0;

  constructor(bytes: Bytes) {
    if (bytes < 1) return;
    this.#entries = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ product }) => product.bytes.byteLength + ENTRY_OVERHEAD,
      dispose: (kept, _key, reason) => {
        this.#forget(kept);
        if (reason === "evict") this.#evicted += 1;
      },
    });
  }

  /** How many entries gave way to others. */
  get evicted(): number {
    return this.#evicted;
  }

  /** What the entries hold, their overhead included. */
  get bytes(): Bytes {
    return Bytes(this.#entries?.calculatedSize ?? 0);
  }

  get(entry: FrameEntry, what: string): Held | undefined {
    const kept = this.#framesOf(entry.movie, what)?.get(entry.number);
    if (kept?.entry.revision !== entry.revision) return this.#use(productKey(entry, what));
    if (kept.era === this.#era) return kept.product;
    kept.era = this.#era;
    return this.#use(kept.key);
  }

  set(entry: FrameEntry, what: string, product: Held): void {
    const key = productKey(entry, what);
    this.#era += 1;
    const kept = { key, entry, what, product, era: this.#era };
    this.#entries?.set(key, kept);
    if (this.#entries?.has(key) === true) this.#remember(kept);
  }

  clear(): void {
    this.#entries?.clear();
  }

  #use(key: string): Held | undefined {
    return this.#entries?.get(key)?.product;
  }

  #framesOf(movie: string, what: string): Frames<Held> | undefined {
    if (this.#last?.movie === movie && this.#last.what === what) return this.#last.frames;
    const frames = this.#frames.get(what)?.get(movie);
    if (frames !== undefined) this.#last = { movie, what, frames };
    return frames;
  }

  #remember(kept: Kept<Held>): void {
    const { movie, number } = kept.entry;
    const movies = mapIn(this.#frames, kept.what);
    mapIn(movies, movie).set(number, kept);
  }

  #forget(kept: Kept<Held>): void {
    const { movie, number } = kept.entry;
    const movies = this.#frames.get(kept.what);
    const frames = movies?.get(movie);
    if (movies === undefined || frames?.get(number) !== kept) return;
    frames.delete(number);
    if (frames.size > 0) return;
    if (this.#last?.frames === frames) this.#last = undefined;
    movies.delete(movie);
    if (movies.size === 0) this.#frames.delete(kept.what);
  }
}

/** The map under a key, which is made when there is none. */
function mapIn<Key, Value>(maps: Map<string, Map<Key, Value>>, key: string): Map<Key, Value> {
  const there = maps.get(key);
  if (there !== undefined) return there;
  const made = new Map<Key, Value>();
  maps.set(key, made);
  return made;
}
