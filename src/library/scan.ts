import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { Fault, fault } from "../base/errors.ts";
import type { ErrorCode } from "../base/errors.ts";
import { events } from "../base/events.ts";
import { DEFAULT_RATE } from "../base/rate.ts";
import type { Rate } from "../base/rate.ts";
import { formatOf } from "./formats.ts";
import { MOVIE_FILE, readMovieFile } from "./movieFile.ts";
import { findSequences } from "./names.ts";
import type { Sequence } from "./names.ts";
import { isInside, systemCode } from "./place.ts";

/** A sequence and the folder that it was found in. */
export type FoundSequence = {
  readonly sequence: Sequence;
  readonly rate: Rate;
  /** Absolute. */
  readonly folder: string;
  /** The folder's name inside the library, parts joined by `/`; empty for the library itself. */
  readonly inside: string;
};

type Folder = {
  readonly path: string;
  readonly inside: string;
  /** This folder and those above it, without links: one of them again is a loop. */
  readonly chain: readonly string[];
};

type Content = {
  readonly files: readonly string[];
  readonly folders: readonly Folder[];
  readonly rate: Rate;
};

type Kind = "file" | "folder" | "other";

/**
 * Links between a few folders can make endlessly many names for them; no tree of movies is as deep or as
 * wide.
 */
const DEEPEST = 32;
const MOST_FOLDERS = 100_000;

/** Links looked at side by side: more than the runtime has threads for files, less than a burden. */
const LINKS_AT_ONCE = 32;

/**
 * Reads a folder and those below it, by name. Hidden entries are skipped; links are followed inside of the
 * root only. What cannot be used is left out, and told through `entryLeftOut`.
 *
 * @param root absolute and without links
 * @throws LIBRARY_UNREADABLE when the root itself cannot be read
 */
export async function scanFolders(root: string): Promise<FoundSequence[]> {
  const found: FoundSequence[] = [];
  const waiting: Folder[] = [{ path: root, inside: "", chain: [root] }];
  for (let count = 1; ; count++) {
    const folder = waiting.pop();
    if (folder === undefined) return found;
    if (count > MOST_FOLDERS) {
      leaveOut(
        folder.path,
        "LIBRARY_UNREADABLE",
        `found more than ${MOST_FOLDERS} folders: the rest is not looked at`,
      );
      return found;
    }
    const content = await readFolder(root, folder);
    found.push(...sequencesOf(folder, content));
    waiting.push(...content.folders.toReversed());
  }
}

function sequencesOf({ path, inside }: Folder, { files, rate }: Content): FoundSequence[] {
  const { sequences, doubles } = findSequences(files);
  for (const { file, instead, frame } of doubles) {
    leaveOut(join(path, file), "FRAME_DOUBLE", `frame ${frame} is ${instead} already`);
  }
  return sequences.map((sequence) => ({ sequence, rate, folder: path, inside }));
}

async function readFolder(root: string, folder: Folder): Promise<Content> {
  const entries = await list(root, folder.path);
  const kinds = await kindsOf(root, folder, entries);
  const files: string[] = [];
  const folders: Folder[] = [];
  for (const { name } of entries) {
    const kind = kinds.get(name);
    const path = join(folder.path, name);
    if (kind === "folder") folders.push(...(await enter(folder, path, name)));
    else if (kind === "file" && formatOf(name) !== undefined) files.push(name);
    else if (kind === "other" && formatOf(name) !== undefined) {
      leaveOut(path, "FRAME_NOT_A_FILE", "found a pipe, a socket or a device, expected a regular file");
    }
  }
  const hasMovieFile = kinds.get(MOVIE_FILE) === "file";
  return {
    files,
    folders,
    rate: hasMovieFile ? await readRate(join(folder.path, MOVIE_FILE)) : DEFAULT_RATE,
  };
}

/** What a folder holds, but for hidden entries, in the order of code units. */
async function list(root: string, path: string): Promise<Dirent[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    const detail = `the folder could not be read: ${systemCode(error)}`;
    if (path === root) throw fault("LIBRARY_UNREADABLE", `${path}: ${detail}`, error);
    leaveOut(path, "LIBRARY_UNREADABLE", detail);
    return [];
  }
  return entries
    .filter((entry) => !entry.name.startsWith(".") && isReadable(path, entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A name that is not UTF-8 comes with replacement characters, and no longer leads to its file. */
function isReadable(folder: string, name: string): boolean {
  if (!name.includes("\ufffd")) return true;
  leaveOut(join(folder, name), "FRAME_UNREADABLE", "found a name that is not UTF-8");
  return false;
}

/** What each entry is, or leads to; without those that are left out. */
async function kindsOf(root: string, folder: Folder, entries: readonly Dirent[]): Promise<Map<string, Kind>> {
  const kinds = new Map<string, Kind>();
  const links: string[] = [];
  for (const entry of entries) {
    if (entry.isSymbolicLink()) links.push(entry.name);
    else kinds.set(entry.name, kindOf(entry));
  }
  for (let start = 0; start < links.length; start += LINKS_AT_ONCE) {
    const batch = links.slice(start, start + LINKS_AT_ONCE);
    const found = await Promise.all(batch.map((name) => followLink(root, join(folder.path, name))));
    for (const [index, name] of batch.entries()) {
      const kind = found[index];
      if (kind !== undefined) kinds.set(name, kind);
    }
  }
  return kinds;
}

async function followLink(root: string, path: string): Promise<Kind | undefined> {
  try {
    const target = await realpath(path);
    if (isInside(root, target)) return kindOf(await stat(target));
    leaveOut(path, "FRAME_OUTSIDE_LIBRARY", "found a link that leads out of the library's folder");
  } catch (error) {
    leaveOut(path, "FRAME_UNREADABLE", `the link could not be followed: ${systemCode(error)}`);
  }
  return undefined;
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): Kind {
  if (entry.isDirectory()) return "folder";
  return entry.isFile() ? "file" : "other";
}

/** The folder below, unless it is one of those above or too deep. */
async function enter(above: Folder, path: string, name: string): Promise<Folder[]> {
  try {
    const real = await realpath(path);
    const inside = above.inside === "" ? name : `${above.inside}/${name}`;
    const chain = [...above.chain, real];
    if (!above.chain.includes(real) && chain.length <= DEEPEST) return [{ path, inside, chain }];
    const detail = above.chain.includes(real)
      ? "leads to a folder above it"
      : `lies more than ${DEEPEST} deep`;
    leaveOut(path, "LIBRARY_UNREADABLE", `found a folder that ${detail}`);
  } catch (error) {
    leaveOut(path, "LIBRARY_UNREADABLE", `the folder could not be read: ${systemCode(error)}`);
  }
  return [];
}

async function readRate(path: string): Promise<Rate> {
  try {
    return (await readMovieFile(path)).rate ?? DEFAULT_RATE;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    leaveOut(path, error.code, error.message);
    return DEFAULT_RATE;
  }
}

function leaveOut(path: string, code: ErrorCode, detail: string): void {
  events.entryLeftOut.publish({ path, code, detail });
}
