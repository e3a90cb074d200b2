import { fileNameAt } from "../fileNames.ts";
import type { TrackedMovie } from "./folderState.ts";
import { type Look, identityOf } from "./looks.ts";

/**
 * What is known of each frame's file after a movie has changed, by its rank: what was known before of a frame
 * whose file is the same, what was seen of a file that arrived, and NaN for the others.
 *
 * @param before the movie as it was; undefined when it is new
 * @param arrived files that were looked at, as they were seen
 */
export function retable(
  before: TrackedMovie | undefined,
  { table, names }: TrackedMovie,
  arrived: ReadonlyMap<string, Look>,
): Float64Array {
  const identities = new Float64Array(table.count);
  for (let rank = 0; rank < table.count; rank++) {
    const number = table.at(rank) ?? 0;
    const file = fileNameAt(names, rank, number);
    const look = arrived.get(file);
    identities[rank] = look === undefined ? known(before, number, file) : identityOf(look);
  }
  return identities;
}

function known(before: TrackedMovie | undefined, number: number, file: string): number {
  if (before === undefined) return NaN;
  const rank = before.table.rank(number);
  if (before.table.at(rank) !== number || fileNameAt(before.names, rank, number) !== file) return NaN;
  return before.identities?.[rank] ?? NaN;
}
