import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import type { BigIntStats } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { fault } from "../../base/errors.ts";
import type { Fault } from "../../base/errors.ts";
import type { Bytes } from "../../base/units.ts";
import type { FrameSource } from "../../library/log.ts";
import { isSameState, restlessFor } from "./stillness.ts";
import type { FileState } from "./stillness.ts";

/**
 * Opening a pipe or a terminal neither waits for its other end nor makes it ours. The runtime closes
 * descriptors in programs it starts by itself; Windows has none of these.
 */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** A frame's open file. Reads block the thread: only workers use it. */
export type FrameFile = {
  readonly descriptor: number;
  /** When it was found still. It may shrink. */
  readonly size: number;
  /** Which bytes were read: of the file that was open, whatever its path leads to by now. */
  readonly identity: FileIdentity;
};

/** One state of one file: a file that is written to, or replaced, has another. */
export type FileIdentity = {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  /** Copying and rendering programs set the other time as they like, and nobody this one. */
  readonly ctimeNs: bigint;
};

/** The identity as a text, the same for the same state and for no other. */
export function identityKey({ dev, ino, size, mtimeNs, ctimeNs }: FileIdentity): string {
  return `${dev}-${ino}-${size}-${mtimeNs}-${ctimeNs}`;
}

/**
 * The state that a frame's file is in at this moment, still or not.
 * @throws FRAME_UNREADABLE, FRAME_NOT_A_FILE, FRAME_OUTSIDE_LIBRARY, FRAME_CHANGING
 */
export function lookAt(source: FrameSource): FileState & FileIdentity {
  const descriptor = open(source.path);
  try {
    return checked(descriptor, source);
  } finally {
    closeSync(descriptor);
  }
}

/** A frame's file, of which somebody may have had a look before. */
export type SeenSource = FrameSource & {
  /** The state that it was in, at least `STILL_MS` ago. */
  readonly seen?: string | undefined;
};

/**
 * Opens a frame's file, hands it to `use`, and closes it. Nobody sees half a frame: a file that was written
 * to a moment ago is refused, and so is what was read of one that changed meanwhile. Nothing is waited for:
 * whoever asks may come again (`again.ts`). A file that was replaced by another is read as it was.
 *
 * @throws FRAME_UNREADABLE, FRAME_NOT_A_FILE, FRAME_OUTSIDE_LIBRARY, FRAME_EMPTY; FRAME_CHANGING when it
 * is being written
 */
export function withFrameFile<T>(source: SeenSource, use: (file: FrameFile) => T): T {
  const descriptor = open(source.path);
  try {
    const before = checked(descriptor, source);
    if (restlessFor(before, Date.now()) > 0 && identityKey(before) !== source.seen)
      throw fault("FRAME_CHANGING", "found the file being written, expected one that is finished");
    const outcome = attempt(() => use(openFile(descriptor, before)));
    if (isSameState(before, stateOf(descriptor))) return outcome();
    throw fault("FRAME_CHANGING", "the file was written to while it was read");
  } finally {
    closeSync(descriptor);
  }
}

/** Does it, and gives or throws again what came of it, when asked. */
function attempt<T>(act: () => T): () => T {
  try {
    const value = act();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function openFile(descriptor: number, state: BigIntStats): FrameFile {
  if (state.size === 0n) throw fault("FRAME_EMPTY", "found a file of 0 bytes, expected a picture");
  return { descriptor, size: Number(state.size), identity: identityOf(state) };
}

function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileIdentity {
  return { dev, ino, size, mtimeNs, ctimeNs };
}

function stateOf(descriptor: number): BigIntStats {
  return inspecting(() => fstatSync(descriptor, { bigint: true }));
}

/** Reads from `position` on until `into` is full or the file ends; tells how many bytes it read. */
export function readAt(file: FrameFile, into: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < into.byteLength) {
    const read = readOnce(file, into, filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

/**
 * Reads a whole file into a buffer of its own.
 * @throws FRAME_TOO_LARGE when it has more than `limit` bytes, FRAME_TRUNCATED when it shrinks meanwhile,
 * and what `withFrameFile` throws
 */
export function readWhole(source: FrameSource, limit: Bytes): Uint8Array<ArrayBuffer> {
  return withFrameFile(source, (file) => {
    if (file.size > limit)
      throw fault("FRAME_TOO_LARGE", `found a file of ${file.size} bytes, expected ${limit} at most`);
    const bytes = new Uint8Array(file.size);
    const read = readAt(file, bytes, 0);
    if (read < file.size) throw shrank(file.size, read);
    return bytes;
  });
}

/** The fault of a file that has become shorter since it was opened. */
export function shrank(expected: number, found: number): Fault {
  return fault(
    "FRAME_TRUNCATED",
    `found ${found} bytes, expected ${expected}: the file was cut while it was read`,
  );
}

function open(path: string): number {
  try {
    return openSync(path, OPEN_FLAGS);
  } catch (error) {
    // A socket cannot be opened at all.
    if (codeOf(error) === "ENXIO") throw notAFile("a socket", error);
    throw unreadable("opened", error);
  }
}

/** Checks what has been opened, not what the path says: the two may differ by now. */
function checked(descriptor: number, source: FrameSource): BigIntStats {
  const found = stateOf(descriptor);
  if (!found.isFile()) throw notAFile(kindOf(found));
  if (!isInside(source.root, openedPath(descriptor))) requireInside(found, source);
  return found;
}

/** Where the open file lies, without links, in one call, where the system tells that: Linux. */
function openedPath(descriptor: number): string {
  if (process.platform !== "linux") return "";
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return ""; // without /proc it is found out as elsewhere
  }
}

function isInside(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

/** The path without links lies in the root without links, and is the file that is open. */
function requireInside(opened: BigIntStats, source: FrameSource): void {
  const [real, root, found] = inspecting(() => {
    const path = realpathSync.native(source.path);
    return [path, realpathSync.native(source.root), statSync(path, { bigint: true })] as const;
  });
  const inside = relative(root, real);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw fault("FRAME_OUTSIDE_LIBRARY", "found a link that leads out of the library's folder");
  }
  if (found.dev !== opened.dev || found.ino !== opened.ino) {
    throw fault("FRAME_CHANGING", "the file was replaced by another while it was opened");
  }
}

function readOnce(file: FrameFile, into: Uint8Array, offset: number, position: number): number {
  try {
    return readSync(file.descriptor, into, offset, into.byteLength - offset, position);
  } catch (error) {
    throw unreadable("read", error);
  }
}

function inspecting<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw unreadable("inspected", error);
  }
}

/** The system's own message holds the path, which is nobody's business: its code is enough. */
function unreadable(what: "opened" | "inspected" | "read", error: unknown): Fault {
  return fault("FRAME_UNREADABLE", `the file could not be ${what}: ${codeOf(error)}`, error);
}

function notAFile(found: string, cause?: unknown): Fault {
  return fault("FRAME_NOT_A_FILE", `found ${found}, expected a regular file`, cause);
}

function kindOf(found: BigIntStats): string {
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a pipe";
  return found.isSocket() ? "a socket" : "a device";
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
