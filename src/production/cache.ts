import { LRUCache } from "lru-cache";
import { Bytes } from "../base/units.ts";
import type { Product } from "./order.ts";

/**
 * What an entry costs beside its image: key, digest, objects and the list's links. Measured near 500
 * bytes.
 */
const ENTRY_OVERHEAD = 512;

/** Keeps the products used last, up to a number of bytes. One that is larger than the cache is not kept. */
export class ProductCache {
  /** Undefined where nothing is to be kept: the library takes no bound of 0. */
  readonly #entries: LRUCache<string, Product> | undefined;

  constructor(bytes: Bytes) {
    if (bytes < 1) return;
    this.#entries = new LRUCache({
      maxSize: bytes,
      sizeCalculation: (product) => product.bytes.byteLength + ENTRY_OVERHEAD,
    });
  }

  /** What the entries hold, their overhead included. */
  get bytes(): Bytes {
    return Bytes(this.#entries?.calculatedSize ?? 0);
  }

  get(key: string): Product | undefined {
    return this.#entries?.get(key);
  }

  set(key: string, product: Product): void {
    this.#entries?.set(key, product);
  }

  clear(): void {
    this.#entries?.clear();
  }
}
