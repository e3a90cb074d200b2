import { type FileNames, fileNameAt, packNames as packFileNames } from "../fileNames.ts";
import { packNames } from "../fileNaming.ts";
import { isTiff } from "../formats.ts";
import type { FoundSequence } from "./found.ts";
import type { PageCount, PageCounts, PageWalk, Uncounted } from "./pageWalk.ts";
import { walkSizes } from "./pageWalk.ts";

/** What is known of a folder whose TIFF files may be movies of their own. */
export type KnownFiles = {
  /** Those that nobody asks for any more are taken out. */
  readonly counts: PageCounts;
  /** In bytes; undefined where a file cannot be looked at, or is being written. */
  readonly sizeOf: (file: string) => number | undefined;
  /** Whether the sequence of this key is a movie already. */
  readonly isMovie: (key: string) => boolean;
  /** Whether a file is a frame of that movie now. */
  readonly isFrame: (key: string, file: string) => boolean;
};

/** A file whose pages could not be counted, and which is no frame of others either. */
export type Unreadable = { readonly file: string } & NonNullable<PageCount["fault"]>;

/** What becomes of a folder's files. */
export type Sorted = {
  readonly found: FoundSequence[];
  readonly uncounted: Uncounted[];
  readonly unreadable: Unreadable[];
  /** Movies, by their keys, of whose files none is known to be a frame as yet. */
  readonly unsure: Set<string>;
};

/**
 * Makes movies of TIFF files that have several pages: each is one, with its pages as frames from 1. The files
 * of one page among them stay frames of their sequence. A file is no movie, and a new one no frame, before it
 * is known which it is; what is a frame stays one until then.
 */
export function stacksOf(
  files: readonly string[],
  sequences: readonly FoundSequence[],
  known: KnownFiles,
): Sorted {
  const sorted: Sorted = { found: [], uncounted: [], unreadable: [], unsure: new Set() };
  const asked = new Set<string>();
  for (const sequence of sequences) {
    const { numbers, names } = sequence;
    const at = (index: number): string => fileNameAt(names, index, numbers[index] ?? 0);
    if (!isTiff(at(0))) {
      sorted.found.push(sequence);
      continue;
    }
    const walk = walkSizes({ count: numbers.length, at }, known.counts, known.sizeOf);
    for (const file of walk.used) asked.add(file);
    // Nearly always, and there may be a million of them.
    if (walk.uncounted.length === 0 && !walk.hasStacks) sorted.found.push({ ...sequence, walk: walk.sizes });
    else sortSequence(sequence, at, { walk, known }, sorted);
  }
  for (const file of unnumberedTiffs(files)) {
    asked.add(file);
    const count = known.counts.get(file);
    if (count === undefined) sorted.uncounted.push({ file, size: undefined });
    else if (count.pages > 1) sorted.found.push(stackOf(file, count.pages));
    else if (count.fault !== undefined) sorted.unreadable.push({ file, ...count.fault });
  }
  for (const file of known.counts.keys()) if (!asked.has(file)) known.counts.delete(file);
  return sorted;
}

function sortSequence(
  sequence: FoundSequence,
  at: (index: number) => string,
  { walk, known }: { readonly walk: PageWalk; readonly known: KnownFiles },
  { found, uncounted, unreadable, unsure }: Sorted,
): void {
  const { key, numbers } = sequence;
  const stacks: FoundSequence[] = [];
  const faults: Unreadable[] = [];
  const frames: number[] = [];
  const waiting = new Set(walk.uncounted.map(({ file }) => file));
  for (const each of walk.uncounted) uncounted.push(each);
  for (let index = 0; index < numbers.length; index++) {
    const file = at(index);
    const { pages, fault } = (walk.used.has(file) ? known.counts.get(file) : undefined) ?? { pages: 1 };
    if (pages > 1) stacks.push(stackOf(file, pages));
    else if (!waiting.has(file) || known.isFrame(key, file)) frames.push(index);
    if (fault !== undefined) faults.push({ file, ...fault });
  }
  for (const stack of stacks) found.push(stack);
  if (waiting.size > 0 && frames.length === 0) unsure.add(key);
  // Why a frame cannot be read is its production's to tell; beside nothing but stacks it is none.
  else if (stacks.length > 0 && frames.length === faults.length) {
    for (const each of faults) unreadable.push(each);
  } else if (waiting.size === 0 || known.isMovie(key)) {
    found.push({ ...framesOnly(sequence, at, frames), walk: walk.sizes });
  }
}

/** The sequence without the files that are no frames of it. */
function framesOnly(
  sequence: FoundSequence,
  at: (index: number) => string,
  frames: readonly number[],
): FoundSequence {
  const { numbers, names, stamped } = sequence;
  if (frames.length === numbers.length) return sequence;
  // Too many digits for a number are numbered in order, without a hole.
  const left = Float64Array.from(frames, (index, order) => (stamped ? order + 1 : (numbers[index] ?? 0)));
  return { ...sequence, numbers: left, names: namesOf(names, frames.map(at), left) };
}

function namesOf(names: FileNames, files: readonly string[], numbers: Float64Array): FileNames {
  if (names.kind !== "pattern") return packFileNames({ kind: "list", files });
  const { before, after, width } = names;
  return packFileNames(packNames({ before, after, width }, files, numbers));
}

/** Files that may be stacks, and are no sequence's: they have no number. */
export function unnumberedTiffs(files: readonly string[]): string[] {
  return files.filter((file) => isTiff(file) && !/[0-9]/.test(stemOf(file)));
}

function stackOf(file: string, pages: number): FoundSequence {
  return {
    // Sequences are known by other keys: a slash stands in no file's name.
    key: `/${file}`,
    bareName: stemOf(file).trim().normalize("NFC"),
    extension: file.slice(file.lastIndexOf(".") + 1).toLowerCase(),
    numbers: Float64Array.from({ length: pages }, (_, index) => index + 1),
    names: { kind: "pages", file },
    stamped: false,
  };
}

function stemOf(file: string): string {
  return file.slice(0, file.lastIndexOf("."));
}
