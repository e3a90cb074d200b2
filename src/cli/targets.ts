import { stat } from "node:fs/promises";
import { fault } from "../base/errors.ts";
import type { LibraryTarget } from "../main.ts";
import { meantBy } from "./meant.ts";

/** The argument of a command that takes `targetsOf`, in its help. */
export const WHAT = {
  argument: "<what...>",
  description:
    "folders, and patterns of file names such as 'beauty.####.exr', each perhaps with its range 1001-1100",
} as const;

/**
 * What the arguments of `serve` and `ls` point at: folders, and patterns of file names, each of which may be
 * followed by the range that its frames will have (`'beauty.####.exr' 1001-1100`, also in one argument). A
 * folder that is there is a folder, whatever its name; of one that is not there the library tells. After a
 * pattern, what looks like a range is one: the folder of such a name is `./1001-1100`.
 * @throws PATTERN_INVALID for a pattern that is none, and for a single file
 * @throws RANGE_INVALID for a range that is none, or follows no pattern
 * @throws LIBRARY_UNREADABLE for a folder that is not there, where another one was probably meant
 */
export async function targetsOf(args: readonly string[]): Promise<LibraryTarget[]> {
  // Help and errors of the command line answer without loading the server.
  const { isPattern, looksLikeRange, parsePattern } = await import("../main.ts");
  const targets: LibraryTarget[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    const kind = await kindOf(arg);
    if (kind !== "folder" && isPattern(arg)) {
      const next = args[index + 1];
      const range = next !== undefined && looksLikeRange(next) ? next : undefined;
      if (range !== undefined) index++;
      targets.push(parsePattern(arg, range));
    } else if (kind === "file") throw singleFile(arg);
    else if (kind === "nothing" && looksLikeRange(arg)) {
      throw fault(
        "RANGE_INVALID",
        `found the range "${arg}", expected a pattern before it, as 'beauty.####.exr'`,
      );
    } else {
      if (kind === "nothing") await suggest(arg);
      targets.push({ kind: "folder", path: arg });
    }
  }
  return targets;
}

/** @throws LIBRARY_UNREADABLE for a name that leads nowhere and is like one that does not */
async function suggest(path: string): Promise<void> {
  const { findSequences } = await import("../main.ts");
  const meant = await meantBy(path, (files) => findSequences(files).sequences.map(({ name }) => name));
  if (meant !== undefined) throw fault("LIBRARY_UNREADABLE", `${path}: found no such folder, ${meant}`);
}

async function kindOf(path: string): Promise<"folder" | "file" | "nothing"> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch {
    return "nothing"; // or nothing that can be looked at, which the library tells better
  }
}

/** Often the shell has put all files of a sequence in the place of `shot.*.exr`. */
function singleFile(path: string): Error {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const pattern = name.replace(/[0-9]+(?=[^0-9]*\.[^.]*$)/, "####");
  const instead = pattern === name ? "the folder that it lies in" : `the folder, or the pattern '${pattern}'`;
  return fault("PATTERN_INVALID", `found the file "${path}", expected ${instead}`);
}
