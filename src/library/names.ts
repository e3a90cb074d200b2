import { type Member, type Shape, findShapes, runOf } from "./alike.ts";
import { compareStamps, isSeparator } from "./digits.ts";
import { type PackedNames, type Pattern, nameBy, packNames, usualPattern } from "./fileNaming.ts";

export { labelOf } from "./digits.ts";

/** The frames of one folder that belong together. */
export type Sequence = {
  /** Without the folder's name; empty when the files' names are nothing but digits. */
  readonly name: string;
  /** In lower case, without its dot. */
  readonly extension: string;
  /** The frame numbers: ascending, each once. */
  readonly numbers: Float64Array;
  /** The names of the files: `nameAt` gives that of an index of `numbers`. */
  readonly names: PackedNames;
  /**
   * Whether the digits of the names are too many for frame numbers: then the frames are numbered 1, 2, 3 … in
   * their order, and `labelOf` gives the digits of a file's name.
   */
  readonly stamped: boolean;
};

/** A file whose frame another file of the folder already is. */
export type DoubleFrame = { readonly file: string; readonly instead: string; readonly frame: number };

/**
 * Finds the sequences among the names of one folder's frame files (design: Movies):
 * `<prefix><digits><suffix>.<ext>` with any padding. A name without digits is no frame. Time grows with the
 * names' total length, and sorting.
 */
export function findSequences(files: readonly string[]): {
  readonly sequences: readonly Sequence[];
  readonly doubles: readonly DoubleFrame[];
} {
  const movies = new Map<string, Shape[]>();
  for (const shape of findShapes(files)) {
    const { extension, isStamped } = shape;
    const key = `${nameOfShape(shape)}/${extension}/${isStamped}`; // a slash stands in no file's name
    const movie = movies.get(key);
    if (movie === undefined) movies.set(key, [shape]);
    else movie.push(shape);
  }
  const found = [...movies.values()].map((shapes) => assemble(shapes));
  // Where a movie of numbers and one of stamps share a name, the numbers have it.
  found.sort((a, b) => Number(a.sequence.stamped) - Number(b.sequence.stamped));
  return {
    sequences: found.map(({ sequence }) => sequence),
    doubles: found.flatMap(({ doubles }) => doubles),
  };
}

function nameOfShape({ before, after, extension }: Shape): string {
  return sequenceName(before, after.slice(0, after.length - extension.length - 1));
}

/**
 * The name of a sequence whose files have `before` and `after` around their digits, without the extension.
 * The separators before the digits are not part of it, unless nothing else parts it from the suffix:
 * `render_0001_beauty` and `render.0001_beauty` are `render_beauty`, so is `render_0001beauty`; `sw1b` is
 * `swb`. White space around it is not part of it, and it is composed (NFC): names that look alike are the
 * same.
 */
export function sequenceName(before: string, after: string): string {
  return joined(before, after).trim().normalize("NFC");
}

function joined(before: string, after: string): string {
  const stem = before.slice(0, endOfStem(before));
  if (after === "") return stem;
  if (stem === "") return after.replace(/^[._\s-]+/, "");
  return /^[._\s-]/.test(after) ? stem + after : before + after;
}

/** A loop: a regular expression would look at every run of separators anew from each of its places. */
function endOfStem(before: string): number {
  let end = before.length;
  while (end > 0 && (isSeparator(before.charCodeAt(end - 1)) || before[end - 1]?.trim() === "")) end--;
  return end;
}

/** The sequence of all members of some shapes, of which there is at least one. */
export function assemble(shapes: readonly Shape[]): {
  readonly sequence: Sequence;
  readonly doubles: readonly DoubleFrame[];
} {
  const [shape] = shapes;
  const stamped = shape?.isStamped ?? false;
  const pattern = usualPattern(shapes);
  const { kept, doubles } = sortOut(shapes, pattern, stamped);
  const numbers = Float64Array.from(kept, ({ number }, index) => (stamped ? index + 1 : number));
  const files = kept.map(({ file }) => file);
  const names = packNames(pattern, files, numbers);
  const name = shape === undefined ? "" : nameOfShape(shape);
  return { sequence: { name, extension: shape?.extension ?? "", numbers, names, stamped }, doubles };
}

/** In order. Of two files for one frame, the one with the usual name comes first and stays. */
function sortOut(
  shapes: readonly Shape[],
  pattern: Pattern,
  stamped: boolean,
): { readonly kept: readonly Member[]; readonly doubles: readonly DoubleFrame[] } {
  const compare = stamped ? compareByStamps : compareByNumbers;
  const isUsual = ({ file, number }: Member): boolean => nameBy(pattern, number) === file;
  const members = shapes
    .flatMap((shape) => shape.members)
    .sort((a, b) => compare(a, b) || Number(isUsual(b)) - Number(isUsual(a)) || (a.file < b.file ? -1 : 1));
  const kept: Member[] = [];
  const doubles: DoubleFrame[] = [];
  for (const member of members) {
    const last = kept.at(-1);
    if (last === undefined || compare(last, member) !== 0) kept.push(member);
    else {
      const frame = stamped ? kept.length : member.number;
      doubles.push({ file: member.file, instead: last.file, frame });
    }
  }
  return { kept, doubles };
}

const compareByNumbers = (a: Member, b: Member): number => a.number - b.number;

const compareByStamps = (a: Member, b: Member): number => compareStamps(runOf(a), runOf(b));

/**
 * The names under which the sequences of a whole library are known. Those that share a name add their
 * extension (`beauty~png`, `beauty~tif`); of those that still do, which lie in different folders or of which
 * one is stamped, all but the first add a number (`shot~2`).
 */
export function distinctNames(
  movies: readonly { readonly name: string; readonly extension: string }[],
): string[] {
  const extensions = new Map<string, Set<string>>();
  for (const { name, extension } of movies) {
    extensions.set(name, (extensions.get(name) ?? new Set()).add(extension));
  }
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return movies.map(({ name, extension }) => {
    const shared = (extensions.get(name)?.size ?? 0) > 1;
    const wanted = shared ? `${name}~${extension}` : name;
    let distinct = wanted;
    let count = counts.get(wanted) ?? 1;
    while (taken.has(distinct)) distinct = `${wanted}~${++count}`;
    counts.set(wanted, count);
    taken.add(distinct);
    return distinct;
  });
}
