/** A frame file's name, taken apart around the run of digits that is its frame number. */
export type Member = {
  readonly file: string;
  readonly before: string;
  /** The digits, with a sign where one is. */
  readonly run: string;
  /** The suffix and the extension as written. */
  readonly after: string;
};

/** The name of the file at an index of its sequence. */
export type FileNamer = (index: number) => string;

/** How most files of a sequence are named: what stands around the digits, and to how many they are padded. */
type Pattern = { readonly before: string; readonly after: string; readonly width: number };

/**
 * How the files of a sequence are named. Nearly always one pattern gives all names back, so that a movie of
 * 100,000 frames need not keep 100,000 of them; names that it does not give are kept.
 */
export function fileNaming(members: readonly Member[]): {
  /** Those that the pattern gives first, and then by name: always the same one of two comes first. */
  compare(a: Member, b: Member): number;
  pack(files: readonly string[], numbers: Float64Array): FileNamer;
} {
  const pattern = usualPattern(members);
  const isUsual = (member: Member): boolean => nameBy(pattern, Number(member.run)) === member.file;
  return {
    compare: (a, b) => Number(isUsual(b)) - Number(isUsual(a)) || (a.file < b.file ? -1 : 1),
    pack: (files, numbers) => pack(pattern, files, numbers),
  };
}

function pack(pattern: Pattern, files: readonly string[], numbers: Float64Array): FileNamer {
  const others = new Map<number, string>();
  for (const [index, file] of files.entries()) {
    if (nameBy(pattern, numbers[index] ?? 0) !== file) others.set(index, file);
  }
  // Beyond this a list is smaller than the map.
  if (others.size * 2 > files.length) return (index) => files[index] ?? "";
  return (index) => others.get(index) ?? nameBy(pattern, numbers[index] ?? 0);
}

function nameBy({ before, after, width }: Pattern, number: number): string {
  const digits = String(Math.abs(number)).padStart(width, "0");
  return `${before}${number < 0 ? "-" : ""}${digits}${after}`;
}

function usualPattern(members: readonly Member[]): Pattern {
  const shapes = new Map<string, Member[]>();
  for (const member of members) {
    const key = `${member.before}/${member.after}`; // a slash stands in no file's name
    const alike = shapes.get(key);
    if (alike === undefined) shapes.set(key, [member]);
    else alike.push(member);
  }
  const [first = [], ...rest] = shapes.values();
  const usual = rest.reduce((best, alike) => (alike.length > best.length ? alike : best), first);
  return { before: usual[0]?.before ?? "", after: usual[0]?.after ?? "", width: usualWidth(usual) };
}

/**
 * The padding that agrees with the most names. Digits with a leading zero agree with their own length only,
 * others with every padding up to their length: `1 … 99` and a stray `01` are not padded.
 */
function usualWidth(members: readonly Member[]): number {
  const padded: number[] = [];
  const natural: number[] = [];
  for (const { run } of members) {
    const digits = run.replace("-", "");
    const counts = digits.length > 1 && digits.startsWith("0") ? padded : natural;
    counts[digits.length] = (counts[digits.length] ?? 0) + 1;
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
