import { isStamp, runsIn, valueAt } from "./digits.ts";

/** Names that have the same around their frame numbers. */
export type Shape = {
  readonly before: string;
  /** The suffix and the extension as written. */
  readonly after: string;
  /** In lower case, without its dot. */
  readonly extension: string;
  /** Whether the digits are too many for frame numbers: such names are a movie of their own. */
  readonly isStamped: boolean;
  readonly members: Member[];
};

/** A frame file's name, taken apart. */
export type Member = {
  readonly file: string;
  readonly shape: Shape;
  /** Inexact where the shape is stamped. */
  readonly number: number;
};

/** The digits of a member, with a sign where one is. */
export function runOf({ file, shape: { before, after } }: Member): string {
  return file.slice(before.length, file.length - after.length);
}

/**
 * Several runs of digits are counted side by side, a few at a time: a name has at most some hundred, and the
 * values of a million names are kept for these only.
 */
const RUNS_AT_ONCE = 16;

/** Collects names by what stands around their numbers. Of the same shape there is one. */
export class Shapes {
  readonly #shapes = new Map<string, Shape>();
  #latest: Shape | undefined;

  /** Adds a name whose frame number lies at `start` to `end`, with the extension from `dot` on. */
  add(file: string, start: number, end: number, dot: number): void {
    const run = file.slice(start, end);
    const shape = this.#shapeOf(file, start, end, dot, isStamp(run));
    shape.members.push({ file, shape, number: Number(run) + 0 }); // −0 becomes 0
  }

  get all(): Shape[] {
    return [...this.#shapes.values()];
  }

  #shapeOf(file: string, start: number, end: number, dot: number, isStamped: boolean): Shape {
    const latest = this.#latest;
    if (latest !== undefined && latest.isStamped === isStamped && surrounds(latest, file, start, end))
      return latest;
    const [before, after] = [file.slice(0, start), file.slice(end)];
    const key = `${before}/${after}/${isStamped}`; // a slash stands in no file's name
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      const extension = file.slice(dot + 1).toLowerCase();
      shape = { before, after, extension, isStamped, members: [] };
      this.#shapes.set(key, shape);
    }
    return (this.#latest = shape);
  }
}

function surrounds({ before, after }: Shape, file: string, start: number, end: number): boolean {
  const sizes = before.length === start && after.length === file.length - end;
  return sizes && file.startsWith(before) && file.endsWith(after);
}

/** The shapes of the names that have digits before their extension. */
export function findShapes(files: readonly string[]): Shape[] {
  const shapes = new Shapes();
  for (const alike of groupByLiterals(files).values()) {
    const run = frameRun(alike);
    for (const file of alike) {
      const dot = file.lastIndexOf(".");
      const places = runsIn(file, dot);
      shapes.add(file, places[2 * run] ?? 0, places[2 * run + 1] ?? 0, dot);
    }
  }
  return shapes.all;
}

/** Names that differ in nothing but their digits and signs: only among these can a run vary. */
function groupByLiterals(files: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const dot = file.lastIndexOf(".");
    const places = runsIn(file, dot);
    if (places.length === 0) continue;
    let key = "";
    for (let index = 0, from = 0; index < places.length; index += 2) {
      key += `${file.slice(from, places[index])}/`;
      from = places[index + 1] ?? 0;
    }
    key += file.slice(places.at(-1), dot) + file.slice(dot).toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return groups;
}

/** The run with the most different values; of several, the last. All names have as many runs. */
function frameRun(alike: readonly string[]): number {
  const [file = ""] = alike;
  const runs = runsIn(file, file.lastIndexOf(".")).length / 2;
  let best = { run: runs - 1, values: 0 };
  if (runs === 1 || alike.length === 1) return best.run;
  for (let first = 0; first < runs; first += RUNS_AT_ONCE) {
    for (const [index, values] of countValues(alike, first, Math.min(first + RUNS_AT_ONCE, runs)).entries()) {
      if (values >= best.values) best = { run: first + index, values };
    }
  }
  return best.run;
}

/** How many different values each run from `first` to before `last` has. */
function countValues(alike: readonly string[], first: number, last: number): number[] {
  const values = Array.from({ length: last - first }, () => new Set<number | string>());
  for (const file of alike) {
    const places = runsIn(file, file.lastIndexOf("."));
    for (const [index, seen] of values.entries()) {
      const place = 2 * (first + index);
      seen.add(valueAt(file, places[place] ?? 0, places[place + 1] ?? 0));
    }
  }
  return values.map(({ size }) => size);
}
