import { type Figure, measure } from "./figure.ts";
import type { Snapshot } from "./snapshot.ts";

/** How much a chart shows, in milliseconds. */
export const SHOWN = 300_000;

/** Over how long "the last minute" is, in milliseconds. */
const MINUTE = 60_000;

/**
 * A rate over a longer time would show as one moment what was many: polls were missed, or nobody looked at
 * the page. In milliseconds.
 */
const LONGEST_STEP = 5_000;

/** What one line of a chart draws. */
export type Line = { readonly key: string; readonly figure: Figure };

/** One moment of all charts. */
type Point = { readonly at: number; readonly values: ReadonlyMap<string, number> };

/** Columns for a chart: times in seconds, and for each line as many values; null where nothing is known. */
export type Columns = { readonly times: readonly number[]; readonly lines: readonly (number | null)[][] };

/** What the server said over the last minutes, as far as the page needs it. */
export class History {
  /** The answers of the last minute, oldest first. */
  #snapshots: Snapshot[] = [];
  #points: Point[] = [];

  get latest(): Snapshot | undefined {
    return this.#snapshots.at(-1);
  }

  /** The answer before the latest, when rates of both mean anything. */
  get previous(): Snapshot | undefined {
    const { latest } = this;
    const before = this.#snapshots.at(-2);
    return latest === undefined || before === undefined || !follows(latest, before) ? undefined : before;
  }

  /** The oldest answer of the last minute since when the server has not been started anew. */
  get minuteAgo(): Snapshot | undefined {
    const { latest } = this;
    return this.#snapshots.find((each) => each !== latest && each.birth === latest?.birth);
  }

  /** @param lines what the charts draw of it */
  add(snapshot: Snapshot, lines: readonly Line[]): void {
    const { latest: before } = this;
    this.#snapshots = [...this.#snapshots.filter(({ at }) => at >= snapshot.at - MINUTE), snapshot];
    const oldest = snapshot.at - SHOWN;
    this.#points = this.#points.filter(({ at }) => at >= oldest);
    const joins = before === undefined || follows(snapshot, before);
    // A line that went on from there to here would tell of a time of which nothing is known.
    if (!joins) this.#points.push({ at: (before.at + snapshot.at) / 2, values: new Map() });
    const values = new Map<string, number>();
    for (const { key, figure } of lines) {
      const value = measure(figure, snapshot, joins ? before : undefined);
      if (value !== undefined) values.set(key, value);
    }
    this.#points.push({ at: snapshot.at, values });
  }

  /** What was drawn under these names. */
  columns(keys: readonly string[]): Columns {
    const lines = keys.map((key) => this.#points.map(({ values }) => values.get(key) ?? null));
    return { times: this.#points.map(({ at }) => at / 1000), lines };
  }
}

function follows(now: Snapshot, before: Snapshot): boolean {
  return now.at - before.at <= LONGEST_STEP && now.birth === before.birth;
}

/**
 * Each line on top of those before it; where one knows nothing it adds nothing, and where none does there is
 * a gap.
 */
export function stacked(lines: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const sums: (number | null)[] = [];
  return lines.map((line) =>
    line.map((value, index) => {
      const sum = value === null ? (sums[index] ?? null) : (sums[index] ?? 0) + value;
      sums[index] = sum;
      return sum;
    }),
  );
}
