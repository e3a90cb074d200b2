import { isTiff } from "../formats.ts";
import { fileNameAt } from "./fileNames.ts";
import type { FoundSequence } from "./found.ts";

/**
 * How many pages TIFF files have, as far as they were counted: of one file of each sequence, of each file of
 * the sequences whose one file has several, and of each file whose name has no number.
 */
export type PageCounts = Map<string, { readonly file: string; readonly pages: number }>;

/** A file whose pages are to be counted before it is known what it belongs to. */
export type Uncounted = {
  /** Under which the count is asked for. */
  readonly key: string;
  readonly file: string;
  /** Counting further makes no difference. */
  readonly most: number;
};

/** Sequences are known by their keys, files by their names: a slash stands in no file's name. */
const keyOfFile = (file: string): string => `/${file}`;

/**
 * Makes movies of TIFF files that have several pages: each is one, with its pages as frames from 1. Whether
 * the files of a sequence are such is seen from one of them; a movie is found when its pages are counted.
 */
export function stacksOf(
  files: readonly string[],
  sequences: readonly FoundSequence[],
  counts: PageCounts,
): { readonly found: FoundSequence[]; readonly uncounted: Uncounted[] } {
  const found: FoundSequence[] = [];
  const uncounted: Uncounted[] = [];
  const add = (file: string): void => {
    const count = counts.get(keyOfFile(file));
    if (count === undefined) uncounted.push({ key: keyOfFile(file), file, most: Infinity });
    else if (count.pages > 1) found.push(stackOf(file, count.pages));
  };
  for (const sequence of sequences) {
    const { key, numbers, names } = sequence;
    const first = fileNameAt(names, 0, numbers[0] ?? 0);
    const count = isTiff(first) ? counts.get(key) : undefined;
    if (!isTiff(first) || (count !== undefined && count.pages <= 1)) found.push(sequence);
    else if (count === undefined) uncounted.push({ key, file: first, most: 2 });
    else for (const [index, number] of numbers.entries()) add(fileNameAt(names, index, number));
  }
  for (const file of files) if (isTiff(file) && !/[0-9]/.test(stemOf(file))) add(file);
  return { found, uncounted };
}

/** What was counted of a file is no longer true: it was written anew, or is gone. */
export function forgetPages(counts: PageCounts, file: string): boolean {
  let isForgotten = false;
  for (const [key, count] of counts) {
    if (count.file !== file) continue;
    counts.delete(key);
    isForgotten = true;
  }
  return isForgotten;
}

function stackOf(file: string, pages: number): FoundSequence {
  const stem = stemOf(file).trim().normalize("NFC");
  return {
    key: keyOfFile(file),
    name: stem,
    bareName: stem,
    extension: file.slice(file.lastIndexOf(".") + 1).toLowerCase(),
    numbers: Float64Array.from({ length: pages }, (_, index) => index + 1),
    names: { kind: "pages", file },
    stamped: false,
  };
}

function stemOf(file: string): string {
  return file.slice(0, file.lastIndexOf("."));
}
