/** A place in a register: emptied when it is left. */
type Place<V> = { value: V | undefined };

/**
 * Who is there now, by key, in the order in which they came: for what comes and goes thousands of times a
 * second.
 *
 *     table 1 ──▶ table 2 ──▶ table 3      each full one is left for a new one, to which it refers;
 *      │ │ │       │ │ │       │ │ │       and keeps what was in it
 *      places      places      places
 *
 * A `Map` does the same. But once one of its tables has lived long enough to be looked at only in full
 * collections, all later ones live until the next of those, and everything that ever was in them: with
 * requests as values, more than half of all that a request had made. So tables have places here, and whoever
 * leaves leaves an empty one.
 */
export class Register<K extends string | number, V extends object> {
  readonly #places = new Map<K, Place<V>>();

  get size(): number {
    return this.#places.size;
  }

  get(key: K): V | undefined {
    return this.#places.get(key)?.value;
  }

  /** Puts a value under a key; in the place of the one that is there. */
  set(key: K, value: V): void {
    const place = this.#places.get(key);
    if (place === undefined) this.#places.set(key, { value });
    else place.value = value;
  }

  /** Takes out what is under the key. @returns what it was */
  delete(key: K): V | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    const { value } = place;
    place.value = undefined;
    this.#places.delete(key);
    return value;
  }

  /** Those that are there, the first first. Who comes or goes meanwhile does so at once. */
  *entries(): Generator<readonly [key: K, value: V]> {
    for (const [key, { value }] of this.#places) if (value !== undefined) yield [key, value];
  }
}
