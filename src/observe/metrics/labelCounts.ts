import type { Row } from "./family.ts";

/**
 * Counts by label values, for what happens seldom enough to be looked up by a text. The values must come from
 * finite sets, never from a client: each that was seen is kept.
 */
export class LabelCounts {
  readonly #counts = new Map<string, { value: number; readonly labels: readonly (string | number)[] }>();

  /** @param known what is there from the beginning, with 0 */
  constructor(known: Iterable<readonly (string | number)[]> = []) {
    for (const labels of known) this.add(0, ...labels);
  }

  add(value: number, ...labels: readonly (string | number)[]): void {
    const key = labels.join(" ");
    const count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, { value, labels });
    else count.value += value;
  }

  *rows(): Generator<Row> {
    for (const { value, labels } of this.#counts.values()) yield [value, ...labels];
  }
}
