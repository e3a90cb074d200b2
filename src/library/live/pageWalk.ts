import type { ErrorCode } from "../../base/errors.ts";
import { isTiff } from "../formats.ts";

/** How many pages a TIFF file has. */
export type PageCount = {
  /** 0 where they could not be counted. */
  readonly pages: number;
  /** What it was when it was looked at, in bytes; undefined where nobody looked. */
  readonly size: number | undefined;
  /** Why they could not be counted. */
  readonly fault?: { readonly code: ErrorCode; readonly detail: string } | undefined;
};

/** By the names of the files, as far as they were counted. */
export type PageCounts = Map<string, PageCount>;

/** A file whose pages are to be counted before it is known what it is. */
export type Uncounted = { readonly file: string; readonly size: number | undefined };

/** What the counts of a sequence say of its other files, by their sizes. */
export type SizeWalk = {
  /** What is smaller was not counted, and is taken for one page. */
  readonly least: number;
  /** Sizes of which a file was counted that has one page. */
  readonly single: ReadonlySet<number>;
};

/** How far a sequence's files have been gone through. */
export type PageWalk = {
  /** The files that were counted and that this was made of. */
  readonly used: ReadonlySet<string>;
  readonly uncounted: readonly Uncounted[];
  /** Whether some of those that were counted have several pages. */
  readonly hasStacks: boolean;
  /** Undefined while a count is missing, or the size of a file. */
  readonly sizes: SizeWalk | undefined;
};

/** The files of a sequence, in its order. */
export type Files = { readonly count: number; readonly at: (index: number) => string };

/**
 * After so many sizes in a row whose file has one page, what is smaller is taken for one page, too. A file
 * of two pages is nearly always larger than the files of one page beside it.
 */
const SINGLES_IN_A_ROW = 16;

/**
 * Finds the files of several pages in a sequence without opening all of it. The sizes of its files are gone
 * through from the largest down, and one file of each is counted. Of a size whose file has several pages all
 * files are counted. It ends after a row of sizes whose file has one page: of 16, or of as many as there were
 * files of several pages before it.
 *
 * @param sizeOf in bytes; undefined where a file cannot be looked at, or is being written
 */
export function walkSizes(
  files: Files,
  counts: PageCounts,
  sizeOf: (file: string) => number | undefined,
): PageWalk {
  const { groups, sizes, isSure } = groupBySize(files, counts, sizeOf);
  const used = new Set<string>();
  const uncounted: Uncounted[] = [];
  const single = new Set<number>();
  const stacked = new Set<number>();
  let [row, stacks, last, isThrough] = [0, 0, 0, true];
  for (const [size, group] of [...groups].sort(([a], [b]) => b - a)) {
    isThrough = row < Math.max(SINGLES_IN_A_ROW, stacks);
    if (!isThrough) break;
    last = size;
    for (const file of group.counted) used.add(file);
    // What is not counted yet may have one page: then this goes on a little less far than it could.
    row = group.stacks > 0 ? 0 : row + 1;
    stacks += group.stacks;
    if (group.stacks > 0) stacked.add(size);
    else if (group.counted.length > 0) single.add(size);
    else uncounted.push({ file: group.first, size });
  }
  if (stacked.size > 0) addStacked(files, counts, { sizes, stacked }, uncounted);
  const isKnown = isSure && uncounted.length === 0;
  return {
    used,
    uncounted,
    hasStacks: stacks > 0,
    sizes: isKnown ? { least: isThrough ? 0 : last, single } : undefined,
  };
}

/**
 * Whether a file that landed or was written anew may have to be counted, so that its folder has to be read:
 * it is not like those of its sequence that were counted.
 */
export function mayBeStack(
  counts: PageCounts,
  walk: SizeWalk | undefined,
  file: string,
  size: number,
): boolean {
  if (!isTiff(file)) return false;
  const count = counts.get(file);
  if (count !== undefined) return count.size !== size;
  return walk === undefined || (size >= walk.least && !walk.single.has(size));
}

/** The files of one size. */
type Group = {
  readonly first: string;
  readonly counted: string[];
  /** How many of these have several pages. */
  stacks: number;
};

function groupBySize(
  files: Files,
  counts: PageCounts,
  sizeOf: (file: string) => number | undefined,
): { readonly groups: Map<number, Group>; readonly sizes: Float64Array; readonly isSure: boolean } {
  const groups = new Map<number, Group>();
  const sizes = new Float64Array(files.count);
  let isSure = true;
  for (let index = 0; index < files.count; index++) {
    const file = files.at(index);
    const count = counts.get(file);
    const found = sizeOf(file);
    isSure &&= found !== undefined;
    // While it is being written it stays what it was.
    const size = found ?? count?.size;
    sizes[index] = size ?? NaN;
    if (size === undefined) continue;
    let group = groups.get(size);
    if (group === undefined) groups.set(size, (group = { first: file, counted: [], stacks: 0 }));
    if (count === undefined) continue;
    group.counted.push(file);
    if (count.pages > 1) group.stacks++;
  }
  return { groups, sizes, isSure };
}

/** Adds the files that are as large as one of several pages. */
function addStacked(
  files: Files,
  counts: PageCounts,
  { sizes, stacked }: { readonly sizes: Float64Array; readonly stacked: ReadonlySet<number> },
  uncounted: Uncounted[],
): void {
  for (const [index, size] of sizes.entries()) {
    if (!stacked.has(size)) continue;
    const file = files.at(index);
    if (!counts.has(file)) uncounted.push({ file, size });
  }
}
