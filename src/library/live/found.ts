import { join } from "node:path";
import { type DoubleFrame, type Sequence, findSequences } from "../names.ts";
import { findPattern } from "../pattern.ts";
import { type FileNames, packNames } from "../fileNames.ts";
import type { FolderPlace, LeftOut } from "./listing.ts";
import type { SizeWalk } from "./pageWalk.ts";
import type { Branch } from "./protocol.ts";

/** A sequence of a folder. */
export type FoundSequence = {
  /** No two of a folder have the same. */
  readonly key: string;
  /** Without its folder's name; empty when the files' names are nothing but digits. */
  readonly bareName: string;
  readonly extension: string;
  readonly numbers: Float64Array;
  readonly names: FileNames;
  readonly stamped: boolean;
  /** What is known of the pages of its files, where these are TIFFs. */
  readonly walk?: SizeWalk | undefined;
};

/** Finds the movies among the files of a folder, and which files are no frames although they could be. */
export function findMovies(
  branch: Branch,
  place: FolderPlace,
  files: readonly string[],
): { readonly found: readonly FoundSequence[]; readonly leftOut: readonly LeftOut[] } {
  const { sequences, doubles, strays } = sequencesOf(branch, files);
  const leftOut = [
    ...doubles.map(({ file, instead, frame }) => ({
      path: join(place.path, file),
      code: "FRAME_DOUBLE" as const,
      detail: `frame ${frame} is ${instead} already`,
    })),
    ...strays.map((file) => ({
      path: join(place.path, file),
      code: "FRAME_NUMBER_INVALID" as const,
      detail: "found too many digits for the frame number that the others have",
    })),
  ];
  const found = sequences.map((sequence) => foundSequence(sequence, branch));
  return { found, leftOut };
}

function sequencesOf(
  { pattern }: Branch,
  files: readonly string[],
): {
  readonly sequences: readonly Sequence[];
  readonly doubles: readonly DoubleFrame[];
  readonly strays: readonly string[];
} {
  if (pattern === undefined) return { ...findSequences(files), strays: [] };
  const { sequence, ...rest } = findPattern(files, pattern);
  // Without files there is a movie only where frames are promised.
  const isThere = sequence.numbers.length > 0 || pattern.range !== undefined;
  return { ...rest, sequences: isThere ? [sequence] : [] };
}

function foundSequence(sequence: Sequence, { pattern }: Branch): FoundSequence {
  const { name, extension, stamped, numbers } = sequence;
  return {
    // A pattern means one movie, whatever is found of it. A slash stands in no name.
    key: pattern === undefined ? `${name}/${extension}/${stamped}` : "",
    bareName: name,
    extension,
    numbers,
    names: packNames(sequence.names),
    stamped,
  };
}

/** The folder's name stands before the sequence's, and for it where the files are named by digits only. */
export function nameIn({ inside }: FolderPlace, name: string, ownName: string): string {
  if (inside === "") return name || ownName;
  return name === "" ? inside : `${inside}/${name}`;
}
