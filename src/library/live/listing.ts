import { opendirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import type { Dirent } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { ErrorCode } from "../../base/errors.ts";
import { formatOf } from "../formats.ts";
import { MOVIE_FILE } from "../movieFile.ts";
import { isInside, systemCode } from "../place.ts";

/** A name that is left out of the library, and why. */
export type LeftOut = { readonly path: string; readonly code: ErrorCode; readonly detail: string };

/** Where a folder lies. */
export type FolderPlace = {
  /** The library's folder, absolute and without links: nothing outside of it is read. */
  readonly root: string;
  /** Absolute, as it is reached from the root. */
  readonly path: string;
  /** The folder's name inside the library, parts joined by `/`; empty for the library itself. */
  readonly inside: string;
  /** The folders above it from the root on, and it, without links: one of them again is a loop. */
  readonly chain: readonly string[];
};

/** What a folder holds that may belong to movies. */
export type Listing = {
  /** Names of files that may be frames, in no order. */
  readonly files: readonly string[];
  /** The folders below, in the order of code units. */
  readonly folders: readonly (FolderPlace & { readonly name: string })[];
  /** Whether a file lies there that describes the movies. */
  readonly isDescribed: boolean;
  readonly leftOut: readonly LeftOut[];
};

/** Links between a few folders can make endlessly many names for them; no tree of movies is as deep. */
const DEEPEST = 32;

/** Entries that the system is asked for at once: fewer cost calls, more cost memory. */
const ENTRIES_AT_ONCE = 1024;

type Kind = "file" | "folder" | "other";

/** What following a link might wait for: another machine. Told by the path that the link names. */
export type MayWait = (path: string) => boolean;

/**
 * Lists one folder. Hidden entries are skipped; links are followed inside of the root only, and not where
 * that might wait.
 * @throws the system's error when the folder cannot be read
 */
export function listFolder(place: FolderPlace, mayWait: MayWait): Listing {
  const files: string[] = [];
  const folders: Listing["folders"][number][] = [];
  const leftOut: LeftOut[] = [];
  let isDescribed = false;
  const leaveOut = (name: string, code: ErrorCode, detail: string): void =>
    void leftOut.push({ path: join(place.path, name), code, detail });
  for (const entry of entriesOf(place.path)) {
    const { name } = entry;
    if (name.startsWith(".")) continue;
    // A name that is not UTF-8 comes with replacement characters, and no longer leads to its file.
    if (name.includes("\ufffd")) {
      leaveOut(name, "FRAME_UNREADABLE", "found a name that is not UTF-8");
      continue;
    }
    const isLink = entry.isSymbolicLink();
    const isFrame = formatOf(name) !== undefined;
    // What a link leads to may be a folder, whatever it is called.
    const kind = isLink ? followLink(place, name, mayWait, leaveOut) : kindOf(entry);
    if (kind === "folder") {
      const below = enter(place, name, isLink, leaveOut);
      if (below !== undefined) folders.push(below);
    } else if (kind === "file") {
      if (isFrame) files.push(name);
      else isDescribed ||= name === MOVIE_FILE;
    } else if (kind === "other" && isFrame) {
      leaveOut(name, "FRAME_NOT_A_FILE", "found a pipe, a socket or a device, expected a regular file");
    }
  }
  folders.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files, folders, isDescribed, leftOut };
}

function* entriesOf(path: string): Generator<Dirent> {
  const folder = opendirSync(path, { bufferSize: ENTRIES_AT_ONCE });
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) yield entry;
  } finally {
    folder.closeSync();
  }
}

type LeaveOut = (name: string, code: ErrorCode, detail: string) => void;

function followLink(
  { root, path }: FolderPlace,
  name: string,
  mayWait: MayWait,
  leaveOut: LeaveOut,
): Kind | undefined {
  const link = join(path, name);
  try {
    if (mayWait(resolve(dirname(link), readlinkSync(link)))) {
      leaveOut(name, "FRAME_OUTSIDE_LIBRARY", "found a link that leads to a network mount");
      return undefined;
    }
    const target = realpathSync.native(link);
    if (isInside(root, target)) return kindOf(statSync(target));
    leaveOut(name, "FRAME_OUTSIDE_LIBRARY", "found a link that leads out of the library's folder");
  } catch (error) {
    leaveOut(name, "FRAME_UNREADABLE", `the link could not be followed: ${systemCode(error)}`);
  }
  return undefined;
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): Kind {
  if (entry.isDirectory()) return "folder";
  return entry.isFile() ? "file" : "other";
}

/** The folder below, unless it is one of those above or too deep. Only a link leads back up. */
function enter(
  above: FolderPlace,
  name: string,
  isLink: boolean,
  leaveOut: LeaveOut,
): (FolderPlace & { readonly name: string }) | undefined {
  const path = join(above.path, name);
  try {
    const real = isLink ? realpathSync.native(path) : join(above.chain.at(-1) ?? above.path, name);
    const inside = above.inside === "" ? name : `${above.inside}/${name}`;
    const chain = [...above.chain, real];
    const isLoop = above.chain.includes(real);
    if (!isLoop && chain.length <= DEEPEST) return { root: above.root, path, inside, chain, name };
    const detail = isLoop ? "leads to a folder above it" : `lies more than ${DEEPEST} deep`;
    leaveOut(name, "LIBRARY_UNREADABLE", `found a folder that ${detail}`);
  } catch (error) {
    leaveOut(name, "LIBRARY_UNREADABLE", `the folder could not be read: ${systemCode(error)}`);
  }
  return undefined;
}
