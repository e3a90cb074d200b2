import { fileNaming } from "./fileNaming.ts";
import type { FileNamer, Member } from "./fileNaming.ts";

/** The frames of one folder that belong together. */
export type Sequence = {
  /** Without the folder's name; empty when the files' names are nothing but digits. */
  readonly name: string;
  /** In lower case, without its dot. */
  readonly extension: string;
  /** The frame numbers: ascending, each once. */
  readonly numbers: Float64Array;
  /** The name of the file at an index of `numbers`. */
  readonly fileName: FileNamer;
};

/** A file whose frame another file of the folder already is. */
export type DoubleFrame = { readonly file: string; readonly instead: string; readonly frame: number };

/** A sign only after another separator, which also parts the numbers of a date: `2024-01-02`. */
const RUN = /((?<=[._-])-[0-9]+|[0-9]+)/;

/** Longer numbers are not exact in a double, and no frame number on any surface. */
const MOST_DIGITS = 15;

type Split = {
  readonly file: string;
  /**
   * What lies between the runs of digits, at even indices, and the runs, at odd ones. Without the extension.
   */
  readonly pieces: readonly string[];
  readonly extension: string;
};

type Groups<T> = Map<string, T[]>;

/**
 * Finds the sequences among the names of one folder's frame files (design: Movies):
 * `<prefix><digits><suffix>.<ext>` with any padding. A name without digits is no frame. Time grows with the
 * names' total length, and sorting.
 */
export function findSequences(files: readonly string[]): {
  readonly sequences: readonly Sequence[];
  readonly doubles: readonly DoubleFrame[];
} {
  const members: Groups<Member> = new Map();
  for (const alike of groupByLiterals(files).values()) {
    const run = frameRun(alike);
    for (const split of alike) addMember(members, split, run);
  }
  const found = [...members].map(([key, group]) => assemble(key, group));
  return {
    sequences: found.map(({ sequence }) => sequence),
    doubles: found.flatMap(({ doubles }) => doubles),
  };
}

/** Names that differ in nothing but their digits and signs: only among these can a run vary. */
function groupByLiterals(files: readonly string[]): Groups<Split> {
  const groups: Groups<Split> = new Map();
  for (const file of files) {
    const dot = file.lastIndexOf(".");
    const pieces = file.slice(0, dot).split(RUN);
    if (dot < 0 || pieces.length < 3) continue;
    const extension = file.slice(dot + 1).toLowerCase();
    const literals = pieces.filter((_, index) => index % 2 === 0);
    add(groups, [...literals, extension].join("/"), { file, pieces, extension });
  }
  return groups;
}

/** The index of the run with the most different values; of several, the last. */
function frameRun(alike: readonly Split[]): number {
  const runs = alike[0]?.pieces.length ?? 0;
  let best = { run: runs - 2, values: 0 };
  if (runs === 3) return best.run;
  for (let run = 1; run < runs; run += 2) {
    const values = new Set(alike.map(({ pieces }) => withoutPadding(pieces[run] ?? ""))).size;
    if (values >= best.values) best = { run, values };
  }
  return best.run;
}

function addMember(members: Groups<Member>, split: Split, run: number): void {
  const { file, pieces, extension } = split;
  const before = pieces.slice(0, run).join("");
  const after = pieces.slice(run + 1).join("");
  // A slash stands in no file's name.
  add(members, `${movieName(before, after)}/${extension}`, {
    file,
    before,
    run: pieces[run] ?? "",
    after: after + file.slice(file.lastIndexOf(".")),
  });
}

/**
 * The separators before the digits are not part of the name, unless nothing else parts it from the suffix:
 * `render_0001_beauty` and `render.0001_beauty` are `render_beauty`, so is `render_0001beauty`; `sw1b` is
 * `swb`.
 */
function movieName(before: string, after: string): string {
  const stem = before.replace(/[._-]+$/, "");
  if (after === "") return stem;
  if (stem === "") return after.replace(/^[._-]+/, "");
  return /^[._-]/.test(after) ? stem + after : before + after;
}

function assemble(key: string, members: readonly Member[]): { sequence: Sequence; doubles: DoubleFrame[] } {
  const [name = "", extension = ""] = key.split("/");
  const stamped = members.some(({ run }) => withoutPadding(run).replace("-", "").length > MOST_DIGITS);
  const naming = fileNaming(members);
  const frames = members.map((member) => ({ member, number: Number(member.run) + 0 })); // −0 becomes 0
  const order = stamped ? compareStamps : compareNumbers;
  // Of two files for one frame, the one with the usual padding comes first.
  frames.sort((a, b) => order(a, b) || naming.compare(a.member, b.member));
  const doubles: DoubleFrame[] = [];
  const kept: typeof frames = [];
  for (const frame of frames) {
    const last = kept.at(-1);
    if (last === undefined || order(last, frame) !== 0) kept.push(frame);
    else doubles.push({ file: frame.member.file, instead: last.member.file, frame: frame.number });
  }
  const numbers = Float64Array.from(kept, ({ number }, index) => (stamped ? index + 1 : number));
  const fileName = naming.pack(
    kept.map(({ member }) => member.file),
    numbers,
  );
  return { sequence: { name, extension, numbers, fileName }, doubles };
}

type Frame = { readonly member: Member; readonly number: number };

const compareNumbers = (a: Frame, b: Frame): number => a.number - b.number;

/** As whole numbers of any length, which doubles would round. */
function compareStamps(a: Frame, b: Frame): number {
  const [left, right] = [withoutPadding(a.member.run), withoutPadding(b.member.run)];
  const sign = left.startsWith("-") ? -1 : 1;
  if (left.startsWith("-") !== right.startsWith("-")) return sign;
  if (left.length !== right.length) return sign * (left.length - right.length);
  if (left === right) return 0;
  return left < right ? -sign : sign;
}

function withoutPadding(run: string): string {
  const bare = run.replace(/^(-?)0+(?=[0-9])/, "$1");
  return bare === "-0" ? "0" : bare;
}

function add<T>(groups: Groups<T>, key: string, item: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}

/**
 * The names under which the sequences of a whole library are known. Those that share a name add their
 * extension (`beauty~png`, `beauty~tif`); of those that still do, which lie in different folders, all but the
 * first add a number (`shot~2`).
 */
export function distinctNames(
  movies: readonly { readonly name: string; readonly extension: string }[],
): string[] {
  const extensions = new Map<string, Set<string>>();
  for (const { name, extension } of movies) {
    extensions.set(name, (extensions.get(name) ?? new Set()).add(extension));
  }
  const taken = new Set<string>();
  return movies.map(({ name, extension }) => {
    const shared = (extensions.get(name)?.size ?? 0) > 1;
    const wanted = shared ? `${name}~${extension}` : name;
    let distinct = wanted;
    for (let count = 2; taken.has(distinct); count++) distinct = `${wanted}~${count}`;
    taken.add(distinct);
    return distinct;
  });
}
