import { opendir, realpath } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { Fault, fault } from "../../base/errors.ts";
import { systemClock } from "../../base/systemClock.ts";
import { Ms } from "../../base/units.ts";
import { leaveBehind } from "../disk/stuck.ts";
import { Looking } from "./library.ts";
import { mountOf, readMounts } from "./mounts.ts";
import type { Branch, Watching } from "./protocol.ts";
import type { Catalogue } from "../log.ts";
import { systemCode } from "../place.ts";
import type { LibraryTarget } from "../target.ts";
import { SettingsFile } from "./settingsFile.ts";

/** What frames that lie directly in `/` and are named by digits only are called. */
const NAME_OF_NAMELESS = "movie";

/** How long a folder may take to answer before it counts as unreadable: a mount may hang for ever. */
const PATIENCE = Ms(5000);

const POLL_INTERVAL = Ms(2000);

export type LibraryOptions = {
  /**
   * How changes are seen: `auto`, `poll` or `off` as the setting `watch`, or `once`: one look for a listing,
   * in which movies that were declared to reach further stay live. Default: `auto`.
   */
  readonly watch?: Watching | undefined;
  /** How often polled folders are looked at, at most. Default: 2 s. */
  readonly pollInterval?: Ms | undefined;
  /** The file of the setting `movies`, which is watched as the folders are. Default: none. */
  readonly movies?: string | undefined;
};

/** A library that is looked through, and, if so asked for, watched. */
export interface LiveLibrary extends Catalogue {
  /** The folders of the targets, absolute and without links. */
  readonly roots: readonly string[];
  /** Settles when everything has been looked at once. Rejects only if this program breaks. */
  readonly scanned: Promise<void>;
  /** Ends all watches. What was found stays. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens a library: answers as soon as it is certain that its folders are there, and looks through them in
 * threads of their own. What is left out is told through the event `entryLeftOut`.
 * @throws LIBRARY_UNREADABLE when a target is no folder or cannot be read
 * @throws SETTING_INVALID when the file of the setting `movies` cannot be read
 */
export async function openLibrary(
  targets: readonly LibraryTarget[],
  options: LibraryOptions = {},
): Promise<LiveLibrary> {
  const settingsFile = await SettingsFile.open(options.movies ?? "");
  const branches = await Promise.all(targets.map(branchOf));
  const { watch: watching = "auto", pollInterval = POLL_INTERVAL } = options;
  const looking = new Looking(withoutTwins(branches), {
    clock: systemClock,
    watching,
    pollInterval,
    settings: settingsFile.settings,
  });
  const { catalogue, scanned } = looking;
  const isFollowed = watching === "auto" || watching === "poll";
  const afterScan = (): void => {
    settingsFile.check(catalogue);
    if (isFollowed) settingsFile.follow(catalogue, pollInterval);
  };
  // That the threads have died is told elsewhere.
  scanned.then(afterScan, () => undefined);
  return {
    get movies() {
      return catalogue.movies;
    },
    get progress() {
      return catalogue.progress;
    },
    find: (name) => catalogue.find(name),
    watch: (listener) => catalogue.watch(listener),
    roots: [...new Set(branches.map(({ place }) => place.root))],
    scanned,
    close: () => {
      settingsFile.close();
      return looking.close();
    },
  };
}

/**
 * Looks through a library once, for a list of what is there now. Movies that were declared to reach further
 * are live.
 * @throws as `openLibrary`
 */
export async function readLibrary(
  targets: readonly LibraryTarget[],
  options: Pick<LibraryOptions, "movies"> = {},
): Promise<Catalogue & Pick<LiveLibrary, "roots">> {
  const library = await openLibrary(targets, { ...options, watch: "once" });
  try {
    await library.scanned;
  } finally {
    await library.close();
  }
  return library;
}

async function branchOf(target: LibraryTarget, index: number): Promise<Branch> {
  const path = target.kind === "folder" ? target.path : target.folder;
  const root = await findRoot(path);
  return {
    target: index,
    place: { root, path: root, inside: "", chain: [root] },
    pattern: target.kind === "pattern" ? target : undefined,
    ownName: basename(resolve(path)) || NAME_OF_NAMELESS,
    polled: mountOf(readMounts(), root)?.polled,
  };
}

/** The folder without links, which can be listed. */
async function findRoot(path: string): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unreadable(path, `no answer in ${PATIENCE} ms`)), PATIENCE);
  });
  const found = listable(path);
  leaveBehind(found);
  try {
    return await Promise.race([found, late]);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw unreadable(path, systemCode(error), error);
  } finally {
    clearTimeout(timer);
  }
}

async function listable(path: string): Promise<string> {
  const root = await realpath(path);
  await (await opendir(root)).close();
  return root;
}

function unreadable(path: string, why: string, cause?: unknown): Fault {
  return fault("LIBRARY_UNREADABLE", `${path}: the folder could not be read: ${why}`, cause);
}

/** A folder that was named twice is looked at once. */
function withoutTwins(branches: readonly Branch[]): Branch[] {
  return branches.filter((branch, index) => !branches.slice(0, index).some((other) => isTwin(branch, other)));
}

function isTwin(branch: Branch, other: Branch): boolean {
  return (
    branch.pattern === undefined && other.pattern === undefined && branch.place.root === other.place.root
  );
}
