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
type Kept = {
  readonly key: string;
  readonly entry: FrameEntry;
  readonly product: Product;
};

/** What is made of a frame, in a word without `/`. The frame as it is: */
export const ORIGINAL = "original";

/** Names what is made of a frame. The movie's name comes last, as it may hold any character. */
export function productKey({ movie, number, revision }: FrameEntry, what: string): string {
  return `${number}/${revision}/${what}/${movie}`;
}

/** Keeps the products used last, up to a number of bytes. One that is larger than the cache is not kept. */
export class ProductCache {
  /** Undefined where nothing is to be kept: the library takes no bound of 0. */
  readonly #entries: LRUCache<string, Kept> | undefined;
  // Frames by movie and number: making a key for each message that is sent would cost more than all the
  // rest of looking it up.
  readonly #frames = new Map<string, Map<number, Kept>>();

  constructor(bytes: Bytes) {
    if (bytes < 1) return;
    this.#entries = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ product }) => product.bytes.byteLength + ENTRY_OVERHEAD,
      dispose: (kept) => this.#forget(kept),
    });
  }

  /** What the entries hold, their overhead included. */
  get bytes(): Bytes {
    return Bytes(this.#entries?.calculatedSize ?? 0);
  }

  get(entry: FrameEntry, what: string): Product | undefined {
    const kept = what === ORIGINAL ? this.#frames.get(entry.movie)?.get(entry.number) : undefined;
    const isIt = kept?.entry.revision === entry.revision;
    return this.#entries?.get(isIt ? kept.key : productKey(entry, what))?.product;
  }

  set(entry: FrameEntry, what: string, product: Product): void {
    const key = productKey(entry, what);
    const kept = { key, entry, product };
    this.#entries?.set(key, kept);
    if (what === ORIGINAL && this.#entries?.has(key) === true) this.#remember(kept);
  }

  clear(): void {
    this.#entries?.clear();
  }

  #remember(kept: Kept): void {
    const { movie, number } = kept.entry;
    const frames = this.#frames.get(movie);
    if (frames === undefined) this.#frames.set(movie, new Map([[number, kept]]));
    else frames.set(number, kept);
  }

  #forget(kept: Kept): void {
    const { movie, number } = kept.entry;
    const frames = this.#frames.get(movie);
    if (frames?.get(number) !== kept) return;
    frames.delete(number);
    if (frames.size === 0) this.#frames.delete(movie);
  }
}
