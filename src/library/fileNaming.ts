import { type Member, type Shape, runOf } from "./alike.ts";

/**
 * The names of a sequence's files as plain data, which can cross to another thread. Nearly always one pattern
 * gives all of them back, so that a movie of 100,000 frames need not keep 100,000 names; those that it does
 * not give are kept by their index.
 */
export type PackedNames =
  | {
      readonly kind: "pattern";
      readonly before: string;
      readonly after: string;
      /** The least number of digits: shorter numbers have zeros before them. */
      readonly width: number;
      readonly others: ReadonlyMap<number, string>;
    }
  | { readonly kind: "list"; readonly files: readonly string[] };

/** How most files of a sequence are named: what stands around the digits, and to how many they are padded. */
export type Pattern = { readonly before: string; readonly after: string; readonly width: number };

/** The name of the file at an index of its sequence, whose frame number is `number`. */
export function nameAt(names: PackedNames, index: number, number: number): string {
  if (names.kind === "list") return names.files[index] ?? "";
  return names.others.get(index) ?? nameBy(names, number);
}

/** The names of the files of a sequence, in its order. `numbers` are theirs. */
export function packNames(pattern: Pattern, files: readonly string[], numbers: Float64Array): PackedNames {
  const others = new Map<number, string>();
  for (const [index, file] of files.entries()) {
    if (nameBy(pattern, numbers[index] ?? 0) !== file) others.set(index, file);
    // Beyond this a list is smaller than the map.
    if (others.size * 2 > files.length) return { kind: "list", files };
  }
  return { kind: "pattern", ...pattern, others };
}

/** The name that a pattern gives a number. */
export function nameBy({ before, after, width }: Pattern, number: number): string {
  const digits = String(Math.abs(number)).padStart(width, "0");
  return `${before}${number < 0 ? "-" : ""}${digits}${after}`;
}

/** The pattern that gives the most names of some shapes, the same whatever their order. */
export function usualPattern(shapes: readonly Shape[]): Pattern {
  const [first, ...rest] = shapes;
  if (first === undefined) return { before: "", after: "", width: 1 };
  const { before, after, members } = rest.reduce(
    (best, shape) => (isMoreUsual(shape, best) ? shape : best),
    first,
  );
  return { before, after, width: usualWidth(members) };
}

function isMoreUsual(a: Shape, b: Shape): boolean {
  const more = a.members.length - b.members.length;
  if (more !== 0) return more > 0;
  return a.before === b.before ? a.after < b.after : a.before < b.before;
}

/**
 * The padding that agrees with the most names. Digits with a leading zero agree with their own length only,
 * others with every padding up to their length: `1 … 99` and a stray `01` are not padded.
 */
function usualWidth(members: readonly Member[]): number {
  const padded: number[] = [];
  const natural: number[] = [];
  for (const member of members) {
    const run = runOf(member);
    const start = run.startsWith("-") ? 1 : 0;
    const digits = run.length - start;
    const counts = digits > 1 && run.startsWith("0", start) ? padded : natural;
    counts[digits] = (counts[digits] ?? 0) + 1;
  }
  let best = { width: 1, agreeing: 0 };
  let longer = 0;
  for (let width = Math.max(padded.length, natural.length) - 1; width > 0; width--) {
    longer += natural[width] ?? 0;
    const agreeing = longer + (padded[width] ?? 0);
    if (agreeing >= best.agreeing) best = { width, agreeing };
  }
  return best.width;
}
