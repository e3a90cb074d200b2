import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  futimesSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Bytes, KiB } from "../base/units.ts";
import { makePrivateFoldersNow } from "../library/disk/folders.ts";
import { decodeEntry, digestOf, encodeEntry, ENTRY_HEADER } from "./diskEntry.ts";
import type { EntryHeader, Kept } from "./diskEntry.ts";
import { makers } from "./makers.ts";
import type { Makers } from "./makers.ts";
import type { DiskReport, DiskUse } from "./order.ts";

/** Below the folder of the setting: whatever else a user keeps there is not ours to tidy. */
export const FRAMES_FOLDER = "frames";

/** Named by the first byte of the key, so that none of them becomes long. */
export const SHELF_NAME = /^[0-9a-f]{2}$/;
export const ENTRY_NAME = /^[0-9a-f]{62}$/;
/** A file that is being written, or was when a server died. */
export const PART_NAME = /^[0-9a-f]{62}\.[0-9a-f-]+\.part$/;

/**
 * Tells this thread's parts from those of all others who share the folder. Numbers of processes do not: each
 * container counts its own from 1.
 */
const WRITER = randomBytes(8).toString("hex");

/** File systems give out space in such blocks, mostly. */
const BLOCK = 4 * KiB;

/**
 * A use within so many milliseconds of the last one is not noted: finding what was used longest ago needs no
 * better.
 */
const TOUCH_AFTER = 60_000;

/**
 * The name of what is made of one state of one file. Nothing in it tells where the file lies.
 * @param by who makes it: what others have made may differ
 */
export function keyOf(parts: readonly string[], by: Makers = makers()): string {
  return createHash("sha256")
    .update(JSON.stringify([by.ours, by.sharp, ...parts]))
    .digest("hex");
}

/** What a file of this length is counted as; `least` bounds how many files there can be. */
export function costOf(length: number, least: Bytes): Bytes {
  return Bytes(Math.max(least, Math.ceil(length / BLOCK) * BLOCK));
}

/**
 * The kept bytes, verified. A file that is damaged is removed and is not found.
 * @param limit larger ones are not found, and stay for servers that allow them
 * @throws the system's own error when the folder cannot be read
 */
export function lookUp(folder: string, key: string, limit: Bytes): Kept | undefined {
  const path = pathOf(folder, key);
  const descriptor = openEntry(path);
  if (descriptor === undefined) return undefined;
  try {
    const header = readHeader(descriptor);
    if (header !== undefined && header.length > limit) return undefined;
    const kept = header && readKept(descriptor, header);
    if (kept === undefined) remove(path);
    else touch(descriptor);
    return kept;
  } finally {
    closeSync(descriptor);
  }
}

/** Keeps the bytes, if there is room for their cost. Others see the whole file or none. */
export function store({ folder, room, leastCost }: DiskUse, key: string, kept: Kept): DiskReport {
  const bytes = costOf(ENTRY_HEADER + kept.bytes.byteLength, leastCost);
  if (bytes > room) return { kind: "refused", bytes };
  const path = pathOf(folder, key);
  const part = partOf(path);
  try {
    makePrivateFoldersNow(dirname(path));
    write(part, kept);
    renameSync(part, path);
    return { kind: "stored", bytes };
  } catch (error) {
    remove(part);
    return { kind: "failed", detail: failureOf("written", error) };
  }
}

/** What the system says, without the path. */
export function failureOf(what: "read" | "written" | "tidied", error: unknown): string {
  return `the folder of converted frames could not be ${what}: ${codeOf(error)}`;
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** What cannot be removed now is found by tidying, which says so. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    // The system's refusal is an answer here; anything else is a bug of ours.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function pathOf(folder: string, key: string): string {
  return join(folder, FRAMES_FOLDER, key.slice(0, 2), key.slice(2));
}

/** What the file is called while this thread writes it. */
export function partOf(path: string): string {
  return `${path}.${WRITER}.part`;
}

function openEntry(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Undefined when it is damaged, or not of a file of this length. */
function readHeader(descriptor: number): EntryHeader | undefined {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) return undefined;
  const header = decodeEntry(readFrom(descriptor, ENTRY_HEADER, 0));
  return header !== undefined && stats.size === ENTRY_HEADER + header.length ? header : undefined;
}

/** Undefined when the bytes are damaged. */
function readKept(descriptor: number, { length, ...known }: EntryHeader): Kept | undefined {
  const bytes = readFrom(descriptor, length, ENTRY_HEADER);
  return Buffer.compare(digestOf(bytes), known.digest) === 0 ? { bytes, ...known } : undefined;
}

/** Fewer bytes where the file ends. */
function readFrom(descriptor: number, length: number, position: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const read = readSync(descriptor, bytes, filled, length - filled, position + filled);
    if (read === 0) return bytes.slice(0, filled);
    filled += read;
  }
  return bytes;
}

function write(path: string, kept: Kept): void {
  const descriptor = openSync(path, "w", 0o600);
  try {
    for (const bytes of [encodeEntry(kept), kept.bytes])
      for (let written = 0; written < bytes.byteLength;)
        written += writeSync(descriptor, bytes, written, bytes.byteLength - written);
  } finally {
    closeSync(descriptor);
  }
}

/** Whoever shares the folder but may not write into it does without. */
function touch(descriptor: number): void {
  const now = Date.now();
  if (now - fstatSync(descriptor).mtimeMs < TOUCH_AFTER) return;
  try {
    futimesSync(descriptor, now / 1000, now / 1000);
  } catch (error) {
    if (codeOf(error) !== "EPERM" && codeOf(error) !== "EROFS") throw error;
  }
}
