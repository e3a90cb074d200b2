import { type Dirent, promises } from "node:fs";
import { extname, join } from "node:path";
import { printable } from "../base/printable.ts";

/** A person waits for it: what the first entries are tells enough. */
const MOST_ENTRIES = 10_000;
/** Kinds of files that are told of. */
const SHOWN_KINDS = 3;

const VIDEOS: ReadonlySet<string> = new Set(
  ".mov .mp4 .m4v .mkv .avi .webm .mxf .mpg .mpeg .ts .mts .wmv .flv .ogv .gif".split(" "),
);

/**
 * What lies in folders that have no movie, in sentences: videos can become some, pictures may want numbers.
 *
 * @param isPicture whether a file's name promises a frame
 */
export async function foundInstead(
  folders: readonly string[],
  isPicture: (name: string) => boolean,
): Promise<string> {
  const { counts, isWhole } = await countKinds(folders);
  if (counts.size === 0) return "Nothing is in it.";
  // What can become a movie comes first.
  const use = (kind: string): number => (VIDEOS.has(kind) ? 2 : isPicture(`1${kind}`) ? 1 : 0);
  const most = [...counts].sort((a, b) => use(b[0]) - use(a[0]) || b[1] - a[1]).slice(0, SHOWN_KINDS);
  return most.map(([kind, count]) => sentence(kind, count, isWhole, isPicture)).join("\n");
}

function sentence(
  kind: string,
  count: number,
  isWhole: boolean,
  isPicture: (name: string) => boolean,
): string {
  const files = count === 1 ? "file" : "files";
  const named = kind === "" ? `${files} without an extension` : `${printable(kind)} ${files}`;
  const found = `Found ${isWhole ? "" : "at least "}${count} ${named}`;
  if (VIDEOS.has(kind)) return `${found}: mutoscope import VIDEO NAME makes movies of videos.`;
  if (!isPicture(`1${kind}`)) return `${found}, of a kind that Mutoscope does not read.`;
  return `${found}. Frames have numbers in their names: shot.1001${printable(kind)} and so on.`;
}

async function countKinds(
  folders: readonly string[],
): Promise<{ readonly counts: ReadonlyMap<string, number>; readonly isWhole: boolean }> {
  const counts = new Map<string, number>();
  const waiting = [...folders];
  let seen = 0;
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    for await (const entry of entriesOf(folder)) {
      if (++seen > MOST_ENTRIES) return { counts, isWhole: false };
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) waiting.push(join(folder, entry.name));
      else {
        const kind = extname(entry.name).toLowerCase();
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
  }
  return { counts, isWhole: true };
}

/** What cannot be read has been told of by the library. */
async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await promises.opendir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
