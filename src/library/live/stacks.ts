import { isTiff } from "../formats.ts";
import { fileNameAt } from "../fileNames.ts";
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

/** Whether a key is that of one file. */
export const isOfOneFile = (key: string): boolean => key.startsWith("/");

/**
 * Makes movies of TIFF files that have several pages: each is one, with its pages as frames from 1. Whether
 * the files of a sequence are such is seen from one of them; a movie is found when its pages are counted.
 *
 * @param counts those that nobody asks for any more are taken out
 */
export function stacksOf(
  files: readonly string[],
  sequences: readonly FoundSequence[],
  counts: PageCounts,
): { readonly found: FoundSequence[]; readonly uncounted: Uncounted[] } {
  const found: FoundSequence[] = [];
  const uncounted: Uncounted[] = [];
  const asked = new Set<string>();
  const add = (file: string): void => {
    const key = keyOfFile(file);
    asked.add(key);
    const count = counts.get(key);
    if (count === undefined) uncounted.push({ key, file, most: Infinity });
    else if (count.pages > 1) found.push(stackOf(file, count.pages));
  };
  for (const sequence of sequences) {
    const { key, numbers, names } = sequence;
    const first = fileNameAt(names, 0, numbers[0] ?? 0);
    const count = isTiff(first) ? counts.get(key) : undefined;
    asked.add(key);
    if (!isTiff(first) || (count !== undefined && count.pages <= 1)) found.push(sequence);
    else if (count === undefined) uncounted.push({ key, file: first, most: 2 });
    else for (const [index, number] of numbers.entries()) add(fileNameAt(names, index, number));
  }
  for (const file of unnumberedTiffs(files)) add(file);
  for (const key of counts.keys()) if (!asked.has(key)) counts.delete(key);
  return { found, uncounted };
}

export function isCounted(counts: PageCounts, file: string): boolean {
  return counts.has(keyOfFile(file));
}

/** What was counted of a file that has been written anew since. */
export function countedOf(counts: PageCounts, file: string): Uncounted[] {
  return Array.from(counts)
    .filter(([, count]) => count.file === file)
    .map(([key]) => ({ key, file, most: isOfOneFile(key) ? Infinity : 2 }));
}

/** Files that may be stacks, and are no sequence's: they have no number. */
export function unnumberedTiffs(files: readonly string[]): string[] {
  return files.filter((file) => isTiff(file) && !/[0-9]/.test(stemOf(file)));
}

function stackOf(file: string, pages: number): FoundSequence {
  return {
    key: keyOfFile(file),
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
